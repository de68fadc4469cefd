// Passkeys of this account: made here, listed, taken away.

import { createResource, For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { makePasskey, passkeysWork } from '../../telegram/passkey'
import { t } from '../../texts'
import { confirm } from '../parts/dialog'
import { Loaded } from '../parts/form'
import { Page, Part } from '../parts/page'
import { say, sayError } from '../parts/toast'
import { fullDate } from '../conversation/times'
import { useForm } from '../sign-in/steps'

export default function Passkeys(): JSX.Element {
  const account = useAccount()
  const [found, { refetch }] = createResource(async () => (await account.call({ _: 'account.getPasskeys' })).passkeys)
  const add = useForm(async () => {
    const { options } = await account.call({ _: 'account.initPasskeyRegistration' })
    const credential = await makePasskey(options).catch((error: DOMException) => {
      if (error.name === 'NotAllowedError') return undefined
      throw error
    })
    if (!credential) return
    await account.call({ _: 'account.registerPasskey', credential })
    say(t('settings.passkey_made'))
    await refetch()
  })
  const remove = async (id: string, name: string): Promise<void> => {
    if (!(await confirm({ title: t('settings.passkey_remove'), text: t('settings.passkey_remove_sure', { name }), yes: t('settings.passkey_remove'), danger: true }))) return
    await account.call({ _: 'account.deletePasskey', id })
    await refetch()
  }
  return (
    <Page title={t('settings.passkeys')} back="settings">
      <Part hint={t('settings.passkeys_hint')}>
        <Loaded from={found} again={refetch}>
          {(keys) => (
            <Show when={keys().length} fallback={<p class="muted">{t('settings.passkeys_none')}</p>}>
              <ul class="list">
                <For each={keys()}>
                  {(key) => (
                    <li class="row">
                      <span />
                      <span class="body">
                        <span class="title" dir="auto">{key.name || t('settings.passkey')}</span>
                        <span class="sub">{key.lastUsageDate ? t('settings.passkey_used', { date: fullDate(key.lastUsageDate) }) : fullDate(key.date)}</span>
                      </span>
                      <button class="button quiet little" onClick={() => void remove(key.id, key.name).catch(sayError)}>{t('settings.passkey_remove')}</button>
                    </li>
                  )}
                </For>
              </ul>
            </Show>
          )}
        </Loaded>
        <Show when={passkeysWork()} fallback={<p class="notice warn">{t('settings.passkeys_not_here')}</p>}>
          <button class="button" aria-busy={add.busy()} onClick={() => add.submit()}>{t('settings.passkey_add')}</button>
        </Show>
        <Show when={add.error()}><p class="notice danger" role="alert">{add.error()}</p></Show>
      </Part>
    </Page>
  )
}

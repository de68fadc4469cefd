// Just come, without a number: a passkey or a password is what lets this person in again on another device.

import { enableCloudPassword } from '@mtcute/web/methods.js'
import { createSignal, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { makePasskey, passkeysWork } from '../../telegram/passkey'
import { t } from '../../texts'
import { Field, useForm } from './steps'

const SHORTEST = 8

export default function KeepStep(props: { done: () => void }): JSX.Element {
  const account = useAccount()
  const [password, setPassword] = createSignal('')
  const [wrong, setWrong] = createSignal('')
  const passkey = useForm(async () => {
    const { options } = await account.call({ _: 'account.initPasskeyRegistration' })
    const credential = await makePasskey(options).catch((error: DOMException) => {
      if (error.name === 'NotAllowedError') return undefined
      throw error
    })
    if (!credential) return
    await account.call({ _: 'account.registerPasskey', credential })
    props.done()
  })
  const protect = useForm(async () => {
    setWrong('')
    if (password().length < SHORTEST) return void setWrong(t('settings.password_short', { n: SHORTEST }))
    await enableCloudPassword(account.link.client, { password: password(), hint: '' })
    props.done()
  })
  return (
    <div class="stack">
      <p class="muted">{t('sign_in.keep')}</p>
      <Show when={passkeysWork()}>
        <button class="button wide" aria-busy={passkey.busy()} onClick={() => passkey.submit()}>{t('settings.passkey_add')}</button>
        <Show when={passkey.error()}><p class="notice danger" role="alert">{passkey.error()}</p></Show>
      </Show>
      <form class="stack" onSubmit={protect.submit}>
        <Field
          id="new-password" label={t('settings.password_new')} hint={t('sign_in.keep_hint', { n: SHORTEST })} error={wrong() || protect.error()}
          value={password()} set={setPassword} type="password" autocomplete="new-password" focus={!passkeysWork()} required
        />
        <button class="button quiet wide" type="submit" aria-busy={protect.busy()}>{t('settings.password_set')}</button>
      </form>
      <button class="button plain" onClick={() => props.done()}>{t('sign_in.later')}</button>
    </div>
  )
}

// Deleting the account: what goes and what stays is said first, and the own name has to be typed.

import { createSignal, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { forgetSlot } from '../../telegram/slots'
import { t } from '../../texts'
import { Page, Part } from '../parts/page'
import { Field, useForm } from '../sign-in/steps'

export default function DeleteAccount(): JSX.Element {
  const account = useAccount()
  const [typed, setTyped] = createSignal('')
  const [password, setPassword] = createSignal('')
  const name = (): string => account.peers.name(account.self)
  const form = useForm(async () => {
    const rules = await account.call({ _: 'account.getPassword' })
    const proof = rules.hasPassword ? await account.link.client.computeSrpParams(rules, password()) : undefined
    await account.call({ _: 'account.deleteAccount', reason: '', password: proof })
    await account.close()
    await forgetSlot(account.slot)
    location.assign(import.meta.env.BASE_URL)
  })
  return (
    <Page title={t('settings.delete')} back="settings">
      <Part>
        <form class="stack" onSubmit={form.submit}>
          <div class="notice danger">
            <p class="title">{t('settings.delete_title')}</p>
            <p>{t('settings.delete_text')}</p>
          </div>
          <Field id="typed" label={t('settings.delete_type', { name: name() })} value={typed()} set={setTyped} autocomplete="off" />
          <Field id="password" type="password" label={t('settings.delete_password')} error={form.error()} value={password()} set={setPassword} autocomplete="current-password" />
          <button class="button danger" type="submit" disabled={typed().trim() !== name()} aria-busy={form.busy()}>{t('settings.delete')}</button>
        </form>
      </Part>
    </Page>
  )
}

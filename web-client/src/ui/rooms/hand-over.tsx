// Giving the room to somebody else: the second password proves that one means it.

import { createSignal, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import type { PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Field, useForm } from '../sign-in/steps'

export function HandOver(props: { room: PeerKey; to: PeerKey; done: () => void }): JSX.Element {
  const account = useAccount()
  const [asked, setAsked] = createSignal(false)
  const [password, setPassword] = createSignal('')
  const form = useForm(async () => {
    const rules = await account.call({ _: 'account.getPassword' })
    const proof = await account.link.client.computeSrpParams(rules, password())
    await account.act({ _: 'channels.editCreator', channel: account.peers.inputChannel(props.room), userId: account.peers.inputUser(props.to), password: proof })
    props.done()
  })
  return (
    <Show when={asked()} fallback={<button class="button plain" onClick={() => setAsked(true)}>{t('rooms.hand_over')}</button>}>
      <form class="stack" onSubmit={form.submit}>
        <p class="notice warn">{t('rooms.hand_over_sure', { name: account.peers.name(props.to) })}</p>
        <Field id="owner-password" type="password" label={t('sign_in.password')} error={form.error()} value={password()} set={setPassword} autocomplete="current-password" focus required />
        <button class="button danger" type="submit" aria-busy={form.busy()}>{t('rooms.hand_over')}</button>
      </form>
    </Show>
  )
}

// Keeping a member from some things, for a time or for good.

import { createSignal, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import type { PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { fullDate } from '../conversation/times'
import { Dialog } from '../parts/dialog'
import { Select } from '../parts/form'
import { useForm } from '../sign-in/steps'
import { MemberRights } from './member-rights'
import { bannedRights, keptOf, MEMBER_RIGHTS } from './rights'
import type { Member } from './roster'
import { spans } from './words'

const TIMES = [3600, 86_400, 604_800, 2_592_000]

export function RestrictDialog(props: { room: PeerKey; member: Member; close: () => void; done: () => void }): JSX.Element {
  const account = useAccount()
  const now = props.member.kept
  const [kept, setKept] = createSignal(now ? keptOf(now) : new Set(MEMBER_RIGHTS))
  const [seconds, setSeconds] = createSignal(0)
  const until = (): number => (seconds() ? Math.floor(Date.now() / 1000) + seconds() : 0)
  const form = useForm(async () => {
    await account.act({
      _: 'channels.editBanned',
      channel: account.peers.inputChannel(props.room),
      participant: account.peers.input(props.member.key),
      bannedRights: bannedRights(kept(), until()),
    })
    props.done()
    props.close()
  })
  return (
    <Dialog
      title={t('rooms.restrict_of', { name: account.peers.name(props.member.key) })} close={props.close}
      foot={<button class="button" aria-busy={form.busy()} onClick={() => form.submit()}>{t('settings.save')}</button>}
    >
      <Show when={now?.untilDate}>{(date) => <p class="muted small">{t('rooms.restricted_until', { date: fullDate(date()) })}</p>}</Show>
      <MemberRights label={t('rooms.may')} kept={kept()} set={setKept} />
      <Select label={t('rooms.how_long')} options={spans(t('rooms.for_good'), TIMES)} value={seconds()} set={setSeconds} />
      <Show when={form.error()}><p class="notice danger" role="alert">{form.error()}</p></Show>
    </Dialog>
  )
}

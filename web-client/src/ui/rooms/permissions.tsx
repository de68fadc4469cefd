// What every member of a group may do unless a rule of their own says otherwise.

import { createSignal, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { Page, Part } from '../parts/page'
import { say } from '../parts/toast'
import { useForm } from '../sign-in/steps'
import type { RoomProps } from './info'
import { MemberRights } from './member-rights'
import { bannedRights, keptOf } from './rights'

export default function Permissions(props: RoomProps): JSX.Element {
  const account = useAccount()
  const room = account.peers.rooms.peek(props.room)
  const now = room?._ === 'channel' || room?._ === 'chat' ? room.defaultBannedRights : undefined
  const [kept, setKept] = createSignal(keptOf(now))
  const form = useForm(async () => {
    await account.act({ _: 'messages.editChatDefaultBannedRights', peer: account.peers.input(props.room), bannedRights: bannedRights(kept()) })
    say(t('settings.saved'))
  })
  return (
    <Page title={t('rooms.permissions')} back={`info/${props.room}`}>
      <Part>
        <MemberRights label={t('rooms.members_may')} kept={kept()} set={setKept} />
        <Show when={form.error()}><p class="notice danger" role="alert">{form.error()}</p></Show>
        <button class="button" aria-busy={form.busy()} onClick={() => form.submit()}>{t('settings.save')}</button>
      </Part>
    </Page>
  )
}

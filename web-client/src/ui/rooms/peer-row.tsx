// A person or a room as a line of a list.

import { Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { isOnline } from '../../state/presence'
import { isUser, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { lastSeen } from '../conversation/status'
import { Avatar } from '../parts/avatar'

interface Props {
  peer: PeerKey
  sub?: string
  end?: JSX.Element
  /** Where a click leads; a line without it only says. */
  to?: string
}

export function PeerRow(props: Props): JSX.Element {
  const { peers, presence } = useAccount()
  const sub = (): string => {
    if (props.sub !== undefined) return props.sub
    if (!isUser(props.peer)) return peers.username(props.peer) ? `@${peers.username(props.peer)}` : ''
    const status = peers.person(props.peer)?.status
    return isOnline(status, presence.now()) ? t('online') : lastSeen(status, presence.now())
  }
  const inside = (): JSX.Element => (
    <>
      <Avatar peer={props.peer} size="little" />
      <span class="body">
        <span class="title name one-line" dir="auto">{peers.name(props.peer)}</span>
        <Show when={sub()}><span class="sub one-line" dir="auto">{sub()}</span></Show>
      </span>
    </>
  )
  return (
    <div class="row">
      <Show when={props.to} fallback={inside()}>
        {(to) => <a class="row-link" href={`#/${to()}`}>{inside()}</a>}
      </Show>
      <span class="end">{props.end}</span>
    </div>
  )
}

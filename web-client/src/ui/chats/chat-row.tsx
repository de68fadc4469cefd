// One chat's line: who, what was said last, when, and what is unread.

import { Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { senderOf } from '../../state/messages'
import { isOnline } from '../../state/presence'
import { isUser, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { shortDate } from '../conversation/times'
import { textOf } from '../conversation/summary'
import { Avatar } from '../parts/avatar'
import { Icon } from '../parts/icon'
import { longPress } from '../parts/long-press'
import { chatPath, openChat } from '../router'
import { chatMenu } from './chat-menu'
import { DoingWords } from './doing'

export function ChatRow(props: { peer: PeerKey }): JSX.Element {
  const account = useAccount()
  const { dialogs, messages, peers, presence } = account
  const line = () => dialogs.get(props.peer)
  const top = () => messages.get(props.peer, line()?.top ?? 0)
  const saved = (): boolean => peers.isSelf(props.peer)
  const open = (): boolean => openChat() === props.peer
  const draft = (): string => (open() ? '' : (line()?.draft?.message ?? ''))
  const muted = (): boolean => (line()?.muteUntil ?? 0) > presence.now()
  const here = (): boolean => isUser(props.peer) && !saved() && isOnline(peers.person(props.peer)?.status, presence.now())
  const from = (): string => {
    const message = top()
    if (!message || message._ === 'messageService' || isUser(props.peer) || peers.isBroadcast(props.peer)) return ''
    return message.out ? t('you') : peers.shortName(senderOf(message))
  }
  const label = (): string => {
    const unread = line()?.unread ?? 0
    return unread ? t('chats.unread_label', { n: unread }) : ''
  }
  return (
    <a
      class="row chat-row" href={`#/${chatPath(props.peer)}`} aria-current={open() ? 'page' : undefined}
      ref={(element) => longPress(element, (event) => chatMenu(event, account, props.peer))}
      onContextMenu={(event) => chatMenu(event, account, props.peer)}
      onKeyDown={(event) => (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) && chatMenu(event, account, props.peer)}
    >
      <span class="avatar-frame">
        <Avatar peer={props.peer} saved={saved()} />
        <Show when={here()}><span class="here" title={t('online')} /></Show>
      </span>
      <span class="body">
        <span class="line">
          <Show when={peers.isBroadcast(props.peer)}><Icon name="channel" class="little" /></Show>
          <span class="title name one-line" dir="auto">{saved() ? t('saved') : peers.name(props.peer)}</span>
          <Show when={muted()}><Icon name="bell-off" class="little" /></Show>
        </span>
        <span class="sub one-line" dir="auto">
          <Show when={!presence.doing.get(props.peer)} fallback={<DoingWords peer={props.peer} />}>
            <Show when={!draft()} fallback={<><span class="draft-mark">{t('chats.draft')}</span> {draft()}</>}>
              <Show when={from()}><span class="from">{from()}: </span></Show>
              {top() ? textOf(account, top()!) : ''}
            </Show>
          </Show>
        </span>
      </span>
      <span class="end">
        <span>{line()?.date ? shortDate(line()!.date) : ''}</span>
        <span class="cluster tight">
          <Show when={(line()?.mentions ?? 0) > 0}><span class="badge" title={t('chats.mention')}>@</span></Show>
          <Show when={(line()?.unread ?? 0) > 0 || line()?.marked} fallback={<Show when={(line()?.pin ?? 0) > 0}><Icon name="pin" class="little" /></Show>}>
            <span class="badge" classList={{ quiet: muted(), dot: !line()?.unread }} aria-hidden="true">{line()?.unread || ''}</span>
            <span class="seen-only-by-readers">{label()}</span>
          </Show>
        </span>
      </span>
    </a>
  )
}

// One row of a chat: the day where a new one begins, then the bubble or what happened.

import { createMemo, onMount, Show, type JSX } from 'solid-js'
import { senderOf, type Msg } from '../../state/messages'
import { hueOf } from '../../state/peers'
import { isUser } from '../../telegram/peers'
import { t } from '../../texts'
import { Avatar } from '../parts/avatar'
import { longPress } from '../parts/long-press'
import { Bubble } from './bubble'
import { useChat } from './chat'
import { messageMenu } from './message-menu'
import { serviceText } from './summary'
import { dayName, sameDay } from './times'

const TOGETHER_S = 600

export function MessageRow(props: { row: number }): JSX.Element {
  const chat = useChat()
  const { account, peer } = chat
  const message = () => chat.message(props.row)
  const above = createMemo(() => chat.above(props.row))
  const newDay = (): boolean => {
    const now = message()
    const before = above()
    return now !== undefined && (!before || !sameDay(before.date, now.date))
  }
  return (
    <Show when={message()}>
      {(found) => (
        <>
          <Show when={newDay()}><div class="said-between day">{dayName(found().date)}</div></Show>
          <Show when={chat.firstUnread() === props.row}><div class="unread-line" role="separator">{t('conversation.unread')}</div></Show>
          <Show when={found()._ === 'messageService' ? (found() as Extract<Msg, { _: 'messageService' }>) : undefined} fallback={<Spoken message={found() as Extract<Msg, { _: 'message' }>} above={above()} row={props.row} />}>
            {(service) => <div class="said-between" dir="auto">{serviceText(account, service())}</div>}
          </Show>
        </>
      )}
    </Show>
  )

  function Spoken(own: { message: Extract<Msg, { _: 'message' }>; above: Msg | undefined; row: number }): JSX.Element {
    const sender = (): number => senderOf(own.message)
    // A mention counts as seen once it is on screen.
    onMount(() => own.message.mentioned && own.message.media?._ !== 'messageMediaDocument' && document.hasFocus() && account.reading.heard(peer, own.row))
    onMount(() => own.message.views !== undefined && account.views.saw(peer, own.row))
    const mine = (): boolean => own.message.out === true && !account.peers.isBroadcast(peer)
    const follows = (): boolean => {
      const before = own.above
      return before?._ === 'message' && senderOf(before) === sender() && own.message.date - before.date < TOGETHER_S && sameDay(before.date, own.message.date) && chat.firstUnread() !== own.row
    }
    const pictured = (): boolean => !isUser(peer) && !account.peers.isBroadcast(peer) && !mine()
    const chosen = (): boolean => chat.chosen()?.has(own.row) === true
    const click = (event: MouseEvent): void => {
      if (!chat.chosen()) return
      event.preventDefault()
      event.stopPropagation()
      chat.choose(own.row)
    }
    return (
      <div
        class="message" classList={{ follows: follows(), mine: mine(), lit: chat.lit() === own.row, chosen: chosen() }}
        role="article" aria-label={account.peers.name(sender())} tabindex="-1" data-message={own.row} data-hue={hueOf(sender())}
        ref={(element) => {
          element.addEventListener('click', click, { capture: true })
          longPress(element, (event) => messageMenu(event, chat, own.row))
        }}
        onContextMenu={(event) => messageMenu(event, chat, own.row)}
        onDblClick={() => chat.mayWrite() && !chat.chosen() && (chat.setReplying({ id: own.row }), chat.focusComposer())}
      >
        <Show when={chat.chosen()}>
          <input class="choose" type="checkbox" checked={chosen()} aria-label={t('conversation.choose')} tabindex="-1" />
        </Show>
        <Show when={pictured()}>
          <span class="message-face"><Show when={!follows()}><Avatar peer={sender()} size="little" /></Show></span>
        </Show>
        <Bubble row={own.row} message={own.message} mine={mine()} follows={follows()} named={pictured() && !follows()} />
      </div>
    )
  }
}

// What a message answers: a line of it, a click goes there.

import { createEffect, on, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../state/account'
import { senderOf } from '../../state/messages'
import { hueOf } from '../../state/peers'
import { isChannel, keyOf } from '../../telegram/peers'
import { t } from '../../texts'
import { chatPath, go } from '../router'
import { useChat } from './chat'
import { textOf } from './summary'

const asked = new Set<string>()

export function ReplyQuote(props: { message: tl.RawMessage }): JSX.Element {
  const chat = useChat()
  const account = useAccount()
  const header = (): tl.RawMessageReplyHeader | undefined => {
    const reply = props.message.replyTo
    if (reply?._ !== 'messageReplyHeader' || !reply.replyToMsgId) return undefined
    return chat.thread && reply.replyToMsgId === chat.thread && !reply.quote ? undefined : reply
  }
  const where = (): number => (header()?.replyToPeerId ? keyOf(header()!.replyToPeerId!) : chat.peer)
  const target = () => account.messages.get(where(), header()?.replyToMsgId ?? 0)
  // The message answered may be far from what is loaded: it is fetched once.
  createEffect(
    on(
      () => header()?.replyToMsgId,
      (id) => {
        const name = `${where()}/${id}`
        if (!id || target() || asked.has(name)) return
        asked.add(name)
        const ids: tl.TypeInputMessage[] = [{ _: 'inputMessageID', id }]
        const call = isChannel(where())
          ? account.call({ _: 'channels.getMessages', channel: account.peers.inputChannel(where()), id: ids })
          : account.call({ _: 'messages.getMessages', id: ids })
        call.then((page) => 'messages' in page && account.messages.putAll(page.messages), () => asked.delete(name))
      },
    ),
  )
  return (
    <Show when={header()}>
      {(reply) => (
        <button class="quote reply" data-hue={target() ? hueOf(senderOf(target()!)) : undefined} onClick={() => (where() === chat.peer ? chat.jump(reply().replyToMsgId!) : go(chatPath(where(), reply().replyToMsgId)))}>
          <span class="who one-line" dir="auto">{target() ? account.peers.name(senderOf(target()!)) : t('conversation.earlier')}</span>
          <span class="one-line" dir="auto">{reply().quoteText ?? (target() ? textOf(account, target()!) : '…')}</span>
        </button>
      )}
    </Show>
  )
}

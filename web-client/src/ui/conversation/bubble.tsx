// A message: who, whence, in answer to what, what it carries and says, and what people made of it.

import { Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../state/account'
import { senderOf } from '../../state/messages'
import { hueOf } from '../../state/peers'
import { keyOf } from '../../telegram/peers'
import { t } from '../../texts'
import { Icon } from '../parts/icon'
import { chatPath, go } from '../router'
import { useChat } from './chat'
import { Media } from './media/media'
import { Album } from './media/album'
import { Buttons } from './buttons'
import { Reactions } from './reactions'
import { ReplyQuote } from './reply-quote'
import { RichText } from './rich-text'
import { clock, fullDate } from './times'

interface Props {
  row: number
  message: tl.RawMessage
  mine: boolean
  follows: boolean
  named: boolean
}

export function Bubble(props: Props): JSX.Element {
  const chat = useChat()
  const { peers, ranks } = useAccount()
  const album = () => chat.history.albums.get(props.row)
  /** An album's words are those of whichever of its messages has some. */
  const worded = (): tl.RawMessage => {
    const all = album()?.map((id) => chat.message(id)) ?? []
    return (all.find((one) => one?._ === 'message' && one.message) as tl.RawMessage | undefined) ?? props.message
  }
  const bare = (): boolean => {
    const media = props.message.media
    return !props.message.message && media?._ === 'messageMediaDocument' && media.document?._ === 'document' && media.document.attributes.some((one) => one._ === 'documentAttributeSticker' || (one._ === 'documentAttributeVideo' && one.roundMessage))
  }
  const name = (): string => props.message.postAuthor && peers.isBroadcast(chat.peer) ? props.message.postAuthor : peers.name(senderOf(props.message))
  /** Who speaks in the group's own name bears a title in the message. */
  const rank = (): string | undefined => {
    if (peers.isBroadcast(chat.peer)) return undefined
    return ranks.of(chat.peer, senderOf(props.message)) ?? (senderOf(props.message) === chat.peer ? props.message.postAuthor : undefined)
  }
  return (
    <div class="bubble" classList={{ own: props.mine, same: props.follows, bare: bare(), wide: album() !== undefined || props.message.media !== undefined }}>
      <Show when={props.named}>
        <span class="who-line">
          <a class="who name" dir="auto" data-hue={hueOf(senderOf(props.message))} href={`#/info/${senderOf(props.message)}`}>{name()}</a>
          <Show when={rank()}>{(words) => <span class="rank small muted one-line" dir="auto">{words()}</span>}</Show>
        </span>
      </Show>
      <Forwarded message={props.message} />
      <ReplyQuote message={props.message} />
      <Show when={album()} fallback={<Media message={props.message} />}>{(ids) => <Album ids={ids()} />}</Show>
      <Show when={worded().message}>
        <div class="words" dir="auto"><RichText text={worded().message} entities={worded().entities} /></div>
      </Show>
      <Show when={props.message.media?._ === 'messageMediaWebPage'}><Media message={props.message} card /></Show>
      <Reactions message={props.message} row={props.row} />
      <Meta message={props.message} mine={props.mine} />
      <Buttons message={props.message} />
      <Show when={commentsOf(props.message, chat.thread)}>
        {(replies) => (
          <button class="comments" onClick={() => void openComments()}>
            <Icon name="comment" class="little" />
            {replies().replies ? t('conversation.comment_count', { n: replies().replies }) : t('conversation.comment')}
          </button>
        )}
      </Show>
    </div>
  )

  async function openComments(): Promise<void> {
    const { account } = chat
    const found = await account.call({ _: 'messages.getDiscussionMessage', peer: account.peers.input(chat.peer), msgId: props.row })
    const top = account.messages.putAll(found.messages).at(-1)
    if (top) go(`t/${keyOf(top.peerId)}/${top.id}`)
  }
}

function commentsOf(message: tl.RawMessage, thread: number): tl.RawMessageReplies | undefined {
  return !thread && message.replies?._ === 'messageReplies' && message.replies.comments ? message.replies : undefined
}

function Meta(props: { message: tl.RawMessage; mine: boolean }): JSX.Element {
  const chat = useChat()
  const read = (): boolean => (chat.account.dialogs.get(chat.peer)?.readOutbox ?? 0) >= props.message.id
  return (
    <span class="meta">
      <Show when={props.message.pinned}><Icon name="pin" class="little" /></Show>
      <Show when={props.message.views}>{(views) => <span class="cluster tight"><Icon name="eye" class="little" />{views().toLocaleString()}</span>}</Show>
      <Show when={props.message.editDate && !props.message.editHide}><span>{t('edited')}</span></Show>
      <time datetime={new Date(props.message.date * 1000).toISOString()} title={fullDate(props.message.date)}>{clock(props.message.date)}</time>
      <Show when={props.mine && !chat.account.peers.isSelf(chat.peer)}>
        <span class="ticks" classList={{ read: read() }} role="img" aria-label={t(read() ? 'read' : 'sent')}><Icon name={read() ? 'check-twice' : 'check'} class="little" /></span>
      </Show>
    </span>
  )
}

function Forwarded(props: { message: tl.RawMessage }): JSX.Element {
  const { peers } = useAccount()
  return (
    <Show when={props.message.fwdFrom}>
      {(from) => {
        const key = (): number | undefined => (from().fromId ? keyOf(from().fromId!) : undefined)
        const link = (): string => (from().channelPost && key() !== undefined ? chatPath(key()!, from().channelPost) : `info/${key()}`)
        return (
          <span class="forwarded small">
            {t('forwarded')}{' '}
            <Show when={key() !== undefined} fallback={<span class="name">{from().fromName ?? t('peer.unknown')}</span>}>
              <a class="name" dir="auto" href={`#/${link()}`}>{peers.name(key()!)}</a>
            </Show>
            <Show when={from().postAuthor}>{(author) => <span class="name"> ({author()})</span>}</Show>
          </span>
        )
      }}
    </Show>
  )
}


// What the parts of an open chat share: which chat, what is being answered, edited, chosen.

import { createContext, createSignal, useContext, type Accessor, type Setter } from 'solid-js'
import type { Account } from '../../state/account'
import type { History } from '../../state/history'
import type { Msg } from '../../state/messages'
import type { ReplyTo } from '../../state/outbox'
import { isUser, type PeerKey } from '../../telegram/peers'
import { placeIn } from './place'

export class Chat {
  readonly replying: Accessor<ReplyTo | undefined>
  readonly setReplying: Setter<ReplyTo | undefined>
  readonly editing: Accessor<number | undefined>
  readonly setEditing: Setter<number | undefined>
  /** Messages chosen for forwarding or deletion; undefined while nobody chooses. */
  readonly chosen: Accessor<ReadonlySet<number> | undefined>
  readonly setChosen: Setter<ReadonlySet<number> | undefined>
  /** The message that was jumped to, lit for a moment. */
  readonly lit: Accessor<number>
  readonly setLit: Setter<number>
  /** The first message that was unread when the chat was opened. */
  readonly firstUnread: Accessor<number>
  readonly setFirstUnread: Setter<number>
  /** Files dropped or pasted, waiting for a caption. */
  readonly files: Accessor<readonly File[]>
  readonly setFiles: Setter<readonly File[]>
  /** Set by the conversation: goes to a message, loading what is needed. */
  jump: (id: number) => void = () => undefined
  toEnd: () => void = () => undefined
  focusComposer: () => void = () => undefined

  constructor(
    readonly account: Account,
    readonly peer: PeerKey,
    readonly thread: number,
    readonly history: History,
  ) {
    ;[this.replying, this.setReplying] = createSignal<ReplyTo>()
    ;[this.editing, this.setEditing] = createSignal<number>()
    ;[this.chosen, this.setChosen] = createSignal<ReadonlySet<number>>()
    ;[this.lit, this.setLit] = createSignal(0)
    ;[this.firstUnread, this.setFirstUnread] = createSignal(0)
    ;[this.files, this.setFiles] = createSignal<readonly File[]>([])
  }

  message(id: number): Msg | undefined {
    return this.account.messages.get(this.peer, id)
  }

  /** The row above, for grouping and dates. */
  above(row: number): Msg | undefined {
    const rows = this.history.rows()
    const index = placeIn(rows, row)
    return index > 0 ? this.account.messages.peek(this.peer, rows[index - 1]!) : undefined
  }

  choose(id: number): void {
    this.setChosen((now) => {
      const next = new Set(now)
      if (!next.delete(id)) next.add(id)
      return next.size ? next : undefined
    })
  }

  /** Whether this person may write here at all. */
  mayWrite(): boolean {
    const { peers } = this.account
    if (isUser(this.peer)) return peers.person(this.peer)?.deleted !== true
    const room = peers.room(this.peer)
    if (!room || room._ === 'chatForbidden' || room._ === 'channelForbidden') return false
    // Who reads a channel comments its posts without being in the group that discusses them.
    if (room.left) return this.thread > 0 && room._ === 'channel' && room.hasLink === true && !room.broadcast && !room.joinToSend && this.mayHere('sendMessages')
    if (this.closed() && !(room._ === 'channel' && (room.creator || room.adminRights?.manageTopics))) return false
    if (room.creator || room.adminRights) return room._ === 'chat' || !room.broadcast || room.creator === true || room.adminRights?.postMessages === true
    if (room._ === 'channel' && room.broadcast) return false
    return this.mayHere('sendMessages') && (room._ !== 'chat' || !room.deactivated)
  }

  /** True in a topic that was closed. */
  closed(): boolean {
    return this.thread > 0 && this.account.topics.one(this.peer, this.thread)?.closed === true
  }

  /** Whether words may be written, apart from what else may be sent. */
  mayType(): boolean {
    const room = isUser(this.peer) ? undefined : this.account.peers.room(this.peer)
    return !room || ('creator' in room && (room.creator === true || room.adminRights !== undefined)) || this.mayHere('sendPlain')
  }

  /** Neither everybody nor this person is kept from it in this room. */
  private mayHere(right: 'sendMessages' | 'sendPlain'): boolean {
    const room = this.account.peers.room(this.peer)
    if (room?._ !== 'chat' && room?._ !== 'channel') return false
    return room.defaultBannedRights?.[right] !== true && (room._ !== 'channel' || room.bannedRights?.[right] !== true)
  }
}

const Context = createContext<Chat>()
export const ChatProvider = Context.Provider

export function useChat(): Chat {
  const chat = useContext(Context)
  if (!chat) throw new Error('no chat here')
  return chat
}

// Read marks: what this person has seen, told to the server without haste.

import { isChannel, type PeerKey } from '../telegram/peers'
import type { Account } from './account'

const PAUSE_MS = 300

export class Reading {
  private readonly waiting = new Map<string, number>()
  private timer = 0

  constructor(private readonly account: Account) {}

  /** The message was on screen while the window had the focus. */
  saw(key: PeerKey, id: number, thread = 0): void {
    if (!document.hasFocus()) return
    const dialog = this.account.dialogs.all.peek(key)
    if (!thread && dialog && id <= dialog.readInbox && !dialog.marked) return
    const name = `${key}/${thread}`
    if ((this.waiting.get(name) ?? 0) >= id) return
    this.waiting.set(name, id)
    this.timer ||= window.setTimeout(() => void this.tell(), PAUSE_MS)
  }

  /** A mention or a voice message was looked at or listened to. */
  heard(key: PeerKey, id: number): void {
    const message = this.account.messages.peek(key, id)
    if (message?.out || message?._ !== 'message' || !message.mediaUnread) return
    const call = isChannel(key)
      ? this.account.call({ _: 'channels.readMessageContents', channel: this.account.peers.inputChannel(key), id: [id] })
      : this.account.call({ _: 'messages.readMessageContents', id: [id] })
    this.account.messages.change(key, id, (one) => (one._ === 'message' ? { ...one, mediaUnread: false } : one))
    if (message.mentioned) {
      const dialog = this.account.dialogs.all.peek(key)
      if (dialog) this.account.dialogs.change(key, { mentions: Math.max(0, dialog.mentions - 1) })
    }
    call.catch(() => undefined)
  }

  private async tell(): Promise<void> {
    this.timer = 0
    const told = [...this.waiting]
    this.waiting.clear()
    for (const [name, maxId] of told) {
      const [key, thread] = name.split('/').map(Number) as [PeerKey, number]
      await this.read(key, maxId, thread).catch(() => undefined)
    }
  }

  private async read(key: PeerKey, maxId: number, thread: number): Promise<void> {
    const { account } = this
    const peer = account.peers.input(key)
    if (thread) {
      await account.call({ _: 'messages.readDiscussion', peer, msgId: thread, readMaxId: maxId })
      account.topics.change(key, thread, (topic) => ({ unreadCount: maxId >= topic.topMessage ? 0 : topic.unreadCount, readInboxMaxId: maxId }))
      if (account.peers.isForum(key)) await account.loadDialog(key)
      return
    }
    const dialog = account.dialogs.all.peek(key)
    if (dialog && maxId > dialog.readInbox) {
      if (isChannel(key)) await account.call({ _: 'channels.readHistory', channel: account.peers.inputChannel(key), maxId })
      else await account.call({ _: 'messages.readHistory', peer, maxId })
      const unread = maxId >= dialog.top ? 0 : this.unreadAfter(key, maxId, dialog.unread)
      account.dialogs.change(key, { readInbox: maxId, unread })
    }
    if (dialog?.marked) {
      await account.call({ _: 'messages.markDialogUnread', peer: { _: 'inputDialogPeer', peer } })
      account.dialogs.change(key, { marked: false })
    }
  }

  private unreadAfter(key: PeerKey, maxId: number, unread: number): number {
    const history = this.account.histories.of(key)
    if (!history.atEnd()) return unread
    return history.all().filter((id) => id > maxId && !this.account.messages.peek(key, id)?.out).length
  }
}

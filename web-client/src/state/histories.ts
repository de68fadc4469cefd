// The histories opened so far: of chats, of threads in them, of what is scheduled.

import type { tl } from '@mtcute/web'
import Long from 'long'
import { channelKey, type PeerKey } from '../telegram/peers'
import type { Account } from './account'
import { History, RESTING, type Ask, type Page } from './history'

const MOST = 24

export class Histories {
  private readonly open = new Map<string, History>()

  constructor(private readonly account: Account) {}

  /** The history of a chat, or of the thread under one of its messages. */
  of(key: PeerKey, thread = 0): History {
    const name = `${key}/${thread}`
    const found = this.open.get(name)
    if (found) {
      this.open.delete(name)
      this.open.set(name, found)
      return found
    }
    const fetch = (ask: Ask): Promise<Page> => this.fetch(key, thread, ask)
    const made = new History(key, this.account.messages, fetch, (ids) => this.release(key, ids))
    this.open.set(name, made)
    if (this.open.size > MOST) this.open.delete(this.open.keys().next().value!)
    return made
  }

  /** The histories that show this chat, threads included. */
  showing(key: PeerKey): Array<{ history: History; thread: number }> {
    return [...this.open]
      .filter(([name]) => name.startsWith(`${key}/`))
      .map(([name, history]) => ({ history, thread: Number(name.split('/')[1]) }))
  }

  /** The chat is not on screen any more. */
  leave(key: PeerKey): void {
    for (const { history } of this.showing(key)) history.rest()
  }

  /** Something was said in a chat: of one that was not opened only the newest messages are kept. */
  heard(key: PeerKey): void {
    if (this.account.messages.count(key) <= RESTING * 2 || this.account.peers.isForum(key) || this.showing(key).length) return
    this.release(key, this.account.messages.ids(key).slice(0, -RESTING))
  }

  /** Forgets messages, except such as are shown elsewhere. */
  private release(key: PeerKey, ids: readonly number[]): void {
    if (this.account.peers.isForum(key)) return
    const shown = new Set([...(this.account.pinned.ids.peek(key) ?? []), this.account.dialogs.all.peek(key)?.top ?? 0])
    for (const { history } of this.showing(key)) history.all().forEach((id) => shown.add(id))
    this.account.messages.release(key, ids.filter((id) => !shown.has(id)))
  }

  /** All are loaded anew when next shown; those on screen at once. */
  forget(channelId?: number): void {
    for (const [name, history] of this.open) {
      if (channelId !== undefined && !name.startsWith(`${channelKey(channelId)}/`)) continue
      if (history.ready()) void history.latest().catch(() => undefined)
    }
  }

  private async fetch(key: PeerKey, thread: number, ask: Ask): Promise<Page> {
    const peer = this.account.peers.input(key)
    const rest = { peer, offsetDate: 0, maxId: 0, minId: 0, hash: Long.ZERO, ...ask }
    const page = thread
      ? await this.account.call({ _: 'messages.getReplies', msgId: thread, ...rest })
      : await this.account.call({ _: 'messages.getHistory', ...rest })
    return pageOf(page)
  }
}

/** The messages of an answer, and how many there are in all. */
export function pageOf(page: tl.messages.TypeMessages): Page {
  if (page._ === 'messages.messagesNotModified') return { messages: [], count: page.count }
  return { messages: page.messages, count: page._ === 'messages.messages' ? page.messages.length : page.count }
}

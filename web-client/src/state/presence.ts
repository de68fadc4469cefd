// Who is there, and who is writing where, right now.

import type { tl } from '@mtcute/web'
import { createSignal, type Accessor } from 'solid-js'
import type { PeerKey } from '../telegram/peers'
import { Cells } from './cells'

export interface Doing {
  who: PeerKey
  what: tl.TypeSendMessageAction['_']
  until: number
}
const LASTS_S = 6

export class Presence {
  /** What people do in a chat; chats and threads where nobody does anything have no entry. */
  readonly doing = new Cells<PeerKey, readonly Doing[]>()
  /** Seconds since 1970, renewed each 20 s: what "last seen" is measured against. */
  readonly now: Accessor<number>
  private readonly timer: number

  constructor() {
    const [now, setNow] = createSignal(seconds())
    this.now = now
    this.timer = window.setInterval(() => setNow(seconds()), 20_000)
  }

  /** Somebody does something in a chat, or has stopped. */
  heard(chat: PeerKey, who: PeerKey, action: tl.TypeSendMessageAction): void {
    const others = (this.doing.peek(chat) ?? []).filter((one) => one.who !== who)
    if (action._ === 'sendMessageCancelAction') return this.keep(chat, others)
    this.keep(chat, [...others, { who, what: action._, until: seconds() + LASTS_S }])
    window.setTimeout(() => this.expire(chat), LASTS_S * 1000 + 50)
  }

  /** Who has sent a message is not writing any more. */
  sent(chat: PeerKey, who: PeerKey): void {
    const doing = this.doing.peek(chat)
    if (doing?.some((one) => one.who === who)) this.keep(chat, doing.filter((one) => one.who !== who))
  }

  close(): void {
    window.clearInterval(this.timer)
  }

  private expire(chat: PeerKey): void {
    this.keep(chat, (this.doing.peek(chat) ?? []).filter((one) => one.until > seconds()))
  }

  private keep(chat: PeerKey, doing: readonly Doing[]): void {
    if (doing.length) this.doing.set(chat, doing)
    else this.doing.delete(chat)
  }
}

const seconds = (): number => Math.floor(Date.now() / 1000)

/** True if the person is online at this moment. */
export function isOnline(status: tl.TypeUserStatus | undefined, now: number): boolean {
  return status?._ === 'userStatusOnline' && status.expires > now
}

// How often posts were seen: those that come on screen are counted, and the figures of all are asked for together.

import { isChannel, type PeerKey } from '../telegram/peers'
import type { Account } from './account'

const PAUSE_MS = 700

export class Views {
  private readonly waiting = new Map<PeerKey, Set<number>>()
  private readonly counted = new Set<string>()
  private timer = 0

  constructor(private readonly account: Account) {}

  /** The post is on screen. */
  saw(key: PeerKey, id: number): void {
    if (!isChannel(key)) return
    const ids = this.waiting.get(key) ?? new Set()
    this.waiting.set(key, ids.add(id))
    this.timer ||= window.setTimeout(() => void this.tell().catch(() => undefined), PAUSE_MS)
  }

  private async tell(): Promise<void> {
    this.timer = 0
    const told = [...this.waiting]
    this.waiting.clear()
    for (const [key, ids] of told) {
      const id = [...ids].slice(-100)
      const increment = id.some((one) => !this.counted.has(`${key}/${one}`))
      id.forEach((one) => this.counted.add(`${key}/${one}`))
      const found = await this.account.call({ _: 'messages.getMessagesViews', peer: this.account.peers.input(key), id, increment })
      found.views.forEach((view, index) => {
        this.account.messages.change(key, id[index]!, (message) => {
          if (message._ !== 'message') return message
          return { ...message, views: view.views ?? message.views, forwards: view.forwards ?? message.forwards, replies: view.replies ?? message.replies }
        })
      })
    }
  }
}

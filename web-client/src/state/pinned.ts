// Messages pinned in a chat, newest first; loaded when a chat is opened.

import Long from 'long'
import type { PeerKey } from '../telegram/peers'
import type { Account } from './account'
import { Cells } from './cells'
import { pageOf } from './histories'

export class Pinned {
  readonly ids = new Cells<PeerKey, readonly number[]>()

  constructor(private readonly account: Account) {}

  of(key: PeerKey): readonly number[] {
    return this.ids.get(key) ?? []
  }

  async load(key: PeerKey): Promise<void> {
    const page = pageOf(
      await this.account.call({
        _: 'messages.search', peer: this.account.peers.input(key), q: '', filter: { _: 'inputMessagesFilterPinned' },
        minDate: 0, maxDate: 0, offsetId: 0, addOffset: 0, limit: 100, maxId: 0, minId: 0, hash: Long.ZERO,
      }),
    )
    this.ids.set(key, this.account.messages.putAll(page.messages).map((one) => one.id))
  }

  /** Pins have changed: read anew if anybody has looked at them. */
  heard(key: PeerKey): void {
    if (this.ids.has(key)) void this.load(key).catch(() => undefined)
  }
}

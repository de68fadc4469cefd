// What is half written: kept by the server, so that it is on every device.

import type { tl } from '@mtcute/web'
import type { PeerKey } from '../telegram/peers'
import type { Account } from './account'
import { outgoing } from './deliver'

const PAUSE_MS = 1500

export interface Written {
  text: string
  entities: tl.TypeMessageEntity[]
  replyTo?: number
}

export class Drafts {
  private readonly timers = new Map<PeerKey, number>()
  private readonly waiting = new Map<PeerKey, Written>()
  private readonly saving = new Set<PeerKey>()

  constructor(private readonly account: Account) {
    window.addEventListener('pagehide', () => this.flush())
  }

  of(key: PeerKey): tl.RawDraftMessage | undefined {
    return this.account.dialogs.all.peek(key)?.draft
  }

  /** The text is what is written now; it is saved when the writer pauses. */
  write(key: PeerKey, written: Written): void {
    this.waiting.set(key, written)
    window.clearTimeout(this.timers.get(key))
    this.timers.set(key, window.setTimeout(() => void this.save(key), PAUSE_MS))
  }

  /** True while something is written here that the server does not know yet. */
  writing(key: PeerKey): boolean {
    return this.waiting.has(key) || this.saving.has(key)
  }

  /** What waits is saved at once. */
  flush(key?: PeerKey): void {
    const keys = key === undefined ? [...this.waiting.keys()] : [key]
    keys.forEach((one) => void this.save(one))
  }

  /** The message was sent: nothing is half written any more. */
  drop(key: PeerKey): void {
    window.clearTimeout(this.timers.get(key))
    this.waiting.delete(key)
    if (this.of(key)) this.account.dialogs.change(key, { draft: undefined })
  }

  /** Another device has written. */
  heard(key: PeerKey, draft: tl.TypeDraftMessage): void {
    if (this.writing(key)) return
    this.account.dialogs.change(key, { draft: draft._ === 'draftMessage' ? draft : undefined })
  }

  private async save(key: PeerKey): Promise<void> {
    const written = this.waiting.get(key)
    if (!written) return
    this.waiting.delete(key)
    window.clearTimeout(this.timers.get(key))
    const known = this.of(key)
    const knownReply = known?.replyTo?._ === 'inputReplyToMessage' ? known.replyTo.replyToMsgId : undefined
    if ((known?.message ?? '') === written.text && knownReply === written.replyTo) return
    const replyTo: tl.TypeInputReplyTo | undefined = written.replyTo ? { _: 'inputReplyToMessage', replyToMsgId: written.replyTo } : undefined
    const empty = !written.text && !replyTo
    const date = Math.floor(Date.now() / 1000)
    const draft: tl.RawDraftMessage | undefined = empty ? undefined : { _: 'draftMessage', message: written.text, entities: written.entities, replyTo, date }
    this.account.dialogs.change(key, { draft })
    this.saving.add(key)
    await this.account
      .call({ _: 'messages.saveDraft', peer: this.account.peers.input(key), message: written.text, entities: outgoing(this.account, written.entities), replyTo })
      .catch(() => undefined)
    this.saving.delete(key)
  }
}

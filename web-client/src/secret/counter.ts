// How many letters of this device are safe here: what the server may forget, and from where to ask for what was missed.

import type { Relay } from './relay'
import type { Change, Shelf } from './shelf'

const RECEIPT_MS = 400
const ROW = [0]

export class Counter {
  private receipt: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly shelf: Shelf,
    private readonly relay: Relay,
    private readonly told: (qts: number) => void,
    private qts = 0,
  ) {}

  /** From now on letters are counted: those before are none of ours. */
  async begin(): Promise<void> {
    if (!this.qts) await this.reach(await this.relay.qts())
  }

  has(qts: number): boolean {
    return qts <= this.qts
  }

  follows(qts: number): boolean {
    return !this.qts || qts === this.qts + 1
  }

  /** The row that says so, to be stored with the letter itself. */
  row(qts: number): Change {
    return { store: 'facts', key: ROW, value: qts }
  }

  async reach(qts: number): Promise<void> {
    await this.shelf.write([this.row(qts)])
    this.reached(qts)
  }

  /** It is stored. */
  reached(qts: number): void {
    this.qts = qts
    this.told(qts)
    this.receipt ??= setTimeout(() => this.acknowledge(), RECEIPT_MS)
  }

  /** The server hears what it may forget. */
  acknowledge(): void {
    clearTimeout(this.receipt)
    this.receipt = undefined
    if (this.qts) void this.relay.received(this.qts).catch(() => undefined)
  }

  close(): void {
    clearTimeout(this.receipt)
  }
}

// The stretch of a chat that is loaded: ids in order, without a hole, and whether either end is the chat's end.

import type { tl } from '@mtcute/web'
import { batch, createSignal, type Accessor, type Setter } from 'solid-js'
import type { PeerKey } from '../telegram/peers'
import { Cells } from './cells'
import type { Messages, Msg } from './messages'

export const PAGE = 50
/** What is kept of a stretch that only grows: far more than a person scrolls through, little enough for any phone. */
export const KEPT = 20_000
/** What stays of a stretch that nobody looks at. */
export const RESTING = 300

export interface Ask {
  offsetId: number
  addOffset: number
  limit: number
  offsetDate?: number
}
export interface Page {
  messages: tl.TypeMessage[]
  count: number
}
export type Fetch = (ask: Ask) => Promise<Page>

export class History {
  /** What is shown one under the other: message ids, of an album its first. */
  readonly rows: Accessor<readonly number[]>
  readonly atStart: Accessor<boolean>
  readonly atEnd: Accessor<boolean>
  readonly loading: Accessor<boolean>
  /** False until the first page is there. */
  readonly ready: Accessor<boolean>
  /** How many messages the server says there are. */
  readonly count: Accessor<number>
  /** All ids of an album, by the id of its first. */
  readonly albums = new Cells<number, readonly number[]>()

  private ids: number[] = []
  private readonly setRows: Setter<readonly number[]>
  private readonly setStart: Setter<boolean>
  private readonly setEnd: Setter<boolean>
  private readonly setLoading: Setter<boolean>
  private readonly setReady: Setter<boolean>
  private readonly setCount: Setter<number>
  private turn = 0

  constructor(
    readonly key: PeerKey,
    private readonly messages: Messages,
    private readonly fetch: Fetch,
    /** Told of messages that have left the stretch because it was long. */
    private readonly left: (ids: readonly number[]) => void = () => undefined,
  ) {
    ;[this.rows, this.setRows] = createSignal<readonly number[]>([])
    ;[this.atStart, this.setStart] = createSignal(false)
    ;[this.atEnd, this.setEnd] = createSignal(false)
    ;[this.loading, this.setLoading] = createSignal(false)
    ;[this.ready, this.setReady] = createSignal(false)
    ;[this.count, this.setCount] = createSignal(0)
  }

  /** The newest page is loaded. */
  async latest(): Promise<void> {
    await this.load({ offsetId: 0, addOffset: 0, limit: PAGE }, (found) => this.replace(found, found.length < PAGE, true))
  }

  /** The stretch around this message is loaded; nothing happens if it is there already. */
  async around(id: number): Promise<void> {
    if (this.ids.includes(id)) return
    await this.load({ offsetId: id, addOffset: -(PAGE / 2), limit: PAGE }, (found) => {
      this.replace(found, false, found.every((one) => one.id <= id))
    })
  }

  /** The stretch around a moment; the answer is the first message not before it. */
  async aroundDate(date: number): Promise<number | undefined> {
    let first: number | undefined
    await this.load({ offsetId: 0, offsetDate: date, addOffset: -(PAGE / 2), limit: PAGE }, (found) => {
      this.replace(found, false, false)
      const later = found.filter((one) => one.date >= date).map((one) => one.id)
      first = later.length ? Math.min(...later) : found[0]?.id
    })
    return first
  }

  async older(): Promise<void> {
    if (this.atStart() || !this.ready()) return
    const before = this.ids[0] ?? 0
    await this.load({ offsetId: before, addOffset: 0, limit: PAGE }, (found) => {
      this.setStart(found.length < PAGE)
      this.join(found)
    })
  }

  async newer(): Promise<void> {
    if (this.atEnd() || !this.ready()) return
    const after = this.ids.at(-1) ?? 0
    await this.load({ offsetId: after, addOffset: -PAGE, limit: PAGE }, (found) => {
      const fresh = found.filter((one) => one.id > after)
      this.setEnd(fresh.length < PAGE / 2)
      this.join(fresh)
    })
  }

  /** A message that has just come: shown if the stretch reaches the chat's end. */
  append(message: Msg): void {
    if (!this.ready() || !this.atEnd() || this.ids.includes(message.id, Math.max(0, this.ids.length - 200))) return
    const last = this.ids.at(-1) ?? 0
    this.setCount((count) => count + 1)
    if (message.id < last) {
      this.join([message])
      return
    }
    this.ids.push(message.id)
    const row = this.rows().at(-1)
    if (row !== undefined && sameAlbum(this.messages.peek(this.key, row), message)) {
      this.albums.set(row, [...(this.albums.peek(row) ?? [row]), message.id])
      this.setRows((rows) => [...rows])
      return
    }
    if (this.ids.length > KEPT * 1.1) this.trim(KEPT)
    else this.setRows((rows) => [...rows, message.id])
  }

  /** Nobody looks at it any more: of a long stretch the newest stay. */
  rest(): void {
    if (this.atEnd() && this.ids.length > RESTING * 2) batch(() => this.trim(RESTING))
  }

  remove(ids: readonly number[]): void {
    const gone = new Set(ids)
    const left = this.ids.filter((id) => !gone.has(id))
    if (left.length === this.ids.length) return
    this.setCount((count) => Math.max(0, count - (this.ids.length - left.length)))
    this.ids = left
    this.regroup()
  }

  clear(): void {
    this.ids = []
    batch(() => {
      this.regroup()
      this.setCount(0)
      this.setStart(true)
      this.setEnd(true)
    })
  }

  /** The messages loaded, oldest first. */
  all(): readonly number[] {
    return this.ids
  }

  has(id: number): boolean {
    return this.ids.includes(id)
  }

  private async load(ask: Ask, take: (found: Msg[]) => void): Promise<void> {
    const turn = ++this.turn
    this.setLoading(true)
    try {
      const page = await this.fetch(ask)
      if (turn !== this.turn) return
      batch(() => {
        this.setCount(page.count)
        take(this.messages.putAll(page.messages))
        this.setReady(true)
      })
    } finally {
      if (turn === this.turn) this.setLoading(false)
    }
  }

  private replace(found: Msg[], atStart: boolean, atEnd: boolean): void {
    this.ids = found.map((one) => one.id).sort((a, b) => a - b)
    this.setStart(atStart)
    this.setEnd(atEnd)
    this.regroup()
  }

  private join(found: Msg[]): void {
    const known = new Set(this.ids)
    const fresh = found.map((one) => one.id).filter((id) => !known.has(id))
    if (!fresh.length) return
    this.ids = [...this.ids, ...fresh].sort((a, b) => a - b)
    this.regroup()
  }

  private trim(most: number): void {
    const gone = this.ids.slice(0, -most)
    this.ids = this.ids.slice(-most)
    this.setStart(false)
    this.regroup()
    this.left(gone)
  }

  private regroup(): void {
    const rows: number[] = []
    const albums = new Map<number, number[]>()
    let first: Msg | undefined
    for (const id of this.ids) {
      const message = this.messages.peek(this.key, id)
      if (!message) continue
      if (first && sameAlbum(first, message)) albums.get(first.id)?.push(id) ?? albums.set(first.id, [first.id, id])
      else rows.push((first = message).id)
    }
    for (const id of [...this.albums.keys()]) if (!albums.has(id)) this.albums.delete(id)
    albums.forEach((ids, id) => this.albums.set(id, ids))
    this.setRows(rows)
  }
}

function sameAlbum(one: Msg | undefined, other: Msg): boolean {
  return one?._ === 'message' && other._ === 'message' && one.groupedId !== undefined && other.groupedId?.eq(one.groupedId) === true
}

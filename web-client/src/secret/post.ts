// What leaves the device: letters one after the other, files before the letters that speak of them.

import { createSignal } from 'solid-js'
import type { FileRef, Outgoing } from './chat'
import type { Entity, Media, Spoken } from './inner'
import { Refused } from './refused'
import type { Room } from './room'
import { fingerprint, openFile, sealFile } from './sealed-file'
import type { Line } from './line'
import type { Loading } from './relay'

type Enclosed = Extract<Media, { key: Uint8Array }>
/** What a file's message answers, and which album it is in. */
export type Besides = Pick<Spoken, 'replyTo' | 'groupedId'>

const AGAIN_MS = 5000
const LONGEST_MS = 300_000
/** Larger files are not kept a second time in this browser's database. */
const KEPT_BYTES = 50 * 1024 * 1024

export class Post {
  /** How much of each file under way is there, by line; from 0 to 1. */
  readonly shares: () => ReadonlyMap<number, number>
  private readonly setShares: (all: ReadonlyMap<number, number>) => void
  private readonly coming = new Map<number, Promise<Uint8Array>>()
  private readonly aborts = new Map<number, AbortController>()
  private running = false
  private closed = false
  private patience = AGAIN_MS

  constructor(private readonly room: Room) {
    const [shares, setShares] = createSignal<ReadonlyMap<number, number>>(new Map())
    this.shares = shares
    this.setShares = (all) => void setShares(all)
  }

  /** What waits is sent, in order, each when the one before is with the server. */
  wake(): void {
    if (this.running || this.closed) return
    this.running = true
    void this.run()
      .catch(() => this.closed || setTimeout(() => this.wake(), AGAIN_MS))
      .finally(() => (this.running = false))
  }

  close(): void {
    this.closed = true
    this.aborts.forEach((one) => one.abort())
  }

  private async run(): Promise<void> {
    const { room } = this
    for (;;) {
      // What is being changed is stored before it goes.
      await room.do(() => undefined)
      const out = room.end.waiting()[0]
      // Until the server has our answer there is no chat to send into.
      if (!out || this.closed || room.kept.answer || room.chat.stage !== 'open') return
      try {
        const done = await room.house.relay.send(room.chat, room.end.sealed(out), out)
        await room.do(() => this.sent(out, done))
      } catch (error) {
        if (this.closed || !(await this.failed(out, error))) return
      }
    }
  }

  private sent(out: Outgoing, done: { date: number; file?: FileRef }): void {
    const { room } = this
    this.patience = AGAIN_MS
    room.end.sent(out.n)
    const line = room.history.of(out.randomId)
    if (line?.out && line.state === 'sending') room.history.set({ ...line, state: 'sent', date: done.date, file: done.file ?? line.file })
  }

  /** True if the next may be tried. */
  private async failed(out: Outgoing, error: unknown): Promise<boolean> {
    const { room } = this
    const meaning = room.house.relay.meaning(error)
    if (meaning === 'over') {
      await room.do(() => room.close('them'))
      return false
    }
    if (meaning === 'unwanted') {
      // Its number is used: what goes in its place says nothing. If even that is not taken, nobody hears us now.
      await room.do(() => this.giveUp(out.shown ? [out] : room.end.waiting().filter((one) => one.shown)))
      if (out.shown) return true
    }
    setTimeout(() => this.wake(), this.patience)
    this.patience = Math.min(2 * this.patience, LONGEST_MS)
    return false
  }

  private giveUp(all: readonly Outgoing[]): void {
    const { room } = this
    for (const { randomId } of all) {
      const line = room.history.of(randomId)
      if (line) room.history.set({ ...line, state: 'failed' })
    }
    room.end.hollow(all.map((one) => one.randomId))
  }

  // --- files ---------------------------------------------------------------------------------------------------------

  async file(media: Enclosed, blob: Blob, text: string, entities: Entity[], more: Besides): Promise<void> {
    const { room } = this
    const { house, chat } = room
    const randomId = room.random()
    const line = await room.do(() => room.history.add({ kind: 'said', out: true, date: house.now(), randomId, text, entities, media, replyTo: more.replyTo, ttl: chat.timer, state: 'sending', seen: false }))
    const abort = new AbortController()
    this.aborts.set(line.id, abort)
    try {
      const sealed = await sealFile(blob, media.key, media.iv, house.from)
      const uploaded = await house.relay.upload(sealed, this.loading(line.id, abort.signal))
      abort.signal.throwIfAborted()
      const plain = blob.size <= KEPT_BYTES ? new Uint8Array(await blob.arrayBuffer()) : undefined
      await room.do(() => {
        const now = room.lines.peek(line.id)
        if (!now) return
        if (plain) room.history.keepFile(line.id, plain)
        const spoken: Spoken = { randomId, ttl: now.ttl, text, entities, media, ...more }
        room.end.say(spoken, house.now(), { ...uploaded, fingerprint: fingerprint(media.key, media.iv) })
      })
      this.wake()
    } catch (error) {
      await room.do(() => {
        const now = room.lines.peek(line.id)
        if (now && abort.signal.aborted) room.history.drop([line.id])
        else if (now) room.history.set({ ...now, state: 'failed' })
      })
      if (!abort.signal.aborted) throw error
    } finally {
      this.aborts.delete(line.id)
      this.share(line.id)
    }
  }

  /** A file on its way up or down goes no further. */
  stop(id: number): void {
    this.aborts.get(id)?.abort()
  }

  /** The file of a line, opened. Errors: Refused, if it is not the one the message speaks of. */
  content(line: Line): Promise<Uint8Array> {
    const known = this.coming.get(line.id)
    if (known) return known
    const coming = this.fetch(line).finally(() => this.coming.delete(line.id))
    this.coming.set(line.id, coming)
    return coming
  }

  private async fetch(line: Line): Promise<Uint8Array> {
    const { room } = this
    const { shelf, relay, from } = room.house
    const kept = await shelf.get<Uint8Array>('files', [room.id, line.id])
    if (kept) return kept
    const { media, file } = line
    if (!media || !('key' in media) || !file) throw new Refused('no file')
    if (file.fingerprint !== fingerprint(media.key, media.iv)) throw new Refused('another file')
    const abort = new AbortController()
    this.aborts.set(line.id, abort)
    try {
      const bytes = await openFile(relay.download(file, this.loading(line.id, abort.signal)), media.key, media.iv, Number(media.size), from)
      // The server does not keep it for ever; here it stays as long as its line.
      if (bytes.length <= KEPT_BYTES) await room.do(() => (room.lines.has(line.id) ? room.history.keepFile(line.id, bytes) : undefined))
      return bytes
    } finally {
      this.aborts.delete(line.id)
      this.share(line.id)
    }
  }

  private loading(id: number, signal: AbortSignal): Loading {
    this.share(id, 0)
    return { signal, progress: (share) => this.share(id, share) }
  }

  private share(id: number, share?: number): void {
    const all = new Map(this.shares())
    if (share === undefined) all.delete(id)
    else all.set(id, share)
    this.setShares(all)
  }
}

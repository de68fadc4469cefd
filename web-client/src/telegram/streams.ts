// Files too big to be fetched whole before they are of use: the service worker asks for the bytes a player or a
// download wants next, and this page fetches those. A few pieces are held, whatever the size of the file.

import type { tl } from '@mtcute/web'
import type { Account } from '../state/account'

/** What the service worker asks. Without `length` it asks what the stream is. */
export interface Asked {
  stream: string
  from?: number
  length?: number
  /** Whoever wanted the bytes went away. */
  over?: boolean
}
export interface Described {
  size: number
  type: string
  /** The name to save it under, if it is to be saved. */
  name?: string
}

const PIECE = 512 * 1024
/** Pieces held of one file: where a player looks back and forth. */
const HELD = 12
const PING_MS = 8000
const LATE_MS = 10_000

interface Stream extends Described {
  bytes(from: number, length: number): Promise<Uint8Array>
  over?(): void
}

const streams = new Map<string, Stream>()
/** The latest that are over: who asks for more of one is answered that there is none. */
const ended = new Set<string>()
const REMEMBERED = 100
let listening = false

/** True where a service worker stands between this page and its requests. */
export const mayStream = (): boolean => 'serviceWorker' in navigator && navigator.serviceWorker.controller !== null

/** The address of a file that a player may ask for in any order, until `signal` ends it. */
export function playing(account: Account, document: tl.RawDocument, location: tl.TypeInputFileLocation, type: string, signal: AbortSignal): string {
  const abort = new AbortController()
  const pieces = new Pieces(account, location, document.size, abort.signal)
  const token = add({ size: document.size, type, bytes: (from, length) => pieces.bytes(from, length) })
  // A player that goes may still have asked for something: it is answered.
  const end = (): void => (abort.abort(), over(token))
  signal.addEventListener('abort', () => window.setTimeout(end, LATE_MS))
  return addressOf(token)
}

/** The browser saves the file as it comes; fulfilled when the last byte was handed over, or the person stopped it there. Errors: AbortError. */
export function saving(account: Account, document: tl.RawDocument, location: tl.TypeInputFileLocation, name: string, signal?: AbortSignal, progress?: (share: number) => void): Promise<void> {
  const abort = new AbortController()
  const pieces = new Pieces(account, location, document.size, abort.signal)
  return new Promise<void>((done, fail) => {
    const end = (how: () => void): void => {
      over(token)
      window.clearInterval(beat)
      abort.abort()
      // A frame that is taken away at once takes its download along.
      window.setTimeout(() => frame.remove(), LATE_MS)
      how()
    }
    const bytes = async (from: number, length: number): Promise<Uint8Array> => {
      const found = await pieces.bytes(from, length)
      progress?.((from + found.length) / document.size)
      if (from + found.length >= document.size) window.setTimeout(() => end(done))
      return found
    }
    const stop = (): void => end(() => fail(new DOMException('', 'AbortError')))
    const token = add({ size: document.size, type: 'application/octet-stream', name, bytes, over: () => end(done) })
    signal?.addEventListener('abort', stop)
    // An idle service worker is put to sleep, with what it is handing over.
    const beat = window.setInterval(() => navigator.serviceWorker.controller?.postMessage({ stream: token }), PING_MS)
    const frame = window.document.createElement('iframe')
    frame.hidden = true
    frame.src = addressOf(token)
    window.document.body.append(frame)
  })
}

class Pieces {
  private readonly held = new Map<number, Promise<Uint8Array>>()

  constructor(
    private readonly account: Account,
    private readonly location: tl.TypeInputFileLocation,
    private readonly size: number,
    private readonly signal: AbortSignal,
  ) {}

  /** Bytes from a place on, at most to the end of the piece they are in. */
  async bytes(from: number, length: number): Promise<Uint8Array> {
    const number = Math.floor(from / PIECE)
    const coming = this.piece(number)
    // What comes next is on its way while this is played or written.
    if ((number + 1) * PIECE < this.size) void this.piece(number + 1).catch(() => undefined)
    const found = await coming
    const start = from - number * PIECE
    return found.slice(start, start + length)
  }

  private piece(number: number): Promise<Uint8Array> {
    const known = this.held.get(number)
    this.held.delete(number)
    const piece = known ?? this.fetch(number)
    this.held.set(number, piece)
    piece.catch(() => this.held.get(number) === piece && this.held.delete(number))
    for (const other of this.held.keys()) {
      if (this.held.size <= HELD) break
      this.held.delete(other)
    }
    return piece
  }

  private async fetch(number: number): Promise<Uint8Array> {
    const { client } = this.account.link
    const dcId = await client.getPrimaryDcId()
    const found = await client.call(
      { _: 'upload.getFile', location: this.location, offset: number * PIECE, limit: PIECE },
      { dcId, kind: 'download', abortSignal: this.signal, floodSleepThreshold: Infinity },
    )
    if (found._ !== 'upload.file') throw new Error(found._)
    return found.bytes
  }
}

function add(stream: Stream): string {
  if (!listening) navigator.serviceWorker.addEventListener('message', heard)
  listening = true
  const token = crypto.randomUUID()
  streams.set(token, stream)
  return token
}

function over(token: string): void {
  streams.delete(token)
  ended.add(token)
  const [oldest] = ended
  if (ended.size > REMEMBERED && oldest !== undefined) ended.delete(oldest)
}

const addressOf = (token: string): string => `${import.meta.env.BASE_URL}stream/${token}`

function heard({ data, ports: [port] }: MessageEvent<Asked>): void {
  const stream = streams.get(data.stream)
  if (!stream) {
    // Unless it was here, another window of this browser may know it.
    if (ended.has(data.stream)) port?.postMessage(undefined)
    return
  }
  if (data.over) return stream.over?.()
  if (data.from === undefined || data.length === undefined) {
    const { size, type, name } = stream
    return port?.postMessage({ size, type, name } satisfies Described)
  }
  stream.bytes(data.from, data.length).then(
    (bytes) => port?.postMessage(bytes, [bytes.buffer]),
    () => port?.postMessage(undefined),
  )
}

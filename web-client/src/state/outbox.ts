// Messages on their way: shown at once, kept on the device until the server has them, sent in order chat by chat.

import { tl } from '@mtcute/web'
import { randomLong } from '@mtcute/web/utils.js'
import { batch } from 'solid-js'
import { explain } from '../telegram/errors'
import type { PeerKey } from '../telegram/peers'
import type { Account } from './account'
import { Cells } from './cells'
import { deliver, type Attachment } from './deliver'
import { hear } from './updates'

export interface ReplyTo {
  id: number
  quote?: string
  quoteEntities?: tl.TypeMessageEntity[]
  quoteOffset?: number
  /** The chat of the message replied to, if it is another one. */
  from?: PeerKey
}

export interface NewPoll {
  question: string
  answers: string[]
  multiple: boolean
  public: boolean
  /** Index of the right answer of a quiz. */
  right?: number
  solution?: string
}

/** What a person has asked to be sent. */
export interface Order {
  key: PeerKey
  thread: number
  text: string
  entities: tl.TypeMessageEntity[]
  replyTo?: ReplyTo
  attachments?: Attachment[]
  poll?: NewPoll
  silent?: boolean
  scheduleDate?: number
  noPreview?: boolean
}

export interface Unsent extends Order {
  /** Its place: rows of unsent messages have negative numbers. */
  n: number
  date: number
  randomIds: Array<[number, number]>
  state: 'waiting' | 'sending' | 'failed'
  progress: number
  error?: string
}

const AGAIN_MS = 3000

export class Outbox {
  readonly items = new Cells<number, Unsent>()
  /** Rows of what is unsent, by chat and thread. */
  private readonly rows = new Cells<string, readonly number[]>()
  private readonly busy = new Set<PeerKey>()
  private readonly aborts = new Map<number, AbortController>()
  private next = 1

  constructor(private readonly account: Account) {}

  /** The unsent messages of a chat, oldest first, as negative row numbers; reactive. */
  of(key: PeerKey, thread = 0): readonly number[] {
    return this.rows.get(`${key}/${thread}`) ?? []
  }

  get(row: number): Unsent | undefined {
    return this.items.get(-row)
  }

  /** The message is on screen and kept; it will be sent when it can be. */
  send(order: Order): void {
    const randomIds = Array.from({ length: Math.max(1, order.attachments?.length ?? 0) }, () => {
      const id = randomLong()
      return [id.low, id.high] as [number, number]
    })
    const date = Math.floor(Date.now() / 1000)
    const item: Unsent = { ...order, n: this.next++, date, randomIds, state: 'waiting', progress: 0 }
    this.show(item)
    this.account.drafts.drop(order.key)
    void this.account.keep.put('outbox', String(item.n), item).catch(() => undefined)
    void this.work(order.key)
  }

  /** What was unsent when the page was left is sent now. */
  async restore(): Promise<void> {
    const found = await this.account.keep.all<Unsent>('outbox').catch(() => [])
    for (const item of found.sort((a, b) => a.n - b.n)) {
      if (this.items.has(item.n)) continue
      this.next = Math.max(this.next, item.n + 1)
      this.show({ ...item, state: item.state === 'failed' ? 'failed' : 'waiting', progress: 0 })
    }
    new Set(found.map((item) => item.key)).forEach((key) => void this.work(key))
  }

  retry(row: number): void {
    const item = this.items.peek(-row)
    if (!item) return
    this.items.set(item.n, { ...item, state: 'waiting', error: undefined, progress: 0 })
    void this.work(item.key)
  }

  /** The message is not sent any more, if it was not yet. */
  cancel(row: number): void {
    this.aborts.get(-row)?.abort()
    this.forget(-row)
  }

  private show(item: Unsent): void {
    const name = `${item.key}/${item.thread}`
    batch(() => {
      this.items.set(item.n, item)
      this.rows.set(name, [...(this.rows.peek(name) ?? []), -item.n])
    })
  }

  private forget(n: number): void {
    const item = this.items.peek(n)
    if (!item) return
    const name = `${item.key}/${item.thread}`
    this.rows.set(name, (this.rows.peek(name) ?? []).filter((row) => row !== -n))
    this.items.delete(n)
    this.aborts.delete(n)
    void this.account.keep.delete('outbox', String(n)).catch(() => undefined)
  }

  private async work(key: PeerKey): Promise<void> {
    if (this.busy.has(key)) return
    this.busy.add(key)
    try {
      for (let item = this.first(key); item && !this.account.closed; item = this.first(key)) await this.deliver(item)
    } finally {
      this.busy.delete(key)
    }
  }

  private first(key: PeerKey): Unsent | undefined {
    for (const [, item] of this.items.entries()) if (item.key === key && item.state === 'waiting') return item
    return undefined
  }

  private async deliver(item: Unsent): Promise<void> {
    const abort = new AbortController()
    this.aborts.set(item.n, abort)
    this.items.set(item.n, { ...item, state: 'sending' })
    try {
      const progress = (share: number): void => this.items.update(item.n, (now) => ({ ...now, progress: share }))
      const answer = await deliver(this.account, item, { signal: abort.signal, progress })
      batch(() => {
        this.take(item, answer)
        this.forget(item.n)
      })
      this.account.link.apply(settled(item, answer, this.account))
    } catch (error) {
      if (abort.signal.aborted || !this.items.has(item.n)) return this.forget(item.n)
      if (!isRefusal(error)) return this.wait(item)
      const failed: Unsent = { ...item, state: 'failed', error: tl.RpcError.is(error) ? error.text : '', progress: 0 }
      this.items.set(item.n, { ...failed, error: explain(error) })
      void this.account.keep.put('outbox', String(item.n), failed).catch(() => undefined)
    }
  }

  /** The line broke, which is nobody's refusal: the message stays where it is and is tried again. */
  private wait(item: Unsent): Promise<void> {
    this.items.set(item.n, { ...item, state: 'waiting', progress: 0 })
    return new Promise((done) => window.setTimeout(done, AGAIN_MS))
  }

  /** What the answer says is shown in the same moment in which the unsent one goes. */
  private take(item: Unsent, answer: tl.TypeUpdates): void {
    const settledAnswer = settled(item, answer, this.account)
    if (settledAnswer._ !== 'updates') return
    for (const update of settledAnswer.updates) {
      if (update._ !== 'updateNewMessage' && update._ !== 'updateNewChannelMessage') continue
      if (update.message._ === 'messageEmpty') continue
      hear(this.account, update)
    }
  }
}

/** True if the server has refused, or the file cannot be read any more. */
const isRefusal = (error: unknown): boolean => tl.RpcError.is(error) || error instanceof DOMException

/** The short answer for a plain text, made whole: only we know the rest of that message. */
function settled(item: Unsent, answer: tl.TypeUpdates, account: Account): tl.TypeUpdates {
  if (answer._ !== 'updateShortSentMessage') return answer
  const replyTo: tl.TypeMessageReplyHeader | undefined = item.replyTo
    ? { _: 'messageReplyHeader', replyToMsgId: item.replyTo.id, quote: item.replyTo.quote !== undefined, quoteText: item.replyTo.quote, quoteEntities: item.replyTo.quoteEntities }
    : undefined
  const message: tl.RawMessage = {
    _: 'message', out: true, id: answer.id, date: answer.date, fromId: { _: 'peerUser', userId: account.self },
    peerId: { _: 'peerUser', userId: item.key }, message: item.text, entities: answer.entities ?? item.entities,
    media: answer.media, replyTo, ttlPeriod: answer.ttlPeriod, silent: item.silent,
  }
  const update: tl.TypeUpdate = { _: 'updateNewMessage', message, pts: answer.pts, ptsCount: answer.ptsCount }
  return { _: 'updates', updates: [update], users: [], chats: [], date: answer.date, seq: 0 }
}

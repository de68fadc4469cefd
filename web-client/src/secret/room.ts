// One secret chat on this device: its end of the protocol, its lines, and what of it is stored, always together.

import { batch, createSignal, type Accessor } from 'solid-js'
import { toLong } from './bytes'
import type { Chat, Early, Ending, News, Outgoing } from './chat'
import { End } from './end'
import { History } from './history'
import type { Action, Entity, Media, Spoken } from './inner'
import { isVeiled, type Kept, type Line } from './line'
import type { Primitives } from './primitives'
import { Post, type Besides } from './post'
import { Broken, Refused } from './refused'
import type { Letter, Relay } from './relay'
import type { Change, Shelf } from './shelf'

export interface House {
  readonly shelf: Shelf
  readonly relay: Relay
  readonly from: Primitives
  now(): number
  /** Something came that nobody looks at yet. */
  arrived(room: Room, line: Line): void
  /** This browser did not store what it had to. */
  failed(error: unknown): void
  /** A line may have to go sooner than anything known. */
  hurry(): void
}

export class Room {
  readonly end: End
  readonly history: History
  /** The chat as it is now, for who draws it. */
  readonly view: Accessor<Readonly<Kept>>
  /** They are writing. */
  readonly typing: Accessor<boolean>
  readonly post: Post
  private readonly setView: (kept: Kept) => void
  private readonly setTyping: (yes: boolean) => void
  private turn: Promise<unknown> = Promise.resolve()
  private typingTimer: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly house: House,
    readonly kept: Kept,
    queue: readonly Outgoing[] = [],
    early: readonly Early[] = [],
    lines: readonly Line[] = [],
  ) {
    this.end = new End(kept.chat, house.from)
    queue.forEach((one) => this.end.queue.set(one.n, one))
    early.forEach((one) => this.end.early.set(one.n, one))
    this.history = new History(kept, lines, () => house.hurry())
    const [view, setView] = createSignal<Kept>({ ...kept, chat: { ...kept.chat } })
    const [typing, setTyping] = createSignal(false)
    this.view = view
    this.setView = (one) => void setView(() => one)
    this.typing = typing
    this.setTyping = (yes) => void setTyping(yes)
    this.post = new Post(this)
  }

  get chat(): Chat {
    return this.kept.chat
  }

  get id(): number {
    return this.chat.id
  }

  /** Lines by number; reactive. */
  get lines(): History['lines'] {
    return this.history.lines
  }

  get ids(): Accessor<readonly number[]> {
    return this.history.ids
  }

  /** One thing after the other: what the job changes is stored before anything else happens, and before it is sent. */
  do<T>(job: () => T | Promise<T>, more: readonly Change[] = []): Promise<T> {
    const next = this.turn.then(async () => {
      const result = await batch(job)
      await this.store(more)
      return result
    })
    this.turn = next.catch(() => undefined)
    return next
  }

  /** What changed is stored, all of it or nothing. What cannot be stored waits, and with it whatever would be sent. */
  async store(more: readonly Change[] = []): Promise<void> {
    const { id, end, history } = this
    const changes: Change[] = [{ store: 'chats', key: [id], value: this.kept }, ...more, ...history.changes()]
    for (const n of end.touched.queue) changes.push({ store: 'queue', key: [id, n], value: end.queue.get(n) })
    for (const n of end.touched.early) changes.push({ store: 'early', key: [id, n], value: end.early.get(n) })
    try {
      await this.house.shelf.write(changes)
    } catch (error) {
      this.house.failed(error)
      throw error
    } finally {
      this.draw()
    }
    end.touched.queue.clear()
    end.touched.early.clear()
    history.stored()
  }

  draw(): void {
    this.setView({ ...this.kept, chat: { ...this.chat } })
  }

  // --- in ------------------------------------------------------------------------------------------------------------

  /** Letters of the server's. What is not rightly sealed is dropped; who breaks the protocol has ended the chat. */
  async take(letters: readonly Letter[], more: readonly Change[] = []): Promise<void> {
    await this.do(() => letters.forEach((letter) => this.open(letter)), more)
    this.post.wake()
    void this.farewell().catch(() => undefined)
  }

  private open(letter: Letter): void {
    try {
      this.end.take(letter.data, letter.date, this.house.now(), letter.file).forEach((news) => this.hear(news))
    } catch (error) {
      if (error instanceof Refused) console.warn('secret chat: a letter was refused:', error.message)
      else if (error instanceof Broken) this.close('broken', error.message)
      else throw error
    }
  }

  private hear(news: News): void {
    switch (news.kind) {
      case 'said':
        this.setTyping(false)
        return this.said(news.spoken, news.date, news.file)
      case 'deleted':
        return this.history.drop(this.history.idsOf(news.randomIds))
      case 'flushed':
        return this.history.drop(this.ids())
      case 'opened':
        return this.history.idsOf(news.randomIds).forEach((id) => this.history.begin(id, this.house.now()))
      case 'timer':
        return void this.happened({ kind: 'timer', ttl: news.seconds, date: news.date })
      case 'screenshot':
      case 'unknown':
        return void this.happened({ kind: news.kind, date: news.date })
      case 'renewed':
        return undefined
    }
  }

  private said(spoken: Spoken, date: number, file?: Line['file']): void {
    const line = this.history.add({ kind: 'said', out: false, date, randomId: spoken.randomId, text: spoken.text, entities: spoken.entities, media: spoken.media, file, replyTo: spoken.replyTo, ttl: spoken.ttl, seen: false })
    this.kept.unread += 1
    this.house.arrived(this, line)
  }

  private happened(what: Pick<Line, 'kind' | 'date'> & { ttl?: number; out?: boolean; randomId?: bigint }): Line {
    return this.history.add({ out: false, randomId: 0n, text: '', entities: [], ttl: 0, seen: true, ...what })
  }

  /** They read ours up to this date. */
  read(until: number, date: number): Promise<void> {
    return this.do(() => {
      for (const line of this.history.all()) {
        if (!line.out || line.seen || line.date > until || line.state !== 'sent') continue
        this.history.set({ ...line, seen: true })
        if (!isVeiled(line)) this.history.begin(line.id, Math.min(date, this.house.now()))
      }
    })
  }

  heardTyping(): void {
    clearTimeout(this.typingTimer)
    this.setTyping(true)
    this.typingTimer = setTimeout(() => this.setTyping(false), 6000)
  }

  // --- out -----------------------------------------------------------------------------------------------------------

  async say(text: string, entities: Entity[], replyTo?: bigint, silent = false): Promise<void> {
    await this.do(() => {
      const spoken: Spoken = { randomId: this.random(), ttl: this.chat.timer, text, entities, replyTo, silent }
      this.end.say(spoken, this.house.now())
      this.history.add({ kind: 'said', out: true, date: this.house.now(), randomId: spoken.randomId, text, entities, replyTo, ttl: spoken.ttl, state: 'sending', seen: false })
    })
    this.post.wake()
  }

  /** A file goes as soon as it is with the server; its line is there at once. */
  sendFile(media: Extract<Media, { key: Uint8Array }>, blob: Blob, text: string, entities: Entity[], more: Besides = {}): Promise<void> {
    return this.post.file(media, blob, text, entities, more)
  }

  async setTimer(seconds: number): Promise<void> {
    await this.do(() => {
      const randomId = this.end.act({ _: 'decryptedMessageActionSetMessageTTL', ttlSeconds: seconds }, this.house.now(), true).randomId
      this.chat.timer = seconds
      this.happened({ kind: 'timer', ttl: seconds, out: true, date: this.house.now(), randomId })
    })
    this.post.wake()
  }

  async noticeScreenshot(): Promise<void> {
    await this.do(() => {
      this.end.act({ _: 'decryptedMessageActionScreenshotMessages', randomIds: [] }, this.house.now(), true)
      this.happened({ kind: 'screenshot', out: true, date: this.house.now() })
    })
    this.post.wake()
  }

  /** Gone on both sides. */
  async delete(ids: readonly number[]): Promise<void> {
    await this.do(() => {
      const randomIds = ids.map((id) => this.lines.peek(id)).filter((line) => line && line.state !== 'failed' && line.randomId !== 0n).map((line) => line!.randomId)
      this.history.drop(ids)
      if (!randomIds.length || this.chat.stage !== 'open') return
      this.act({ _: 'decryptedMessageActionDeleteMessages', randomIds })
    })
    this.post.wake()
  }

  async flush(): Promise<void> {
    await this.do(() => {
      this.history.drop(this.ids())
      this.end.hollow('all')
      if (this.chat.stage === 'open') this.act({ _: 'decryptedMessageActionFlushHistory' })
    })
    this.post.wake()
  }

  /** The lines up to this one were on screen before somebody's eyes. */
  async saw(upTo: number): Promise<void> {
    const fresh = this.history.fresh().filter((line) => line.id <= upTo)
    if (!fresh.length) return
    await this.do(() => {
      for (const { id } of fresh) {
        const line = this.lines.peek(id)
        if (!line) continue
        this.history.set({ ...line, seen: true })
        if (!isVeiled(line)) this.history.begin(id, this.house.now())
      }
      this.history.count()
    })
    const until = Math.max(...fresh.map((line) => line.date))
    if (this.chat.stage === 'open') await this.house.relay.read(this.chat, until).catch(() => undefined)
  }

  /** A veiled picture is looked at: both sides count from now. */
  async unveil(id: number): Promise<void> {
    const line = this.lines.peek(id)
    if (!line || line.out || line.dies) return
    await this.do(() => {
      this.history.begin(id, this.house.now())
      if (this.chat.stage === 'open') this.act({ _: 'decryptedMessageActionReadMessages', randomIds: [line.randomId] })
    })
    this.post.wake()
  }

  compared(yes: boolean): Promise<void> {
    return this.do(() => void (this.kept.compared = yes))
  }

  // --- the end -------------------------------------------------------------------------------------------------------

  /** The key is gone. What was said stays readable here. To be called inside `do`. */
  close(ending: Ending, why = ''): void {
    if (this.chat.stage === 'ended') return
    if (why) console.warn('secret chat: ended:', why)
    this.end.forget()
    this.chat.ending = ending
    this.kept.answer = undefined
    this.kept.farewell = ending !== 'them'
    this.fail()
  }

  /** They hear that it ended, if they do not know yet. Errors: the server's, if it is to be tried again. */
  async farewell(everything = false): Promise<void> {
    if (!this.kept.farewell) return
    const { relay } = this.house
    await relay.discard(this.id, everything).catch((error: unknown) => {
      if (relay.meaning(error) === 'again') throw error
    })
    await this.do(() => void (this.kept.farewell = undefined))
  }

  /** What was on its way stays behind. */
  private fail(): void {
    for (const line of this.history.all()) if (line.state === 'sending') this.history.set({ ...line, state: 'failed' })
  }

  /** Lines whose time has come are gone; the next time that comes, if there is one. */
  async sweep(now: number): Promise<number | undefined> {
    const dying = this.history.all().filter((line) => line.dies !== undefined)
    const due = dying.filter((line) => line.dies! <= now)
    if (due.length) {
      await this.do(() => {
        this.end.hollow(due.map((line) => line.randomId))
        this.history.drop(due.map((line) => line.id))
      })
    }
    const rest = dying.filter((line) => line.dies! > now).map((line) => line.dies!)
    return rest.length ? Math.min(...rest) : undefined
  }

  act(action: Action): void {
    this.end.act(action, this.house.now())
  }

  random(): bigint {
    return toLong(this.house.from.randomBytes(8))
  }
}

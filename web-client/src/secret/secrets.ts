// The secret chats of one account in this browser.

import { createSignal, type Accessor } from 'solid-js'
import { hex } from './bytes'
import { Counter } from './counter'
import { freshChat, type Early, type Outgoing } from './chat'
import { draw, requireGroup, type Group } from './group'
import type { Kept, Line } from './line'
import type { Primitives } from './primitives'
import { Broken, Refused } from './refused'
import type { Letter, Relay, Standing } from './relay'
import { Room, type House } from './room'
import type { Shelf } from './shelf'

export interface Hooks {
  now(): number
  arrived(room: Room, line: Line): void
  asked(room: Room): void
  /** Letters up to here are safe. */
  reached(qts: number): void
  /** Who it is, for a chat that is new here. */
  person(id: number): Kept['person']
  /** This browser did not store what it had to. */
  failed(error: unknown): void
  /** Letters between what we have and what the server has are missing. */
  behind(): void
}

interface KnownGroup extends Group {
  version: number
}

/** SHA-256 of the safe prime nearly every server hands out; `tests/secret/group.test.ts` proves it again. */
export const KNOWN_PRIME = '02f85e7687fc6f33ba678226a963b3c8a191b47c890cf30debe17c1d623b5af1'
const HOUR_MS = 3_600_000

export class Secrets implements House {
  readonly rooms: Accessor<readonly Room[]>
  private readonly setRooms: (all: readonly Room[]) => void
  private known: KnownGroup | undefined
  private counter: Counter
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly hourly: ReturnType<typeof setInterval>
  private turn: Promise<unknown> = Promise.resolve()

  private constructor(
    readonly shelf: Shelf,
    readonly relay: Relay,
    readonly from: Primitives,
    private readonly hooks: Hooks,
  ) {
    const [rooms, setRooms] = createSignal<readonly Room[]>([])
    this.rooms = rooms
    this.setRooms = (all) => void setRooms(all)
    this.counter = new Counter(shelf, relay, (qts) => hooks.reached(qts))
    this.hourly = setInterval(() => this.tend(), HOUR_MS)
  }

  /** All that this browser keeps is there again, and what was under way goes on. */
  static async load(shelf: Shelf, relay: Relay, from: Primitives, hooks: Hooks): Promise<Secrets> {
    const made = new Secrets(shelf, relay, from, hooks)
    const [chats, queue, early, lines, facts] = await Promise.all([
      shelf.all<Kept>('chats'),
      shelf.all<Outgoing>('queue'),
      shelf.all<Early>('early'),
      shelf.all<Line>('lines'),
      shelf.all<unknown>('facts'),
    ])
    for (const { key, value } of facts) {
      if (key[0] === 0) made.counter = new Counter(shelf, relay, (qts) => hooks.reached(qts), value as number)
      else made.known = value as KnownGroup
    }
    const of = <T>(rows: Array<{ key: number[]; value: T }>, id: number): T[] => rows.filter((row) => row.key[0] === id).map((row) => row.value)
    made.setRooms(chats.map(({ key: [id], value }) => new Room(made, value, of(queue, id!), of(early, id!), of(lines, id!))))
    for (const room of made.rooms()) await made.recover(room)
    return made
  }

  /** The line is there (again): whatever waits goes out. */
  online(): void {
    for (const room of this.rooms()) void room.do(() => room.end.askOnceMore(this.now())).catch(() => undefined)
    this.tend()
    for (const room of this.rooms()) {
      room.post.wake()
      void room.farewell().catch(() => undefined)
      if (room.kept.answer) void this.answer(room).catch(() => undefined)
    }
    this.counter.acknowledge()
  }

  close(): void {
    clearTimeout(this.timer)
    this.counter.close()
    clearInterval(this.hourly)
    this.rooms().forEach((room) => room.post.close())
    this.shelf.close()
  }

  now(): number {
    return this.hooks.now()
  }

  arrived(room: Room, line: Line): void {
    this.hooks.arrived(room, line)
  }

  failed(error: unknown): void {
    this.hooks.failed(error)
  }

  hurry(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.sweep(), 0)
  }

  room(id: number): Room | undefined {
    return this.rooms().find((one) => one.id === id)
  }

  // --- beginning -----------------------------------------------------------------------------------------------------

  /** They are asked for a secret chat; it is open when they accept. Errors: the server's, Refused. */
  async start(peer: number): Promise<Room> {
    const group = await this.group()
    await this.counter.begin()
    const { exponent, power } = draw(group, this.from)
    const id = this.unused()
    const chat = freshChat({ id, accessHash: 0n, peer, mine: true, stage: 'asking', date: this.now() })
    const room = this.add({ chat: { ...chat, group, exponent }, next: 1, unread: 0, date: this.now(), person: this.hooks.person(peer) })
    await room.store()
    try {
      await this.stand(await this.relay.request(peer, id, power))
    } catch (error) {
      await this.remove(room)
      throw error
    }
    return room
  }

  /** Their question is answered with yes; the chat is open when the server has the answer. */
  async accept(room: Room): Promise<void> {
    const group = await this.group()
    await this.counter.begin()
    const { exponent, power } = draw(group, this.from)
    await room.do(() => {
      const { offer } = room.chat
      if (room.chat.stage !== 'asked' || !offer) return
      try {
        const keyId = room.end.agree(group, offer, exponent, this.now())
        room.kept.answer = { power, keyId }
        room.kept.unread = 0
        room.kept.date = this.now()
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        room.close('broken', error.message)
      }
    })
    exponent.fill(0)
    await room.farewell()
    await this.answer(room)
  }

  async decline(room: Room): Promise<void> {
    await this.relay.discard(room.id, false).catch((error: unknown) => {
      if (this.relay.meaning(error) !== 'over') throw error
    })
    await this.remove(room)
  }

  /** The chat is over for both; with `everything` nothing of it stays, on either side. */
  async finish(room: Room, everything: boolean): Promise<void> {
    await room.do(() => room.close('us'))
    await room.farewell(everything)
    if (everything) await this.remove(room)
  }

  /** Nothing of the chat is left in this browser. */
  async remove(room: Room): Promise<void> {
    room.post.close()
    room.end.forget()
    room.history.drop(room.ids())
    this.setRooms(this.rooms().filter((one) => one !== room))
    await room.do(() => undefined, [])
    await this.shelf.write([{ store: 'chats', key: [room.id] }])
  }

  /** All chats are over: this browser is being signed out. */
  async finishAll(): Promise<void> {
    const open = this.rooms().filter((room) => room.chat.stage !== 'ended')
    await Promise.allSettled(open.map((room) => this.relay.discard(room.id, false)))
  }

  private async answer(room: Room): Promise<void> {
    const { answer } = room.kept
    if (!answer) return
    try {
      await this.relay.accept(room.chat, answer.power, answer.keyId)
      await room.do(() => {
        room.kept.answer = undefined
        room.end.tend(this.now())
      })
      room.post.wake()
    } catch (error) {
      if (this.relay.meaning(error) !== 'again') await room.do(() => room.close('them'))
      throw error
    }
  }

  private async group(): Promise<KnownGroup> {
    const found = await this.relay.group(this.known?.version ?? 0)
    if (!found) {
      if (this.known) return this.known
      throw new Refused('no group')
    }
    const proven = found.g === 3 && hex(this.from.sha256(found.p)) === KNOWN_PRIME
    if (!proven) await requireGroup(found, this.from)
    this.known = found
    await this.shelf.write([{ store: 'facts', key: [1], value: found }])
    return found
  }

  // --- what the server says ------------------------------------------------------------------------------------------

  /** One after the other, in the order they came. */
  hear(job: () => Promise<void>): Promise<void> {
    const next = this.turn.then(job)
    this.turn = next.catch((error: unknown) => console.error('secret chats:', error))
    return next
  }

  async stand(standing: Standing): Promise<void> {
    if (standing.kind === 'none') return
    const room = this.room(standing.id)
    if (standing.kind === 'asked') {
      if (!room) await this.asked(standing)
      return
    }
    if (!room) return
    if (standing.kind === 'ended') return this.ended(room, standing.deleted)
    if (standing.kind === 'waiting') return room.do(() => void (room.chat.accessHash = standing.accessHash))
    if (room.chat.stage === 'asking') await this.opened(room, standing)
  }

  private async asked(standing: Extract<Standing, { kind: 'asked' }>): Promise<void> {
    await this.counter.begin()
    const { id, accessHash, date, from, power } = standing
    const chat = freshChat({ id, accessHash, peer: from, mine: false, stage: 'asked', date })
    const room = this.add({ chat: { ...chat, offer: power }, next: 1, unread: 1, date, person: this.hooks.person(from) })
    await room.store()
    this.hooks.asked(room)
  }

  private async opened(room: Room, standing: Extract<Standing, { kind: 'open' }>): Promise<void> {
    await room.do(() => {
      const { group, exponent } = room.chat
      if (room.chat.stage !== 'asking' || !group || !exponent) return
      room.chat.accessHash = standing.accessHash
      try {
        room.end.agree(group, standing.power, exponent, this.now(), standing.keyId)
        exponent.fill(0)
        room.kept.date = this.now()
        room.end.tend(this.now())
      } catch (error) {
        if (!(error instanceof Refused) && !(error instanceof Broken)) throw error
        room.close('mismatch', error.message)
      }
    })
    void room.farewell().catch(() => undefined)
    room.post.wake()
  }

  private async ended(room: Room, deleted: boolean): Promise<void> {
    if (room.chat.stage === 'asked') return this.remove(room)
    const declined = room.chat.stage === 'asking'
    await room.do(() => {
      room.close('them')
      if (declined) room.chat.ending = 'declined'
      if (deleted) room.history.drop(room.ids())
    })
  }

  /** A letter that came by itself, with its number. */
  async letter(letter: Letter, qts: number): Promise<void> {
    const { counter } = this
    if (counter.has(qts)) return
    if (!counter.follows(qts)) return this.hooks.behind()
    const room = this.room(letter.chatId)
    if (!room) return counter.reach(qts)
    await room.take([letter], [counter.row(qts)])
    counter.reached(qts)
  }

  /** Letters that were asked for, up to this number. */
  async letters(all: readonly Letter[], qts: number): Promise<void> {
    if (this.counter.has(qts)) return
    for (const room of this.rooms()) {
      const theirs = all.filter((letter) => letter.chatId === room.id)
      if (theirs.length) await room.take(theirs)
    }
    await this.counter.reach(qts)
  }

  // --- time ----------------------------------------------------------------------------------------------------------

  private tend(): void {
    for (const room of this.rooms()) if (room.chat.stage === 'open' && !room.kept.answer) void room.do(() => room.end.tend(this.now())).then(() => room.post.wake())
    this.hurry()
  }

  private async sweep(): Promise<void> {
    const next = (await Promise.all(this.rooms().map((room) => room.sweep(this.now())))).filter((one) => one !== undefined)
    clearTimeout(this.timer)
    if (!next.length) return
    const wait = Math.min(...next) - this.now()
    this.timer = setTimeout(() => void this.sweep(), Math.min(Math.max(wait * 1000, 200), HOUR_MS))
  }

  /** After a start: what never came to be is forgotten, and what was half done goes on. */
  private async recover(room: Room): Promise<void> {
    if (room.chat.stage === 'asking' && !room.chat.accessHash) {
      void this.relay.discard(room.id, false).catch(() => undefined)
      return this.remove(room)
    }
    // A file that was going up went with the page it was in.
    const queued = new Set([...room.end.queue.values()].map((one) => one.randomId))
    const lost = room.history.all().filter((line) => line.state === 'sending' && !queued.has(line.randomId))
    if (lost.length) await room.do(() => lost.forEach((line) => room.history.set({ ...line, state: 'failed' })))
  }

  /** A number for a chat: above nothing, and none of ours. */
  private unused(): number {
    const bytes = this.from.randomBytes(4)
    const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) & 0x7fffffff
    return id && !this.room(id) ? id : this.unused()
  }

  private add(kept: Kept): Room {
    const room = new Room(this, kept)
    this.setRooms([...this.rooms(), room])
    return room
  }
}

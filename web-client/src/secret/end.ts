// One end of a secret chat: bytes in, news and letters out. It knows no network, no clock and no storage.
// https://core.telegram.org/api/end-to-end, …/seq_no, …/pfs

import { hex, toLong } from './bytes'
import { type Chat, type Early, type FileRef, type Key, type News, type Outgoing, type Uploaded } from './chat'
import { keyId, open, seal, type Side } from './envelope'
import { agree, type Group } from './group'
import { read, wrap, write, type Action, type Said, type Spoken } from './inner'
import { pictureBytes } from './picture'
import type { Primitives } from './primitives'
import { Broken, Refused } from './refused'
import { accept, ask, commit, settle, wanted } from './renewal'
import { LAYER, LEAST_LAYER } from './schema'
import { decode, encode, Reader, type Value } from './tl'

/** As many may be asked for again at once, or come too early. */
const MOST_MISSING = 1000
const RANDOM_BYTES = 31

export class End {
  /** Made and not yet confirmed, by raw number. */
  readonly queue = new Map<number, Outgoing>()
  /** Came too early, by raw number. */
  readonly early = new Map<number, Early>()
  /** Numbers of the two whose rows changed since the last look: what must be stored. */
  readonly touched = { queue: new Set<number>(), early: new Set<number>() }

  constructor(
    readonly chat: Chat,
    readonly from: Primitives,
  ) {}

  private get side(): Side {
    return this.chat.mine ? 'creator' : 'guest'
  }

  private get theirSide(): Side {
    return this.chat.mine ? 'guest' : 'creator'
  }

  /** The layer both understand. */
  get layer(): number {
    return Math.min(LAYER, Math.max(LEAST_LAYER, this.chat.layer))
  }

  // --- the key -------------------------------------------------------------------------------------------------------

  /** The key is made of their power and our number, and the chat is open. Errors: Refused, Broken if the ids differ. */
  agree(group: Group, theirs: Uint8Array, exponent: Uint8Array, date: number, claimed?: bigint): bigint {
    const bytes = agree(theirs, exponent, group)
    const id = toLong(keyId(bytes, this.from))
    if (claimed !== undefined && claimed !== id) throw new Broken('key id')
    const { chat } = this
    chat.group = group
    chat.key = { bytes, since: date, used: 0 }
    chat.picture = pictureBytes(bytes, this.from)
    chat.exponent = chat.offer = undefined
    chat.stage = 'open'
    return id
  }

  /** Nothing that could open a message is left. */
  forget(): void {
    const { chat } = this
    for (const key of [chat.key, chat.former, chat.renewal?.step === 'answered' ? chat.renewal.key : undefined]) key?.bytes.fill(0)
    chat.exponent?.fill(0)
    chat.key = chat.former = chat.renewal = chat.exponent = chat.offer = undefined
    for (const n of this.queue.keys()) this.touched.queue.add(n)
    for (const n of this.early.keys()) this.touched.early.add(n)
    this.queue.clear()
    this.early.clear()
    chat.stage = 'ended'
  }

  // --- out -----------------------------------------------------------------------------------------------------------

  say(spoken: Spoken, now: number, file?: Uploaded): Outgoing {
    return this.make({ spoken }, { how: file ? 'file' : 'message', shown: true, silent: spoken.silent === true, file }, now)
  }

  act(action: Action, now: number, shown = false): Outgoing {
    const quiet = !shown
    return this.make({ randomId: this.random(), action }, { how: quiet ? 'service' : 'message', shown: false, silent: quiet }, now)
  }

  /** What must be said without anybody asking: our layer, and a new key when this one has done its work. */
  tend(now: number): void {
    const { chat } = this
    if (chat.stage !== 'open') return
    if (chat.told < LAYER) {
      chat.told = LAYER
      this.act({ _: 'decryptedMessageActionNotifyLayer', layer: LAYER }, now)
    }
    if (wanted(chat, now)) this.act(ask(chat, this.from), now)
  }

  /** What is missing still is asked for once more: the line was away, and what was sent again may be lost, too. */
  askOnceMore(now: number): void {
    if (this.chat.stage !== 'open' || !this.early.size) return
    this.chat.askedUntil = -1
    this.askAgain(now)
  }

  /** These were deleted here before they were confirmed: what is left of them only deletes itself. */
  hollow(randomIds: readonly bigint[] | 'all'): void {
    for (const out of this.queue.values()) {
      if (!out.shown || (randomIds !== 'all' && !randomIds.includes(out.randomId))) continue
      const layer = decode(out.body, 'DecryptedMessageLayer')
      const message = write({ randomId: out.randomId, action: { _: 'decryptedMessageActionDeleteMessages', randomIds: [out.randomId] } }, this.layer)
      out.body.fill(0)
      this.put({ ...out, body: encode({ ...layer, message }), how: 'message', file: undefined, shown: false, silent: true })
    }
  }

  /** The sealed letter, with the key it was made under or, where that is gone, the one in use. */
  sealed(out: Outgoing): Uint8Array {
    const key = this.keys().find((one) => hex(keyId(one.bytes, this.from)) === out.under) ?? this.chat.key
    if (!key) throw new Refused('no key')
    return seal(out.body, key.bytes, this.side, this.from)
  }

  /** The server has it. */
  sent(n: number): void {
    const out = this.queue.get(n)
    if (out) this.put({ ...out, sent: true })
  }

  /** What the server does not have yet, in order. */
  waiting(): Outgoing[] {
    return [...this.queue.values()].filter((one) => !one.sent).sort((a, b) => a.n - b.n)
  }

  private make(said: Said, rest: Pick<Outgoing, 'how' | 'shown' | 'silent' | 'file'>, now: number): Outgoing {
    const { chat } = this
    const key = chat.key
    if (chat.stage !== 'open' || !key) throw new Refused('not open')
    const turn = {
      layer: this.layer,
      inSeqNo: 2 * chat.received + (chat.mine ? 0 : 1),
      outSeqNo: 2 * chat.made + (chat.mine ? 1 : 0),
    }
    const body = wrap(turn, write(said, this.layer), this.from.randomBytes(RANDOM_BYTES))
    const randomId = 'spoken' in said ? said.spoken.randomId : said.randomId
    const out: Outgoing = { n: chat.made, body, randomId, outer: randomId, under: this.idOf(key), sent: false, ...rest }
    chat.made += 1
    key.used += 1
    this.put(out)
    if ('spoken' in said) this.tend(now)
    return out
  }

  private put(out: Outgoing): void {
    this.queue.set(out.n, out)
    this.touched.queue.add(out.n)
  }

  // --- in ------------------------------------------------------------------------------------------------------------

  /** What these bytes say, and what became sayable by them. Errors: Refused (dropped), Broken (the chat must end). */
  take(data: Uint8Array, date: number, now: number, file?: FileRef): News[] {
    if (this.chat.stage !== 'open') throw new Refused('not open')
    const opened = open(data, this.keys().map((one) => one.bytes), this.theirSide, this.from)
    return this.arrive({ n: -1, body: opened.payload, under: hex(keyId(opened.key, this.from)), date, file }, now)
  }

  private arrive(early: Early, now: number): News[] {
    const { chat } = this
    const turn = turnOf(early.body)
    const [theirParity, ourParity] = chat.mine ? [0, 1] : [1, 0]
    if (turn.inSeqNo < 0 || turn.outSeqNo < 0) throw new Broken('negative number')
    if ((turn.outSeqNo & 1) !== theirParity || (turn.inSeqNo & 1) !== ourParity) throw new Broken('parity')
    const [n, seen] = [turn.outSeqNo >> 1, turn.inSeqNo >> 1]
    if (n < chat.received || this.early.has(n)) throw new Refused('a repeat')
    if (seen > chat.made) throw new Broken('confirms what was never said')
    chat.layer = Math.max(chat.layer, turn.layer)
    const body = this.resend(early.body)
    if (n === chat.received) return [...this.process({ ...early, n, body }, seen, now), ...this.catchUp(now)]
    if (n - chat.received > MOST_MISSING || this.early.size >= MOST_MISSING) throw new Broken('too much is missing')
    this.early.set(n, { ...early, n, body })
    this.touched.early.add(n)
    this.askAgain(now)
    return []
  }

  /** Those that waited for one that has come. */
  private catchUp(now: number): News[] {
    const news: News[] = []
    for (let next = this.early.get(this.chat.received); next && this.chat.stage === 'open'; next = this.early.get(this.chat.received)) {
      this.early.delete(next.n)
      this.touched.early.add(next.n)
      news.push(...this.process(next, turnOf(next.body).inSeqNo >> 1, now))
    }
    this.askAgain(now)
    return news
  }

  private askAgain(now: number): void {
    const { chat } = this
    if (!this.early.size) return
    const until = Math.min(...this.early.keys()) - 1
    if (until < chat.received || chat.askedUntil >= until) return
    chat.askedUntil = until
    const numbered = (n: number): number => 2 * n + (chat.mine ? 0 : 1)
    this.act({ _: 'decryptedMessageActionResend', startSeqNo: numbered(chat.received), endSeqNo: numbered(until) }, now)
  }

  private process(letter: Early, seen: number, now: number): News[] {
    const { chat } = this
    if (seen < chat.confirmed) throw new Broken('takes back what it confirmed')
    chat.received += 1
    chat.confirmed = seen
    for (const n of this.queue.keys()) {
      if (n >= seen) continue
      this.queue.get(n)!.body.fill(0)
      this.queue.delete(n)
      this.touched.queue.add(n)
    }
    const key = this.keys().find((one) => this.idOf(one) === letter.under)
    if (key) key.used += 1
    if (chat.former && chat.key && letter.under === this.idOf(chat.key)) {
      chat.former.bytes.fill(0)
      chat.former = undefined
    }
    const said = saidIn(letter.body)
    if (!said) return [{ kind: 'unknown', date: letter.date }]
    const news = 'spoken' in said ? [{ kind: 'said' as const, spoken: said.spoken, date: letter.date, file: letter.file }] : this.obey(said.action, letter.date, now)
    this.tend(now)
    return news
  }

  private obey(action: Action, date: number, now: number): News[] {
    const { chat, from } = this
    switch (action._) {
      case 'decryptedMessageActionSetMessageTTL':
        chat.timer = Math.max(0, action.ttlSeconds)
        return [{ kind: 'timer', seconds: chat.timer, date }]
      case 'decryptedMessageActionReadMessages':
        return [{ kind: 'opened', randomIds: action.randomIds, date }]
      case 'decryptedMessageActionDeleteMessages':
        this.hollow(action.randomIds)
        return [{ kind: 'deleted', randomIds: action.randomIds }]
      case 'decryptedMessageActionFlushHistory':
        this.hollow('all')
        return [{ kind: 'flushed' }]
      case 'decryptedMessageActionScreenshotMessages':
        return [{ kind: 'screenshot', date }]
      case 'decryptedMessageActionNotifyLayer':
        chat.layer = Math.max(chat.layer, action.layer)
        return []
      case 'decryptedMessageActionRequestKey': {
        const answer = accept(chat, action, now, from)
        if (answer) this.act(answer, now)
        return []
      }
      case 'decryptedMessageActionAcceptKey': {
        const { word, key } = commit(chat, action, now, from)
        // The word itself still goes under the key that is left with it.
        this.act(word, now)
        settle(chat, key)
        return [{ kind: 'renewed' }]
      }
      case 'decryptedMessageActionCommitKey': {
        const { renewal } = chat
        if (renewal?.step !== 'answered' || renewal.exchange !== action.exchangeId) throw new Broken('no key to commit')
        if (toLong(keyId(renewal.key.bytes, from)) !== action.keyFingerprint) throw new Broken('another key')
        settle(chat, renewal.key)
        // A word under the new key, so that they can let the old one go.
        this.act({ _: 'decryptedMessageActionNoop' }, now)
        return [{ kind: 'renewed' }]
      }
      case 'decryptedMessageActionAbortKey':
        if (chat.renewal?.exchange === action.exchangeId) chat.renewal = undefined
        return []
      default:
        return []
    }
  }

  /** What they miss is put up to be sent again, at once even if this letter came early, and only once. */
  private resend(body: Uint8Array): Uint8Array {
    const said = saidIn(body)
    if (!said || !('action' in said) || said.action._ !== 'decryptedMessageActionResend') return body
    const { startSeqNo, endSeqNo } = said.action
    const parity = this.chat.mine ? 1 : 0
    const [first, last] = [startSeqNo >> 1, endSeqNo >> 1]
    if (startSeqNo < 0 || last < first || last - first > MOST_MISSING || (startSeqNo & 1) !== parity || (endSeqNo & 1) !== parity) throw new Broken('asks for no range')
    for (let n = first; n <= last; n += 1) {
      const out = this.queue.get(n)
      if (!out) throw new Broken('asks for what is gone')
      this.put({ ...out, sent: false, outer: this.random() })
    }
    const layer = decode(body, 'DecryptedMessageLayer')
    return encode({ ...layer, message: write({ randomId: said.randomId, action: { _: 'decryptedMessageActionNoop' } }, this.layer) })
  }

  private keys(): Key[] {
    const { key, former, renewal } = this.chat
    return [key, former, renewal?.step === 'answered' ? renewal.key : undefined].filter((one) => one !== undefined)
  }

  private idOf(key: Key): string {
    return hex(keyId(key.bytes, this.from))
  }

  private random(): bigint {
    return toLong(this.from.randomBytes(8))
  }
}

/** The numbers, which are read even where the rest is of a layer to come. */
function turnOf(body: Uint8Array): { layer: number; inSeqNo: number; outSeqNo: number } {
  const reader = new Reader(body)
  if (reader.int() !== 0x1be31789) throw new Refused('no layer')
  // Short random bytes would let two messages look alike.
  if (reader.bytes().length < 15) throw new Refused('random bytes')
  return { layer: reader.int(), inSeqNo: reader.int(), outSeqNo: reader.int() }
}

/** What it says; undefined if that is nothing known here. */
function saidIn(body: Uint8Array): Said | undefined {
  try {
    return read(decode(body, 'DecryptedMessageLayer').message as Value)
  } catch (error) {
    if (error instanceof Refused) return undefined
    throw error
  }
}

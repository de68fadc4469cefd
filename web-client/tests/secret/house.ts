// A server that passes on, and browsers with their shelves: for plays of whole chats without a network.

import type { FileRef, Outgoing, Uploaded } from '../../src/secret/chat'
import { pack, unpack } from '../../src/secret/codec'
import type { Address, Letter, Loading, Relay, Standing } from '../../src/secret/relay'
import type { Room } from '../../src/secret/room'
import { Secrets } from '../../src/secret/secrets'
import type { Change, RowKey, Shelf, Store } from '../../src/secret/shelf'
import { GROUP, NODE, NOW } from './kit'

class Failure extends Error {}

/** What a browser keeps, packed as on its disk. */
export class Drawer implements Shelf {
  readonly rows = new Map<string, { store: Store; key: RowKey; bytes: Uint8Array }>()

  async all<T>(store: Store): Promise<Array<{ key: RowKey; value: T }>> {
    const found = [...this.rows.values()].filter((row) => row.store === store).map((row) => ({ key: row.key, value: unpack<T>(row.bytes) }))
    return found.sort((a, b) => a.key[0]! - b.key[0]! || (a.key[1] ?? 0) - (b.key[1] ?? 0))
  }

  async get<T>(store: Store, key: RowKey): Promise<T | undefined> {
    const found = this.rows.get(`${store}/${key.join('/')}`)
    return found && (store === 'files' ? (found.bytes as T) : unpack<T>(found.bytes))
  }

  /** The disk takes nothing more. */
  full = false

  async write(changes: readonly Change[]): Promise<void> {
    if (this.full) throw new Error('full')
    for (const { store, key, value } of changes) {
      const name = `${store}/${key.join('/')}`
      if (value === undefined) this.rows.delete(name)
      else this.rows.set(name, { store, key, bytes: store === 'files' ? (value as Uint8Array) : pack(value) })
    }
  }

  close(): void {}
}

interface Side {
  browser: Browser
  chatId: number
}

export class Server {
  readonly browsers: Browser[] = []
  readonly files = new Map<bigint, { bytes: Uint8Array; fingerprint: number }>()
  private readonly asked = new Map<number, { from: Browser; to: Browser; power: Uint8Array; over?: boolean }>()
  private next = 1n

  browser(userId: number): Browser {
    const made = new Browser(this, userId)
    this.browsers.push(made)
    return made
  }

  relayFor(browser: Browser): Relay {
    const failing = (): void => {
      if (!browser.online) throw new Failure('again')
    }
    const require = (id: number): { other: Side } => {
      failing()
      const chat = this.asked.get(id)
      if (!chat || chat.over) throw new Failure('over')
      return { other: { browser: chat.from === browser ? chat.to : chat.from, chatId: id } }
    }
    return {
      group: async (version) => (failing(), version === 1 ? undefined : { ...GROUP, version: 1 }),
      request: async (peer, id, power) => {
        failing()
        const to = this.browsers.find((one) => one.userId === peer)!
        this.asked.set(id, { from: browser, to, power })
        to.stands({ kind: 'asked', id, accessHash: 5n, date: NOW, from: browser.userId, power })
        return { kind: 'waiting', id, accessHash: 4n, date: NOW }
      },
      accept: async (chat, power, keyId) => {
        const { other } = require(chat.id)
        other.browser.stands({ kind: 'open', id: chat.id, accessHash: 4n, date: NOW, power: this.bend(power), keyId })
        return { kind: 'none' }
      },
      discard: async (id, deleted) => {
        const { other } = require(id)
        this.asked.get(id)!.over = true
        other.browser.stands({ kind: 'ended', id, deleted })
      },
      send: async (chat: Address, data: Uint8Array, out: Outgoing) => {
        const { other } = require(chat.id)
        if (browser.refused(out)) throw new Failure('unwanted')
        const file = out.file && this.keep(out.file)
        this.seen.push(data)
        other.browser.posts({ chatId: chat.id, data, date: browser.time, file })
        return { date: browser.time, file }
      },
      read: async (chat, until) => {
        const { other } = require(chat.id)
        const room = other.browser.secrets?.room(chat.id)
        await room?.read(until, browser.time)
      },
      typing: async (chat) => require(chat.id).other.browser.secrets?.room(chat.id)?.heardTyping(),
      received: async (qts) => void (browser.acknowledged = qts),
      qts: async () => browser.letters.length + 1,
      upload: async (file: Blob, loading?: Loading) => {
        failing()
        loading?.progress?.(1)
        const id = this.next++
        this.files.set(id, { bytes: new Uint8Array(await file.arrayBuffer()), fingerprint: 0 })
        return { id, parts: 1, big: false, md5: '' }
      },
      download: (file) => this.pieces(file),
      meaning: (error) => (error instanceof Failure ? (error.message as 'over') : 'again'),
    }
  }

  /** Everything the server ever had of messages and files. */
  readonly seen: Uint8Array[] = []
  /** What the server does to our answer on its way. */
  bend = (power: Uint8Array): Uint8Array => power

  private keep(uploaded: Uploaded): FileRef {
    const file = this.files.get(uploaded.id)!
    file.fingerprint = uploaded.fingerprint
    this.seen.push(file.bytes)
    return { id: uploaded.id, accessHash: 9n, size: file.bytes.length, dc: 1, fingerprint: uploaded.fingerprint }
  }

  private async *pieces(file: FileRef): AsyncIterable<Uint8Array> {
    const { bytes } = this.files.get(file.id)!
    for (let at = 0; at < bytes.length; at += 100) yield bytes.slice(at, at + 100)
  }
}

export class Browser {
  readonly drawer = new Drawer()
  readonly letters: Letter[] = []
  secrets: Secrets | undefined
  online = true
  acknowledged = 0
  time = NOW
  reached = 0
  /** Letters a server would not take. */
  refused: (out: Outgoing) => boolean = () => false
  private readonly missed: Standing[] = []
  /** How often it was told that letters are missing. */
  behind = 0
  /** Letters do not come by themselves. */
  deaf = false

  constructor(
    private readonly server: Server,
    readonly userId: number,
  ) {}

  /** The page is open. */
  async opens(): Promise<Browser> {
    this.secrets = await Secrets.load(this.drawer, this.server.relayFor(this), NODE, {
      now: () => this.time,
      arrived: () => undefined,
      asked: () => undefined,
      reached: (qts) => void (this.reached = qts),
      person: () => undefined,
      failed: () => undefined,
      behind: () => void (this.behind += 1),
    })
    for (const one of this.missed.splice(0)) await this.secrets.stand(one)
    await this.secrets.letters(this.letters.slice(Math.max(0, this.reached - 1)), this.letters.length + 1)
    this.secrets.online()
    return this
  }

  /** The page is closed, whatever it was doing. */
  closes(): void {
    this.secrets?.close()
    this.secrets = undefined
  }

  stands(standing: Standing): void {
    if (this.secrets) void this.secrets.hear(() => this.secrets!.stand(standing))
    else this.missed.push(standing)
  }

  posts(letter: Letter): void {
    this.letters.push(letter)
    const qts = this.letters.length + 1
    const { secrets } = this
    if (secrets && !this.deaf) void secrets.hear(() => secrets.letter(letter, qts))
  }

  room(): Room {
    return this.secrets!.rooms().at(-1)!
  }

  said(): string[] {
    return this.room().ids().map((id) => this.room().lines.get(id)!).filter((line) => line.kind === 'said').map((line) => line.text)
  }
}

/** Waits until it is so. */
export async function until(so: () => boolean): Promise<void> {
  for (let round = 0; round < 400; round += 1) {
    if (so()) return
    await new Promise((done) => setTimeout(done, 5))
  }
  throw new Error('it never came to be')
}

/** Two browsers with an open chat. */
export async function opened(): Promise<{ server: Server; alice: Browser; bob: Browser }> {
  const server = new Server()
  const alice = await server.browser(1).opens()
  const bob = await server.browser(2).opens()
  await alice.secrets!.start(2)
  await until(() => bob.secrets!.rooms().length === 1)
  await bob.secrets!.accept(bob.room())
  await until(() => alice.room().chat.stage === 'open' && alice.room().chat.received === 1 && bob.room().chat.received === 1)
  return { server, alice, bob }
}

export const contains = (whole: Uint8Array, part: Uint8Array): boolean => Buffer.from(whole).includes(Buffer.from(part))

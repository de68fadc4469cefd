// The rows of secret chats in this browser's database, each wrapped by the vault.

import { pack, unpack } from './codec'
import { Vault } from './vault'

export const STORES = ['chats', 'queue', 'early', 'lines', 'files', 'facts'] as const
export type Store = (typeof STORES)[number]
export type RowKey = number[]

/** One row to be as it is said, or gone if there is no value. */
export interface Change {
  store: Store
  key: RowKey
  value?: unknown
}

export interface Shelf {
  /** All rows of the store, oldest key first. A row that cannot be opened is left out. */
  all<T>(store: Exclude<Store, 'files'>): Promise<Array<{ key: RowKey; value: T }>>
  get<T>(store: Store, key: RowKey): Promise<T | undefined>
  /** All of it is so afterwards, or none. */
  write(changes: readonly Change[]): Promise<void>
  close(): void
}

const KEY = 'wrapping'
const TURN = 'turn'

/** Another window has these chats now: nothing of ours may be stored beside what it stores. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}

export class BrowserShelf implements Shelf {
  private constructor(
    private readonly base: IDBDatabase,
    private readonly vault: Vault,
    private readonly turn: number,
  ) {}

  static async open(name: string): Promise<BrowserShelf> {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => [...STORES, 'keys'].forEach((one) => request.result.createObjectStore(one))
    const base = await done(request)
    base.onversionchange = () => base.close()
    let key = await done(base.transaction('keys').objectStore('keys').get(KEY) as IDBRequest<CryptoKey | undefined>)
    if (!key) {
      const made = await Vault.make()
      // Another window may have made one meanwhile: the first stays.
      const keys = base.transaction('keys', 'readwrite').objectStore('keys')
      await done(keys.add(made, KEY)).catch(() => undefined)
      key = (await done(base.transaction('keys').objectStore('keys').get(KEY) as IDBRequest<CryptoKey | undefined>))!
    }
    const keys = base.transaction('keys', 'readwrite').objectStore('keys')
    const turn = (((await done(keys.get(TURN))) as number | undefined) ?? 0) + 1
    await done(keys.put(turn, TURN))
    return new BrowserShelf(base, new Vault(key), turn)
  }

  async all<T>(store: Store): Promise<Array<{ key: RowKey; value: T }>> {
    const rows = this.base.transaction(store).objectStore(store)
    const [keys, values] = await Promise.all([done(rows.getAllKeys()), done(rows.getAll() as IDBRequest<Uint8Array[]>)])
    const opened = await Promise.all(
      keys.map(async (key, index) => {
        const place = key as RowKey
        const value = await this.vault.unwrap(values[index]!, [store, ...place]).then((bytes) => unpack<T>(bytes), () => undefined)
        return value === undefined ? [] : [{ key: place, value }]
      }),
    )
    return opened.flat()
  }

  async get<T>(store: Store, key: RowKey): Promise<T | undefined> {
    const found = await done(this.base.transaction(store).objectStore(store).get(key) as IDBRequest<Uint8Array | undefined>)
    if (!found) return undefined
    const bytes = await this.vault.unwrap(found, [store, ...key])
    return store === 'files' ? (bytes as T) : unpack<T>(bytes)
  }

  async write(changes: readonly Change[]): Promise<void> {
    if (!changes.length) return
    // A transaction does not wait for the vault: everything is wrapped before it begins.
    const wrapped = await Promise.all(
      changes.map(async ({ store, key, value }) => {
        const bytes = value === undefined ? undefined : store === 'files' ? (value as Uint8Array) : pack(value)
        return { store, key, bytes: bytes && (await this.vault.wrap(bytes, [store, ...key])) }
      }),
    )
    const names = [...new Set<string>(changes.map((one) => one.store)), 'keys']
    // A number once given to a message must not be given again, even if the machine stops now. What is lost of what
    // came is asked for again.
    const durability = changes.some((one) => one.store === 'queue' && one.value !== undefined) ? 'strict' : 'relaxed'
    const all = this.base.transaction(names, 'readwrite', { durability })
    let overtaken = false
    const mine = all.objectStore('keys').get(TURN)
    mine.onsuccess = () => {
      if (mine.result === this.turn) return
      overtaken = true
      all.abort()
    }
    for (const { store, key, bytes } of wrapped) {
      if (bytes) all.objectStore(store).put(bytes, key)
      else all.objectStore(store).delete(key)
    }
    await new Promise<void>((good, fail) => {
      all.oncomplete = () => good()
      all.onabort = () => fail(overtaken ? new Overtaken() : (all.error ?? new Error('IndexedDB')))
    })
  }

  close(): void {
    this.base.close()
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((good, fail) => {
    request.onsuccess = () => good(request.result)
    request.onerror = () => fail(request.error ?? new Error('IndexedDB'))
  })
}

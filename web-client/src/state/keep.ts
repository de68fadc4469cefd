// What stays on this device between visits: the chat list as last seen, and messages not yet sent.

import { keptDatabase } from '../telegram/slots'

const STORES = ['things', 'outbox'] as const
type StoreName = (typeof STORES)[number]

export class Keep {
  private readonly opened: Promise<IDBDatabase>

  constructor(slot: string) {
    this.opened = new Promise((done, fail) => {
      const request = indexedDB.open(keptDatabase(slot), 1)
      request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name))
      request.onsuccess = () => done(request.result)
      request.onerror = () => fail(request.error ?? new Error('IndexedDB'))
    })
    this.opened.then((base) => (base.onversionchange = () => base.close())).catch(() => undefined)
  }

  get<T>(store: StoreName, key: string): Promise<T | undefined> {
    return this.ask(store, 'readonly', (all) => all.get(key) as IDBRequest<T | undefined>)
  }

  all<T>(store: StoreName): Promise<T[]> {
    return this.ask(store, 'readonly', (all) => all.getAll() as IDBRequest<T[]>)
  }

  async put(store: StoreName, key: string, value: unknown): Promise<void> {
    await this.ask(store, 'readwrite', (all) => all.put(value, key))
  }

  async delete(store: StoreName, key: string): Promise<void> {
    await this.ask(store, 'readwrite', (all) => all.delete(key))
  }

  async close(): Promise<void> {
    ;(await this.opened).close()
  }

  private async ask<T>(store: StoreName, mode: IDBTransactionMode, make: (all: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const base = await this.opened
    return new Promise((done, fail) => {
      const request = make(base.transaction(store, mode).objectStore(store))
      request.onsuccess = () => done(request.result)
      request.onerror = () => fail(request.error ?? new Error('IndexedDB'))
    })
  }
}

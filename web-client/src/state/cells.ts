// A map whose entries are read and written one by one: who reads a key runs again when that key changes, and only then.

import { createSignal, type Accessor, type Setter } from 'solid-js'

interface Cell<V> {
  get: Accessor<V | undefined>
  set: Setter<V | undefined>
}

export class Cells<K, V> {
  private readonly cells = new Map<K, Cell<V>>()
  private readonly plain = new Map<K, V>()
  private readonly size_ = createSignal(0)

  /** The value; whoever asks inside an effect or a component is told when it changes. */
  get(key: K): V | undefined {
    let cell = this.cells.get(key)
    if (!cell) {
      const [get, set] = createSignal<V | undefined>(this.plain.get(key))
      cell = { get, set }
      this.cells.set(key, cell)
    }
    return cell.get()
  }

  /** The value now, without being told of changes. */
  peek(key: K): V | undefined {
    return this.plain.get(key)
  }

  set(key: K, value: V): void {
    const fresh = !this.plain.has(key)
    this.plain.set(key, value)
    this.cells.get(key)?.set(() => value)
    if (fresh) this.size_[1](this.plain.size)
  }

  /** The entry is what `change` makes of it, if it is there. */
  update(key: K, change: (value: V) => V): void {
    const value = this.plain.get(key)
    if (value !== undefined) this.set(key, change(value))
  }

  delete(key: K): void {
    if (!this.plain.delete(key)) return
    this.cells.get(key)?.set(undefined)
    this.size_[1](this.plain.size)
  }

  /** The entry is gone with whatever could tell of it; nobody must be reading it. */
  release(key: K): void {
    this.cells.delete(key)
    if (this.plain.delete(key)) this.size_[1](this.plain.size)
  }

  /** How many there are now, without being told of changes. */
  count(): number {
    return this.plain.size
  }

  clear(): void {
    for (const key of [...this.plain.keys()]) this.delete(key)
  }

  /** How many there are; told of keys that come and go. */
  size(): number {
    return this.size_[0]()
  }

  has(key: K): boolean {
    return this.plain.has(key)
  }

  keys(): IterableIterator<K> {
    return this.plain.keys()
  }

  entries(): IterableIterator<[K, V]> {
    return this.plain.entries()
  }
}

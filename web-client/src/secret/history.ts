// What was said in one secret chat, as it is now: lines by their numbers, and which of them must be stored.

import { createSignal, type Accessor } from 'solid-js'
import { Cells } from '../state/cells'
import type { Kept, Line } from './line'
import type { Change } from './shelf'

export class History {
  readonly lines = new Cells<number, Line>()
  readonly ids: Accessor<readonly number[]>
  private readonly setIds: (ids: readonly number[]) => void
  private readonly touched = new Set<number>()
  private files: Change[] = []

  constructor(
    private readonly kept: Kept,
    lines: readonly Line[],
    /** A line may have to go sooner than anything known. */
    private readonly hurry: () => void,
  ) {
    lines.forEach((one) => this.lines.set(one.id, one))
    const [ids, setIds] = createSignal<readonly number[]>(lines.map((one) => one.id))
    this.ids = ids
    this.setIds = (all) => void setIds(all)
  }

  /** What must be stored: lines that changed or went, and files. */
  changes(): Change[] {
    const { id } = this.kept.chat
    return [...this.files, ...[...this.touched].map((n): Change => ({ store: 'lines', key: [id, n], value: this.lines.peek(n) }))]
  }

  stored(): void {
    this.touched.clear()
    this.files = []
  }

  last(): Line | undefined {
    const id = this.ids().at(-1)
    return id === undefined ? undefined : this.lines.get(id)
  }

  all(): Line[] {
    return this.ids().map((id) => this.lines.peek(id)!)
  }

  add(line: Omit<Line, 'id'>): Line {
    const made = { ...line, id: this.kept.next }
    this.kept.next += 1
    this.kept.date = Math.max(this.kept.date, line.date)
    this.set(made)
    this.setIds([...this.ids(), made.id])
    return made
  }

  set(line: Line): void {
    this.lines.set(line.id, line)
    this.touched.add(line.id)
  }

  drop(ids: readonly number[]): void {
    for (const id of ids) {
      if (this.lines.peek(id)?.media) this.files.push({ store: 'files', key: [this.kept.chat.id, id] })
      this.lines.delete(id)
      this.touched.add(id)
    }
    this.setIds(this.ids().filter((id) => !ids.includes(id)))
    this.count()
  }

  /** The file's bytes are stored with whatever is stored next. */
  keepFile(id: number, bytes: Uint8Array): void {
    this.files.push({ store: 'files', key: [this.kept.chat.id, id], value: bytes })
  }

  /** The line was read; if it does not live for ever, it goes when its time is up. */
  begin(id: number, at: number): void {
    const line = this.lines.peek(id)
    if (!line || !line.ttl || line.kind !== 'said' || line.dies !== undefined) return
    this.set({ ...line, seen: true, dies: at + line.ttl })
    this.hurry()
  }

  fresh(): Line[] {
    return this.all().filter((line) => line.kind === 'said' && !line.out && !line.seen)
  }

  /** The chat's unread messages are counted anew. */
  count(): void {
    this.kept.unread = this.fresh().length
  }

  of(randomId: bigint): Line | undefined {
    return this.all().find((line) => line.randomId === randomId && line.kind === 'said')
  }

  idsOf(randomIds: readonly bigint[]): number[] {
    return this.all().filter((line) => randomIds.includes(line.randomId)).map((line) => line.id)
  }
}

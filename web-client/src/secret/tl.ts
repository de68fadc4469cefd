// The schema's text as tables, and values as bytes by them. Values are plain objects named by `_`; 64-bit numbers are
// bigint. What is not exactly as the schema says is refused.

import { concat, int32, unhex } from './bytes'
import { Refused } from './refused'
import { SCHEMA } from './schema'

export type Value = { _: string; [field: string]: unknown }
interface Field {
  name: string
  type: string
  /** Present only if this bit is set. */
  bit?: number
}
export interface Constructor {
  name: string
  id: number
  type: string
  layer: number
  fields: Field[]
  line: string
}

const camel = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The schema's constructors; one that has a younger namesake is called `name@layer`. */
export function parse(text: string): Constructor[] {
  const all: Constructor[] = []
  let layer = 0
  for (const line of text.split('\n').filter(Boolean)) {
    const section = /^===(\d+)===$/.exec(line)
    if (section) {
      layer = Number(section[1])
      continue
    }
    const [, name, id, middle, type] = /^(\w+)#([0-9a-f]+) (.*)= (\w+);$/.exec(line)!
    const older = all.find((one) => one.name === name)
    if (older) older.name = `${older.name}@${older.layer}`
    all.push({ name: name!, id: parseInt(id!, 16) | 0, type: type!, layer, fields: middle!.trim().split(' ').filter(Boolean).map(field), line })
  }
  return all
}

function field(text: string): Field {
  const [name, type] = text.split(':') as [string, string]
  const [, bit, rest] = /^flags\.(\d+)\?(.*)$/.exec(type) ?? []
  return bit === undefined ? { name: camel(name), type } : { name: camel(name), type: rest!, bit: Number(bit) }
}

const ALL = parse(SCHEMA)
const BY_NAME = new Map(ALL.map((one) => [one.name, one]))
const BY_ID = new Map(ALL.map((one) => [one.id, one]))
const VECTOR = 0x1cb5c415

export function encode(value: Value): Uint8Array {
  const out: Uint8Array[] = []
  writeBoxed(out, value)
  return concat(...out)
}

function writeBoxed(out: Uint8Array[], value: Value): void {
  const found = BY_NAME.get(value._)
  if (!found) throw new Error(`no constructor ${value._}`)
  out.push(int32(found.id))
  for (const { name, type, bit } of found.fields) {
    if (type === '#') out.push(int32(flagsOf(found, value)))
    else if (bit === undefined || (isThere(value[name]) && type !== 'true')) write(out, type, value[name])
  }
}

const isThere = (value: unknown): boolean => value !== undefined && value !== false

function flagsOf({ fields }: Constructor, value: Value): number {
  return fields.reduce((flags, { name, bit }) => (bit !== undefined && isThere(value[name]) ? flags | (1 << bit) : flags), 0)
}

function write(out: Uint8Array[], type: string, value: unknown): void {
  const inside = /^Vector<(.*)>$/.exec(type)?.[1]
  if (inside) {
    const all = value as unknown[]
    out.push(int32(VECTOR), int32(all.length))
    all.forEach((one) => write(out, inside, one))
  } else if (type === 'int') out.push(int32(value as number))
  else if (type === 'long') out.push(long(value as bigint))
  else if (type === 'double') out.push(new Uint8Array(new Float64Array([value as number]).buffer))
  else if (type === 'string') out.push(bytes(new TextEncoder().encode(value as string)))
  else if (type === 'bytes') out.push(bytes(value as Uint8Array))
  else writeBoxed(out, value as Value)
}

function long(value: bigint): Uint8Array {
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigInt64(0, BigInt.asIntN(64, value), true)
  return out
}

function bytes(value: Uint8Array): Uint8Array {
  const head = value.length < 254 ? Uint8Array.of(value.length) : unhex(`fe${[0, 8, 16].map((by) => ((value.length >> by) & 255).toString(16).padStart(2, '0')).join('')}`)
  return concat(head, value, new Uint8Array((4 - ((head.length + value.length) % 4)) % 4))
}

/** The value these bytes hold, and nothing besides. Errors: Refused. */
export function decode(data: Uint8Array, type: string): Value {
  const reader = new Reader(data)
  const value = reader.boxed(type)
  reader.end()
  return value
}

export class Reader {
  private at = 0
  private readonly view: DataView

  constructor(private readonly data: Uint8Array) {
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  }

  end(): void {
    if (this.at !== this.data.length) throw new Refused('bytes left over')
  }

  int(): number {
    return this.view.getInt32(this.step(4), true)
  }

  bytes(): Uint8Array {
    let length = this.data[this.step(1)]!
    let head = 1
    if (length === 255) throw new Refused('length of bytes')
    if (length === 254) {
      const at = this.step(3)
      length = this.data[at]! | (this.data[at + 1]! << 8) | (this.data[at + 2]! << 16)
      head = 4
    }
    const at = this.step(length)
    this.step((4 - ((head + length) % 4)) % 4)
    return this.data.slice(at, at + length)
  }

  boxed(type: string): Value {
    const id = this.int()
    const found = BY_ID.get(id)
    if (!found || found.type !== type) throw new Refused(`constructor ${(id >>> 0).toString(16)} for ${type}`)
    const value: Value = { _: found.name }
    let flags = 0
    for (const { name, type: kind, bit } of found.fields) {
      if (kind === '#') flags = this.int()
      else if (bit === undefined) value[name] = this.read(kind)
      else if (kind === 'true') value[name] = (flags & (1 << bit)) !== 0
      else if (flags & (1 << bit)) value[name] = this.read(kind)
    }
    return value
  }

  private read(type: string): unknown {
    const inside = /^Vector<(.*)>$/.exec(type)?.[1]
    if (inside) return this.vector(inside)
    if (type === 'int') return this.int()
    if (type === 'long') return this.view.getBigInt64(this.step(8), true)
    if (type === 'double') return this.view.getFloat64(this.step(8), true)
    if (type === 'string') return new TextDecoder().decode(this.bytes())
    if (type === 'bytes') return this.bytes()
    return this.boxed(type)
  }

  private vector(inside: string): unknown[] {
    if (this.int() !== VECTOR) throw new Refused('no vector')
    const count = this.int()
    // Nothing takes less than four bytes: a count that cannot be true is not waited for.
    if (count < 0 || count * 4 > this.data.length - this.at) throw new Refused('length of a vector')
    return Array.from({ length: count }, () => this.read(inside))
  }

  private step(size: number): number {
    const at = this.at
    if (at + size > this.data.length) throw new Refused('cut short')
    this.at = at + size
    return at
  }
}

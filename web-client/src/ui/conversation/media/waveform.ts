// A waveform on the wire is a row of five-bit values, lowest bits first. Pure.

const VALUES = 100

/** `count` heights from 0 to 1. Without a waveform all are low. */
export function barsOf(packed: Uint8Array | undefined, count: number): number[] {
  const values = packed?.length ? unpack(packed) : []
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count)
    const to = Math.max(from + 1, Math.floor(((index + 1) * values.length) / count))
    return values.length ? Math.max(...values.slice(from, to)) / 31 : 0.05
  })
}

export function unpack(packed: Uint8Array): number[] {
  const count = Math.floor((packed.length * 8) / 5)
  return Array.from({ length: count }, (_, index) => {
    const bit = index * 5
    const two = (packed[bit >> 3] ?? 0) | ((packed[(bit >> 3) + 1] ?? 0) << 8)
    return (two >> (bit & 7)) & 31
  })
}

/** Loudness from 0 to 1, any number of values, as the wire has it. */
export function pack(loudness: readonly number[]): Uint8Array {
  const values = Array.from({ length: VALUES }, (_, index) => {
    const from = Math.floor((index * loudness.length) / VALUES)
    const to = Math.max(from + 1, Math.floor(((index + 1) * loudness.length) / VALUES))
    const part = loudness.slice(from, to)
    return part.length ? Math.round(Math.min(1, Math.max(...part)) * 31) : 0
  })
  const out = new Uint8Array(Math.ceil((VALUES * 5) / 8))
  values.forEach((value, index) => {
    const bit = index * 5
    const shifted = value << (bit & 7)
    out[bit >> 3]! |= shifted & 255
    if (shifted > 255) out[(bit >> 3) + 1]! |= shifted >> 8
  })
  return out
}

// Bytes and numbers.

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** True if both are the same; takes as long wherever they differ. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let differing = 0
  for (let index = 0; index < a.length; index += 1) differing |= a[index]! ^ b[index]!
  return differing === 0
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export const unhex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))

/** Big-endian. */
export const toBig = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes) || '0'}`)

/** Big-endian, with zeros before it. */
export const fromBig = (value: bigint, size: number): Uint8Array => unhex(value.toString(16).padStart(size * 2, '0'))

export function int32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setInt32(0, value, true)
  return bytes
}

/** The 64-bit number in these eight bytes, little-endian, signed. */
export const toLong = (bytes: Uint8Array): bigint => new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0, true)

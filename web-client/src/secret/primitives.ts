// What the protocol is built of. The messenger hands in the library's own; tests hand in the same or Node's.

import { concat } from './bytes'

export interface Primitives {
  sha1(data: Uint8Array): Uint8Array
  sha256(data: Uint8Array): Uint8Array
  createAesIge(key: Uint8Array, iv: Uint8Array): { encrypt(data: Uint8Array): Uint8Array; decrypt(data: Uint8Array): Uint8Array }
  randomBytes(size: number): Uint8Array
}

export const BLOCK = 16

/** AES-256-IGE piece by piece: the same bytes as if all were done at once. Shape: pieces of whole blocks. */
export class Ige {
  constructor(
    private readonly from: Primitives,
    private readonly key: Uint8Array,
    private iv: Uint8Array,
  ) {}

  encrypt(plain: Uint8Array): Uint8Array {
    const sealed = this.from.createAesIge(this.key, this.iv).encrypt(plain)
    this.iv = concat(sealed.slice(-BLOCK), plain.slice(-BLOCK))
    return sealed
  }

  decrypt(sealed: Uint8Array): Uint8Array {
    const plain = this.from.createAesIge(this.key, this.iv).decrypt(sealed)
    this.iv = concat(sealed.slice(-BLOCK), plain.slice(-BLOCK))
    return plain
  }
}

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
const SINES = Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32) | 0)

/** MD5, which the protocol uses to name the keys of files and for nothing that must be safe. */
export function md5(data: Uint8Array): Uint8Array {
  const size = Math.ceil((data.length + 9) / 64) * 64
  const padded = new DataView(new ArrayBuffer(size))
  new Uint8Array(padded.buffer).set(data)
  padded.setUint8(data.length, 0x80)
  padded.setBigUint64(size - 8, BigInt(data.length) * 8n, true)
  const state = new Int32Array([0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476])
  for (let block = 0; block < size; block += 64) {
    let [a, b, c, d] = state as unknown as [number, number, number, number]
    for (let step = 0; step < 64; step += 1) {
      const round = step >> 4
      const [mixed, word] =
        round === 0 ? [(b & c) | (~b & d), step]
        : round === 1 ? [(d & b) | (~d & c), (5 * step + 1) % 16]
        : round === 2 ? [b ^ c ^ d, (3 * step + 5) % 16]
        : [c ^ (b | ~d), (7 * step) % 16]
      const sum = (a + mixed + SINES[step]! + padded.getInt32(block + word * 4, true)) | 0
      const shift = SHIFTS[round * 4 + (step % 4)]!
      ;[a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0]
    }
    state[0]! += a
    state[1]! += b
    state[2]! += c
    state[3]! += d
  }
  return new Uint8Array(state.buffer)
}

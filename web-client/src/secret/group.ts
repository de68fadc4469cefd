// The Diffie-Hellman half: whether the server's numbers may be used, and what two people make of them.
// https://core.telegram.org/api/end-to-end (Sending a Request, Accepting a Request)

import { fromBig, toBig } from './bytes'
import type { Primitives } from './primitives'
import { Refused } from './refused'

/** Bytes of the prime, of powers and of keys. */
const SIZE = 256
const BITS = 2048n
/** Powers nearer than this to either end are refused. */
const MARGIN = 1n << (BITS - 64n)
/** Each doubts a number that is no prime with at least three chances in four. */
const ROUNDS = 40

export interface Group {
  g: number
  p: Uint8Array
}

/** base ^ exponent mod modulus, by windows of four bits: as many steps whatever the exponent. */
export function power(base: bigint, exponent: bigint, modulus: bigint, bits = BITS): bigint {
  const table = [1n]
  for (let index = 1; index < 16; index += 1) table.push((table[index - 1]! * base) % modulus)
  let result = 1n
  for (let at = bits - 4n; at >= 0n; at -= 4n) {
    for (let twice = 0; twice < 4; twice += 1) result = (result * result) % modulus
    result = (result * table[Number((exponent >> at) & 15n)]!) % modulus
  }
  return result
}

/** Whether g makes the subgroup of order (p − 1) / 2: what p must be modulo something small. */
const RESIDUES: Record<number, (p: bigint) => boolean> = {
  2: (p) => p % 8n === 7n,
  3: (p) => p % 3n === 2n,
  4: () => true,
  5: (p) => p % 5n === 1n || p % 5n === 4n,
  6: (p) => p % 24n === 19n || p % 24n === 23n,
  7: (p) => p % 7n === 3n || p % 7n === 5n || p % 7n === 6n,
}

/** The number may be used as prime and generator, or Refused. It takes seconds: what passed is remembered by the caller. */
export async function requireGroup({ g, p }: Group, from: Primitives): Promise<void> {
  const prime = toBig(p)
  if (p.length !== SIZE || prime >> (BITS - 1n) !== 1n) throw new Refused('prime size')
  if (!RESIDUES[g]?.(prime)) throw new Refused('generator')
  if (!(await isPrime(prime, from)) || !(await isPrime((prime - 1n) / 2n, from))) throw new Refused('no safe prime')
}

/** Miller and Rabin's test with bases drawn at random, so that nobody can prepare a number for it. */
async function isPrime(n: bigint, from: Primitives): Promise<boolean> {
  for (const small of [3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n]) if (n % small === 0n) return false
  if (n % 2n === 0n) return false
  let odd = n - 1n
  let twos = 0
  for (; odd % 2n === 0n; odd /= 2n) twos += 1
  for (let round = 0; round < ROUNDS; round += 1) {
    const base = 2n + (toBig(from.randomBytes(SIZE)) % (n - 3n))
    if (!passes(power(base, odd, n), n, twos)) return false
    // The page goes on living meanwhile.
    await new Promise((done) => setTimeout(done))
  }
  return true
}

function passes(start: bigint, n: bigint, twos: number): boolean {
  let value = start
  if (value === 1n || value === n - 1n) return true
  for (let step = 1; step < twos; step += 1) {
    value = (value * value) % n
    if (value === n - 1n) return true
  }
  return false
}

/** A power received may be used, or Refused. */
export function requirePower(value: Uint8Array, p: Uint8Array): void {
  const number = toBig(value)
  if (value.length > SIZE || number < MARGIN || number > toBig(p) - MARGIN) throw new Refused('power out of range')
}

/** A secret number, and the power of g the other side may see. */
export function draw({ g, p }: Group, from: Primitives): { exponent: Uint8Array; power: Uint8Array } {
  for (;;) {
    const exponent = from.randomBytes(SIZE)
    const made = fromBig(power(BigInt(g), toBig(exponent), toBig(p)), SIZE)
    try {
      requirePower(made, p)
      return { exponent, power: made }
    } catch {
      // One of 2^63 does not fit; another is drawn.
    }
  }
}

/** The key both sides make of their own secret number and the other's power. Errors: Refused. */
export function agree(theirs: Uint8Array, exponent: Uint8Array, { p }: Group): Uint8Array {
  requirePower(theirs, p)
  return fromBig(power(toBig(theirs), toBig(exponent), toBig(p)), SIZE)
}

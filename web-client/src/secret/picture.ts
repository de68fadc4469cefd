// What two people compare to know that nobody stands between them: the key's fingerprint as a picture and as digits.
// Shape: 36 bytes, the first 16 of the key's SHA-1 and the first 20 of its SHA-256.

import { concat, hex } from './bytes'
import type { Primitives } from './primitives'

export const pictureBytes = (key: Uint8Array, from: Primitives): Uint8Array => concat(from.sha1(key).subarray(0, 16), from.sha256(key).subarray(0, 20))

/** The digits, in groups of four for reading aloud. */
export const digits = (bytes: Uint8Array): string[] => hex(bytes).match(/.{4}/g) ?? []

export interface Tile {
  x: number
  y: number
  /** Which of the sixteen shapes, which of the eight colours, and how many quarter turns. */
  shape: number
  colour: number
  turn: number
}

export const COLUMNS = 6

/** Thirty-six signs, six by six, one a byte: shape of sixteen, one of four colours, one of four quarter turns. */
export const tiles = (bytes: Uint8Array): Tile[] =>
  Array.from(bytes, (byte, index) => ({ x: index % COLUMNS, y: Math.floor(index / COLUMNS), shape: byte & 15, colour: (byte >> 4) & 3, turn: byte >> 6 }))

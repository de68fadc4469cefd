// One message sealed with the chat's key, as MTProto 2.0 seals: key id, message key, AES-256-IGE.
// https://core.telegram.org/api/end-to-end (Serialization and Encryption of Outgoing Messages)

import { concat, equal, hex, int32 } from './bytes'
import { BLOCK, type Primitives } from './primitives'
import { Refused } from './refused'

const ID = 8
const MESSAGE_KEY = 16
const LEAST_PADDING = 12
const MOST_PADDING = 1024
/** Blocks of padding beyond the least, at most: lengths tell less. */
const LOOSE_BLOCKS = 16

/** Who writes: the parts of the key in use differ, so that nothing sent comes back as an answer. */
export type Side = 'creator' | 'guest'
const offsetOf = (writer: Side): number => (writer === 'creator' ? 0 : 8)

/** The last 64 bits of the key's SHA-1. */
export const keyId = (key: Uint8Array, from: Primitives): Uint8Array => from.sha1(key).slice(-ID)

function derive(key: Uint8Array, messageKey: Uint8Array, x: number, from: Primitives): { key: Uint8Array; iv: Uint8Array } {
  const a = from.sha256(concat(messageKey, key.subarray(x, x + 36)))
  const b = from.sha256(concat(key.subarray(40 + x, 76 + x), messageKey))
  return {
    key: concat(a.subarray(0, 8), b.subarray(8, 24), a.subarray(24, 32)),
    iv: concat(b.subarray(0, 8), a.subarray(8, 24), b.subarray(24, 32)),
  }
}

const messageKeyOf = (key: Uint8Array, padded: Uint8Array, x: number, from: Primitives): Uint8Array =>
  from.sha256(concat(key.subarray(88 + x, 120 + x), padded)).slice(8, 8 + MESSAGE_KEY)

export function seal(payload: Uint8Array, key: Uint8Array, writer: Side, from: Primitives): Uint8Array {
  const x = offsetOf(writer)
  const bare = 4 + payload.length
  const loose = (from.randomBytes(1)[0]! % LOOSE_BLOCKS) * BLOCK
  const padding = LEAST_PADDING + ((BLOCK - ((bare + LEAST_PADDING) % BLOCK)) % BLOCK) + loose
  const padded = concat(int32(payload.length), payload, from.randomBytes(padding))
  const messageKey = messageKeyOf(key, padded, x, from)
  const aes = derive(key, messageKey, x, from)
  return concat(keyId(key, from), messageKey, from.createAesIge(aes.key, aes.iv).encrypt(padded))
}

export interface Opened {
  payload: Uint8Array
  /** Which of the keys it was. */
  key: Uint8Array
}

/** What was sealed by `writer` with one of these keys. Errors: Refused, before a byte of the content is looked at. */
export function open(data: Uint8Array, keys: readonly Uint8Array[], writer: Side, from: Primitives): Opened {
  const x = offsetOf(writer)
  const body = data.subarray(ID + MESSAGE_KEY)
  if (body.length < 2 * BLOCK || body.length % BLOCK) throw new Refused('length')
  const key = keys.find((one) => equal(keyId(one, from), data.subarray(0, ID)))
  if (!key) throw new Refused(`unknown key ${hex(data.subarray(0, ID))}`)
  const messageKey = data.slice(ID, ID + MESSAGE_KEY)
  const aes = derive(key, messageKey, x, from)
  const padded = from.createAesIge(aes.key, aes.iv).decrypt(body.slice())
  if (!equal(messageKeyOf(key, padded, x, from), messageKey)) throw new Refused('message key')
  const length = new DataView(padded.buffer, padded.byteOffset).getInt32(0, true)
  const padding = padded.length - 4 - length
  if (length < 0 || length % 4 || padding < LEAST_PADDING || padding > MOST_PADDING) throw new Refused('padding')
  return { payload: padded.slice(4, 4 + length), key }
}

// What one end of a secret chat knows: kept on this device, wrapped, and nowhere else.

import type { Group } from './group'

/** asking: they have not answered; asked: we have not; open: both have the key; ended: the key is gone. */
export type Stage = 'asking' | 'asked' | 'open' | 'ended'

export interface Key {
  bytes: Uint8Array
  since: number
  /** Messages sealed or opened with it. */
  used: number
}

/** A new key is being agreed on: we asked, or we answered and wait for the word to use it. */
export type Renewal = { step: 'asked'; exchange: bigint; exponent: Uint8Array } | { step: 'answered'; exchange: bigint; key: Key }

export interface Chat {
  id: number
  accessHash: bigint
  /** The other person. */
  peer: number
  /** We asked for the chat. */
  mine: boolean
  stage: Stage
  date: number
  group?: Group
  /** Our secret number, until the key is made. */
  exponent?: Uint8Array
  /** The power they offered, until we answer. */
  offer?: Uint8Array
  key?: Key
  /** The key before this one, until the first message under the new one has come. */
  former?: Key
  renewal?: Renewal
  /** What both sides compare, from the first key. Shape: 36 bytes. */
  picture?: Uint8Array
  /** The newest layer they are known to understand, and the one we have told them of. */
  layer: number
  told: number
  /** Messages taken in, made, and theirs that they say they have taken in: the raw sequence numbers. */
  received: number
  made: number
  confirmed: number
  /** Up to here the missing ones were asked for again. */
  askedUntil: number
  /** Seconds a message lives once it was read; 0: for ever. */
  timer: number
  /** Why it ended. */
  ending?: Ending
}

export type Ending = 'us' | 'them' | 'declined' | 'broken' | 'mismatch'

/** A file as the server keeps it. */
export interface FileRef {
  id: bigint
  accessHash: bigint
  size: number
  dc: number
  fingerprint: number
}

/** A file uploaded for a message that is not sent yet. */
export interface Uploaded {
  id: bigint
  parts: number
  big: boolean
  md5: string
  fingerprint: number
}

/** A message made and not confirmed by them yet: it may be wanted again. */
export interface Outgoing {
  n: number
  /** The decryptedMessageLayer, before it is sealed. */
  body: Uint8Array
  randomId: bigint
  /** What the server tells repeats by. */
  outer: bigint
  how: 'message' | 'service' | 'file'
  /** People see it: if the server will not have it, they are told. */
  shown: boolean
  silent: boolean
  file?: Uploaded
  /** The id of the key it is to be sealed with, while that is there. */
  under: string
  sent: boolean
}

/** A message that came before one that is still missing. */
export interface Early {
  n: number
  body: Uint8Array
  under: string
  date: number
  file?: FileRef
}

/** What happened, for people. */
export type News =
  | { kind: 'said'; spoken: import('./inner').Spoken; date: number; file?: FileRef }
  | { kind: 'unknown'; date: number }
  | { kind: 'deleted'; randomIds: bigint[] }
  | { kind: 'flushed' }
  | { kind: 'opened'; randomIds: bigint[]; date: number }
  | { kind: 'screenshot'; date: number }
  | { kind: 'timer'; seconds: number; date: number }
  | { kind: 'renewed' }

export const freshChat = (known: Pick<Chat, 'id' | 'accessHash' | 'peer' | 'mine' | 'stage' | 'date'>): Chat => ({
  layer: 46,
  told: 0,
  received: 0,
  made: 0,
  confirmed: 0,
  askedUntil: -1,
  timer: 0,
  ...known,
})

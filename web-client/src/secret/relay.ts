// What the server does for secret chats: it passes on what it cannot read.

import type { FileRef, Outgoing, Uploaded } from './chat'

export interface Address {
  id: number
  accessHash: bigint
}

/** How a chat stands, as the server says. */
export type Standing =
  | { kind: 'none' }
  | { kind: 'waiting'; id: number; accessHash: bigint; date: number }
  | { kind: 'asked'; id: number; accessHash: bigint; date: number; from: number; power: Uint8Array }
  | { kind: 'open'; id: number; accessHash: bigint; date: number; power: Uint8Array; keyId: bigint }
  | { kind: 'ended'; id: number; deleted: boolean }

export interface Letter {
  chatId: number
  data: Uint8Array
  date: number
  file?: FileRef
}

export interface Relay {
  /** The numbers for new keys; undefined if those of this version still hold. */
  group(version: number): Promise<{ version: number; g: number; p: Uint8Array } | undefined>
  request(peer: number, id: number, power: Uint8Array): Promise<Standing>
  accept(chat: Address, power: Uint8Array, keyId: bigint): Promise<Standing>
  discard(id: number, deleted: boolean): Promise<void>
  send(chat: Address, data: Uint8Array, out: Outgoing): Promise<{ date: number; file?: FileRef }>
  read(chat: Address, until: number): Promise<void>
  typing(chat: Address, yes: boolean): Promise<void>
  /** Everything up to here is safe on this device. */
  received(qts: number): Promise<void>
  /** Where the letters of this device stand now. */
  qts(): Promise<number>
  upload(file: Blob, loading?: Loading): Promise<Omit<Uploaded, 'fingerprint'>>
  download(file: FileRef, loading?: Loading): AsyncIterable<Uint8Array>
  /** What a failed call means for the chat: it is over, this one message cannot be, or it is to be tried again. */
  meaning(error: unknown): 'over' | 'unwanted' | 'again'
}

export interface Loading {
  signal?: AbortSignal
  progress?: (share: number) => void
}

// A line of a secret chat's history: what was said, or what happened.

import type { FileRef } from './chat'
import type { Entity, Media } from './inner'

export type Kind = 'said' | 'timer' | 'screenshot' | 'renewed' | 'unknown'

export interface Line {
  /** Rises within the chat. */
  id: number
  kind: Kind
  out: boolean
  date: number
  randomId: bigint
  text: string
  entities: Entity[]
  media?: Media
  file?: FileRef
  replyTo?: bigint
  /** Seconds it lives once it was read; in a line of the timer, the timer. */
  ttl: number
  /** Ours: on its way, with the server, or not to be sent. */
  state?: 'sending' | 'sent' | 'failed'
  /** Ours: they have read it. Theirs: we have. */
  seen: boolean
  /** When it goes. */
  dies?: number
}

/** What is looked at by a press, and begins to vanish then: pictures and files that live a minute or less. */
const VEILED_S = 60
export const isVeiled = (line: Line): boolean => line.media !== undefined && 'key' in line.media && line.ttl > 0 && line.ttl <= VEILED_S

/** What this browser keeps of a chat beside its lines. */
export interface Kept {
  chat: import('./chat').Chat
  /** The next line's number. */
  next: number
  unread: number
  /** Who it is, so that they have a name before the server has answered. */
  person?: { accessHash: bigint; firstName: string; lastName: string }
  /** Our answer to their offer, until the server has it. */
  answer?: { power: Uint8Array; keyId: bigint }
  /** It ended here, and they do not know yet. */
  farewell?: boolean
  /** The two have compared the pictures, as was said here. */
  compared?: boolean
  /** When something last happened. */
  date: number
}

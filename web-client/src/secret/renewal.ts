// A new key every hundred messages or every week, agreed on inside the chat: asked, answered, committed.
// https://core.telegram.org/api/end-to-end/pfs

import { toLong } from './bytes'
import type { Chat, Key } from './chat'
import { keyId } from './envelope'
import { agree, draw } from './group'
import type { Action } from './inner'
import type { Primitives } from './primitives'
import { Broken, Refused } from './refused'

const MOST_USES = 100
const LONGEST_S = 7 * 86_400

type Of<K extends Action['_']> = Extract<Action, { _: K }>

/** True if this key has done its work and nothing of another is under way. */
export function wanted({ key, former, renewal, group }: Chat, now: number): boolean {
  if (!key || former || renewal || !group) return false
  return key.used > MOST_USES || (key.used > 0 && now - key.since > LONGEST_S)
}

/** The question to be sent. */
export function ask(chat: Chat, from: Primitives): Action {
  const { exponent, power } = draw(chat.group!, from)
  const exchangeId = toLong(from.randomBytes(8))
  chat.renewal = { step: 'asked', exchange: exchangeId, exponent }
  return { _: 'decryptedMessageActionRequestKey', exchangeId, gA: power }
}

/** The answer to their question; undefined where ours goes first. Errors: Broken. */
export function accept(chat: Chat, asked: Of<'decryptedMessageActionRequestKey'>, now: number, from: Primitives): Action | undefined {
  const { renewal, group } = chat
  if (renewal?.step === 'asked') {
    // Both asked at once: the larger number is answered, and two equal ones are both let go.
    if (renewal.exchange > asked.exchangeId) return undefined
    renewal.exponent.fill(0)
    chat.renewal = undefined
    if (renewal.exchange === asked.exchangeId) return undefined
  }
  if (chat.renewal || chat.former || !group) throw new Broken('a renewal inside another')
  const { exponent, power } = draw(group, from)
  const bytes = agreed(asked.gA, exponent, chat)
  exponent.fill(0)
  const key: Key = { bytes, since: now, used: 0 }
  chat.renewal = { step: 'answered', exchange: asked.exchangeId, key }
  return { _: 'decryptedMessageActionAcceptKey', exchangeId: asked.exchangeId, gB: power, keyFingerprint: toLong(keyId(bytes, from)) }
}

/** The word that the new key is in use, and that key. Errors: Broken. */
export function commit(chat: Chat, accepted: Of<'decryptedMessageActionAcceptKey'>, now: number, from: Primitives): { word: Action; key: Key } {
  const { renewal } = chat
  if (renewal?.step !== 'asked' || renewal.exchange !== accepted.exchangeId) throw new Broken('an answer to no question')
  const bytes = agreed(accepted.gB, renewal.exponent, chat)
  const fingerprint = toLong(keyId(bytes, from))
  if (fingerprint !== accepted.keyFingerprint) throw new Broken('another key')
  renewal.exponent.fill(0)
  return { word: { _: 'decryptedMessageActionCommitKey', exchangeId: accepted.exchangeId, keyFingerprint: fingerprint }, key: { bytes, since: now, used: 0 } }
}

/** The new key is in use; the old one only opens what is still under way. */
export function settle(chat: Chat, key: Key): void {
  chat.former?.bytes.fill(0)
  chat.former = chat.key
  chat.key = key
  chat.renewal = undefined
}

function agreed(theirs: Uint8Array, exponent: Uint8Array, chat: Chat): Uint8Array {
  try {
    return agree(theirs, exponent, chat.group!)
  } catch (error) {
    // Inside the chat it is they who sent it: nothing is left to hope for.
    throw error instanceof Refused ? new Broken(error.message) : error
  }
}

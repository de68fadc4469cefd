// Sequence numbers that no honest end would send: the chat ends.

import { expect, test } from 'vitest'
import { seal } from '../../src/secret/envelope'
import type { End } from '../../src/secret/end'
import { wrap } from '../../src/secret/inner'
import { Broken, Refused } from '../../src/secret/refused'
import { exchange, letters, NODE, NOW, pair, saidIn, words } from './kit'

/** A letter of Alice's with these numbers on it, rightly sealed. */
function forged(alice: End, inSeqNo: number, outSeqNo: number, random = 31): Uint8Array {
  const message = { _: 'decryptedMessage', randomId: 1n, ttl: 0, message: 'x' }
  return seal(wrap({ layer: 144, inSeqNo, outSeqNo }, message, NODE.randomBytes(random)), alice.chat.key!.bytes, 'creator', NODE)
}

// Alice asked for the chat: her in numbers are even, her out numbers odd. Each has said its layer, so the next is 1.
test.each<[string, number, number]>([
  ['an even out number', 2, 2],
  ['an odd in number', 3, 3],
  ['a negative in number', -2, 3],
  ['a negative out number', 2, -1],
  ['a confirmation of what was never said', 400, 3],
  ['more missing than can be', 2, 2 * 5000 + 1],
])('%s', (_, inSeqNo, outSeqNo) => {
  const two = pair()
  exchange(two)
  expect(() => two.bob.take(forged(two.alice, inSeqNo, outSeqNo), NOW, NOW)).toThrow(Broken)
})

test('a confirmation that is taken back', () => {
  const two = pair()
  exchange(two)
  two.bob.say(words('a'), NOW)
  exchange(two)
  two.alice.say(words('b'), NOW)
  exchange(two)
  expect(two.bob.chat.confirmed).toBe(2)
  expect(() => two.bob.take(forged(two.alice, 0, 5), NOW, NOW)).toThrow(Broken)
})

test('too few random bytes are refused', () => {
  const two = pair()
  exchange(two)
  expect(() => two.bob.take(forged(two.alice, 2, 3, 8), NOW, NOW)).toThrow(Refused)
})

test('a letter of a layer to come is counted, and people are told', () => {
  const two = pair()
  exchange(two)
  const body = wrap({ layer: 999, inSeqNo: 2, outSeqNo: 3 }, { _: 'decryptedMessageService', randomId: 1n, action: { _: 'decryptedMessageActionNoop' } }, NODE.randomBytes(31))
  body.set([1, 2, 3, 4], body.length - 4)
  expect(two.bob.take(seal(body, two.alice.chat.key!.bytes, 'creator', NODE), NOW, NOW)).toEqual([{ kind: 'unknown', date: NOW }])
  expect(two.bob.chat.received).toBe(2)
})

test('forged letters change nothing: the talk goes on', () => {
  const two = pair()
  exchange(two)
  const noise = NODE.randomBytes(24 + 160)
  noise.set(seal(new Uint8Array(4), two.alice.chat.key!.bytes, 'creator', NODE).slice(0, 8))
  expect(() => two.bob.take(noise, NOW, NOW)).toThrow(Refused)
  two.alice.say(words('still here'), NOW)
  expect(saidIn(letters(two.alice).flatMap((one) => two.bob.take(one, NOW, NOW)))).toEqual(['still here'])
})

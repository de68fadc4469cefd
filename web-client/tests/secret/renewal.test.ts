// A new key every hundred messages or every week; the old one opens what was under way, then is gone.

import { expect, test } from 'vitest'
import { equal, toLong } from '../../src/secret/bytes'
import { keyId } from '../../src/secret/envelope'
import { draw } from '../../src/secret/group'
import type { Action } from '../../src/secret/inner'
import { Broken } from '../../src/secret/refused'
import { exchange, GROUP, letters, NODE, NOW, pair, saidIn, words, type Pair } from './kit'

const WEEK = 7 * 86_400
const same = ({ alice, bob }: Pair): boolean => equal(alice.chat.key!.bytes, bob.chat.key!.bytes)

/** Both are there, and Alice has asked for a new key that Bob has not heard of yet. */
function asking(): { two: Pair; letter: Uint8Array; before: Uint8Array } {
  const two = pair()
  exchange(two)
  const before = two.alice.chat.key!.bytes.slice()
  two.alice.tend(NOW + WEEK + 1)
  return { two, letter: letters(two.alice)[0]!, before }
}

test('after a hundred messages the key is another, and nothing was lost', { timeout: 20_000 }, () => {
  const two = pair()
  const first = two.alice.chat.key!.bytes.slice()
  const picture = two.alice.chat.picture!
  const said = Array.from({ length: 120 }, (_, index) => `message ${index}`)
  const heard: string[] = []
  for (const [index, text] of said.entries()) {
    const end = index % 2 ? two.bob : two.alice
    end.say(words(text), NOW + index)
    const news = exchange(two, NOW + index)
    heard.push(...saidIn(news.alice), ...saidIn(news.bob))
  }
  expect(heard).toEqual(said)
  expect(equal(two.alice.chat.key!.bytes, first)).toBe(false)
  expect(same(two)).toBe(true)
  expect([two.alice.chat.former, two.bob.chat.former]).toEqual([undefined, undefined])
  // What people compared stays what they compared.
  expect(two.bob.chat.picture).toEqual(picture)
})

test('after a week, too, if it was used at all', () => {
  const { two, letter } = asking()
  two.bob.take(letter, NOW, NOW + WEEK + 1)
  exchange(two, NOW + WEEK + 1)
  expect(same(two)).toBe(true)
  expect(two.alice.chat.key!.since).toBe(NOW + WEEK + 1)
  const others = pair()
  others.alice.chat.key!.used = 0
  others.alice.tend(NOW + WEEK + 1)
  expect(others.alice.chat.renewal).toBeUndefined()
})

test('words under way while the key changes all arrive', () => {
  const { two, letter } = asking()
  const now = NOW + WEEK + 1
  two.bob.say(words('before it was asked'), now)
  two.bob.take(letter, now, now)
  two.bob.say(words('after the answer'), now)
  two.alice.say(words('meanwhile'), now)
  const news = exchange(two, now)
  expect(saidIn(news.alice)).toEqual(['before it was asked', 'after the answer'])
  expect(saidIn(news.bob)).toEqual(['meanwhile'])
  expect(same(two)).toBe(true)
})

test('both ask at once: one question goes first, and both have one key', () => {
  const two = pair()
  exchange(two)
  const now = NOW + WEEK + 1
  two.alice.tend(now)
  two.bob.tend(now)
  expect([two.alice.chat.renewal?.step, two.bob.chat.renewal?.step]).toEqual(['asked', 'asked'])
  exchange(two, now)
  expect(same(two)).toBe(true)
  expect([two.alice.chat.renewal, two.bob.chat.renewal]).toEqual([undefined, undefined])
})

test('a lost word of the change is asked for again, and the change goes on', () => {
  const { two, letter } = asking()
  const now = NOW + WEEK + 1
  two.bob.take(letter, now, now)
  // Bob's answer is lost; what he says next shows that something is missing.
  letters(two.bob)
  two.bob.say(words('is anybody there'), now)
  const news = exchange(two, now)
  expect(saidIn(news.alice)).toEqual(['is anybody there'])
  expect(same(two)).toBe(true)
})

test('a message lost under the old key is sent again when that key is gone', () => {
  const { two, letter } = asking()
  const now = NOW + WEEK + 1
  two.bob.take(letter, now, now)
  const [answer] = letters(two.bob)
  two.bob.say(words('under the old key'), now)
  letters(two.bob)
  two.alice.take(answer!, now, now)
  two.alice.say(words('under the new one'), now)
  for (const one of letters(two.alice)) two.bob.take(one, now, now)
  expect(two.bob.chat.former).toBeUndefined()
  expect(saidIn(exchange(two, now).alice)).toEqual(['under the old key'])
})

test.each<[string, (two: Pair) => Action]>([
  ['to use a key nobody agreed on', () => ({ _: 'decryptedMessageActionCommitKey', exchangeId: 1n, keyFingerprint: 1n })],
  ['to answer what nobody asked', () => ({ _: 'decryptedMessageActionAcceptKey', exchangeId: 1n, gB: draw(GROUP, NODE).power, keyFingerprint: 1n })],
  ['with the power one', () => ({ _: 'decryptedMessageActionRequestKey', exchangeId: 1n, gA: new Uint8Array([1]) })],
  ['with the prime itself', () => ({ _: 'decryptedMessageActionRequestKey', exchangeId: 1n, gA: GROUP.p })],
])('who wants %s ends the chat', (_, action) => {
  const two = pair()
  exchange(two)
  two.alice.act(action(two), NOW)
  expect(() => two.bob.take(letters(two.alice)[0]!, NOW, NOW)).toThrow(Broken)
})

test('an answer with another key’s id ends the chat', () => {
  const { two } = asking()
  const { exchange: exchangeId } = two.alice.chat.renewal!
  two.bob.act({ _: 'decryptedMessageActionAcceptKey', exchangeId, gB: draw(GROUP, NODE).power, keyFingerprint: 5n }, NOW)
  expect(() => two.alice.take(letters(two.bob)[0]!, NOW, NOW)).toThrow('another key')
})

test('a commit with another key’s id ends the chat', () => {
  const { two, letter } = asking()
  two.bob.take(letter, NOW, NOW)
  const { exchange: exchangeId } = two.bob.chat.renewal!
  const keyFingerprint = toLong(keyId(two.alice.chat.key!.bytes, NODE))
  two.alice.act({ _: 'decryptedMessageActionCommitKey', exchangeId, keyFingerprint }, NOW)
  expect(() => two.bob.take(letters(two.alice)[0]!, NOW, NOW)).toThrow('another key')
})

test('an aborted question is let go', () => {
  const { two } = asking()
  const { exchange: exchangeId } = two.alice.chat.renewal!
  two.bob.act({ _: 'decryptedMessageActionAbortKey', exchangeId }, NOW)
  two.alice.take(letters(two.bob)[0]!, NOW, NOW)
  expect(two.alice.chat.renewal).toBeUndefined()
})

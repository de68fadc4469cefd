// Two ends talk: what each says arrives once, in order, whatever the line does.

import { expect, test } from 'vitest'
import { equal } from '../../src/secret/bytes'
import { Broken, Refused } from '../../src/secret/refused'
import { exchange, letters, NOW, pair, saidIn, words } from './kit'

test('both make the same key and see the same picture', () => {
  const { alice, bob } = pair()
  expect(equal(alice.chat.key!.bytes, bob.chat.key!.bytes)).toBe(true)
  expect(alice.chat.picture).toEqual(bob.chat.picture)
  expect(alice.chat.picture).toHaveLength(36)
})

test('words go both ways, and both learn the other’s layer', () => {
  const two = pair()
  two.alice.say(words('Hello'), NOW)
  two.bob.say(words('Good evening', { replyTo: 1n, entities: [{ _: 'messageEntitySpoiler', offset: 0, length: 4 }] }), NOW)
  const heard = exchange(two)
  expect(saidIn(heard.bob)).toEqual(['Hello'])
  expect(saidIn(heard.alice)).toEqual(['Good evening'])
  expect([two.alice.chat.layer, two.bob.chat.layer]).toEqual([144, 144])
})

test('what came twice is said once', () => {
  const { alice, bob } = pair()
  alice.say(words('once'), NOW)
  const all = letters(alice)
  for (const one of all) bob.take(one, NOW, NOW)
  for (const one of all) expect(() => bob.take(one, NOW, NOW)).toThrow(Refused)
})

test('what comes back to its sender is refused', () => {
  const { alice, bob } = pair()
  alice.say(words('mirror'), NOW)
  bob.say(words('mirror'), NOW)
  for (const one of letters(alice)) expect(() => alice.take(one, NOW, NOW)).toThrow(Refused)
  for (const one of letters(bob)) expect(() => bob.take(one, NOW, NOW)).toThrow(Refused)
})

test('what came out of order waits for what came before', () => {
  const two = pair()
  exchange(two)
  for (const text of ['one', 'two', 'three']) two.alice.say(words(text), NOW)
  const [one, second, third] = letters(two.alice)
  expect(two.bob.take(third!, NOW, NOW)).toEqual([])
  expect(two.bob.take(second!, NOW, NOW)).toEqual([])
  expect(saidIn(two.bob.take(one!, NOW, NOW))).toEqual(['one', 'two', 'three'])
})

test('what was lost is asked for, and sent again', () => {
  const two = pair()
  exchange(two)
  for (const text of ['lost', 'lost too', 'here']) two.alice.say(words(text), NOW)
  const [, , third] = letters(two.alice)
  two.bob.take(third!, NOW, NOW)
  expect(saidIn(exchange(two).bob)).toEqual(['lost', 'lost too', 'here'])
  expect(two.bob.early.size).toBe(0)
})

test('both have lost something at once, and both get it', () => {
  const two = pair()
  exchange(two)
  two.alice.say(words('a1'), NOW)
  two.alice.say(words('a2'), NOW)
  two.bob.say(words('b1'), NOW)
  two.bob.say(words('b2'), NOW)
  const [, a2] = letters(two.alice)
  const [, b2] = letters(two.bob)
  two.bob.take(a2!, NOW, NOW)
  two.alice.take(b2!, NOW, NOW)
  const heard = exchange(two)
  expect([saidIn(heard.bob), saidIn(heard.alice)]).toEqual([['a1', 'a2'], ['b1', 'b2']])
})

test('who asks for what was confirmed, or was never said, ends the chat', () => {
  const two = pair()
  two.alice.say(words('heard'), NOW)
  exchange(two)
  two.bob.say(words('and confirmed'), NOW)
  exchange(two)
  two.bob.act({ _: 'decryptedMessageActionResend', startSeqNo: 1, endSeqNo: 3 }, NOW)
  expect(() => two.alice.take(letters(two.bob)[0]!, NOW, NOW)).toThrow(Broken)
  const others = pair()
  exchange(others)
  others.bob.act({ _: 'decryptedMessageActionResend', startSeqNo: 101, endSeqNo: 103 }, NOW)
  expect(() => others.alice.take(letters(others.bob)[0]!, NOW, NOW)).toThrow(Broken)
})

test('what is deleted before it arrived arrives as nothing', () => {
  const two = pair()
  exchange(two)
  const said = words('regretted')
  two.alice.say(said, NOW)
  letters(two.alice)
  two.alice.hollow([said.randomId])
  two.alice.act({ _: 'decryptedMessageActionDeleteMessages', randomIds: [said.randomId] }, NOW)
  const heard = exchange(two)
  expect(saidIn(heard.bob)).toEqual([])
  expect(heard.bob).toContainEqual({ kind: 'deleted', randomIds: [said.randomId] })
})

test('timer, reading, deleting, flushing and screenshots are news', () => {
  const two = pair()
  exchange(two)
  two.alice.act({ _: 'decryptedMessageActionSetMessageTTL', ttlSeconds: 30 }, NOW, true)
  two.alice.act({ _: 'decryptedMessageActionReadMessages', randomIds: [4n] }, NOW)
  two.alice.act({ _: 'decryptedMessageActionScreenshotMessages', randomIds: [] }, NOW, true)
  two.alice.act({ _: 'decryptedMessageActionFlushHistory' }, NOW)
  expect(exchange(two).bob).toEqual([
    { kind: 'timer', seconds: 30, date: NOW },
    { kind: 'opened', randomIds: [4n], date: NOW },
    { kind: 'screenshot', date: NOW },
    { kind: 'flushed' },
  ])
  expect(two.bob.chat.timer).toBe(30)
})

test('messages of an album know each other', () => {
  const two = pair()
  exchange(two)
  two.alice.say({ ...words('of two'), groupedId: 7n }, NOW)
  expect(exchange(two).bob).toMatchObject([{ kind: 'said', spoken: { text: 'of two', groupedId: 7n } }])
})

test('the end forgets every key', () => {
  const { alice } = pair()
  const key = alice.chat.key!.bytes
  alice.forget()
  expect(key.every((byte) => byte === 0)).toBe(true)
  expect(JSON.stringify(alice.chat, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('"bytes"')
  expect(() => alice.say(words('too late'), NOW)).toThrow(Refused)
})

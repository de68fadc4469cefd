import { expect, test } from 'vitest'
import { barsOf, pack, unpack } from '../src/ui/conversation/media/waveform'
import { asHere, innerPath } from '../src/ui/inner-path'
import { placeIn } from '../src/ui/conversation/place'
import { split } from '../src/ui/conversation/split'
import { bareId, channelKey, chatKey, isChannel, isGroup, isUser, keyOf, peerOf, userKey } from '../src/telegram/peers'

test('a waveform survives its packing', () => {
  const loud = Array.from({ length: 100 }, (_, index) => (index % 32) / 31)
  expect(unpack(pack(loud)).slice(0, 100)).toEqual(loud.map((one) => Math.round(one * 31)))
  expect(barsOf(pack(loud), 10)).toHaveLength(10)
  expect(barsOf(undefined, 3)).toEqual([0.05, 0.05, 0.05])
})

test.each([
  ['https://here.example/+AbC_1', 'invited/AbC_1'],
  ['https://here.example/joinchat/AbC', 'invited/AbC'],
  ['https://here.example/c/17/4', 'c/-1000000000017/4'],
  ['https://here.example/town_news/12', 'to/town_news/12'],
  ['https://here.example/app/#/settings', 'settings'],
  ['tg://resolve?domain=town_news&post=3', 'to/town_news/3'],
  ['tg://join?invite=AbC', 'invited/AbC'],
  ['https://here.example/static/x.css', undefined],
  ['https://here.example.evil.example/+AbC', undefined],
  ['https://elsewhere.example/+AbC', undefined],
  ['https://here.example/reports', undefined],
  ['https://here.example/notice', undefined],
  ['javascript:alert(1)', undefined],
])('%s leads to %s', (address, path) => expect(innerPath(address, 'https://here.example/')).toBe(path))

test('pages of this server are opened where the client is', () => {
  const here = (address: string): string => asHere(address, 'http://localhost:8443/', 'https://192.0.2.7:8443/')
  expect(here('https://192.0.2.7:8443/statement/ab')).toBe('http://localhost:8443/statement/ab')
  expect(here('https://elsewhere.example/statement/ab')).toBe('https://elsewhere.example/statement/ab')
})

test('a long text is cut where words end, and never within a letter', () => {
  const parts = split(`${'word '.repeat(1000)}end`, 100)
  expect(parts.every((part) => part.length <= 100 && !part.includes('wor ') && !part.endsWith('wor'))).toBe(true)
  expect(parts.join(' ')).toBe(`${'word '.repeat(1000)}end`)
  expect(split('😀'.repeat(60), 51).join('')).toBe('😀'.repeat(60))
  expect(split('😀'.repeat(60), 51).every((part) => !/[\ud800-\udbff]$/.test(part))).toBe(true)
  expect(split('')).toEqual([])
})

test('a peer is one number, there and back', () => {
  for (const key of [userKey(5), chatKey(5), channelKey(5)]) expect(keyOf(peerOf(key))).toBe(key)
  expect([isUser(userKey(5)), isGroup(chatKey(5)), isChannel(channelKey(5))]).toEqual([true, true, true])
  expect([bareId(userKey(5)), bareId(chatKey(5)), bareId(channelKey(5))]).toEqual([5, 5, 5])
})

test('a row is found among rows in rising order', () => {
  expect([2, 5, 9].map((row) => placeIn([2, 5, 9], row))).toEqual([0, 1, 2])
  expect(placeIn([2, 5, 9], 4)).toBe(-1)
  expect(placeIn([], 4)).toBe(-1)
})

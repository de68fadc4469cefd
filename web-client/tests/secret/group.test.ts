// The server's prime and generator, and the other side's power: what would give the key away is refused.

import { expect, test } from 'vitest'
import { fromBig, hex, toBig } from '../../src/secret/bytes'
import { agree, draw, power, requireGroup, requirePower, type Group } from '../../src/secret/group'
import { Broken, Refused } from '../../src/secret/refused'
import { freshChat } from '../../src/secret/chat'
import { End } from '../../src/secret/end'
import { KNOWN_PRIME } from '../../src/secret/secrets'
import { GROUP, NODE, NOW } from './kit'

const P = toBig(GROUP.p)

test('the known safe prime passes with each generator of its subgroup', { timeout: 60_000 }, async () => {
  await requireGroup(GROUP, NODE)
})

test.each<[string, Group]>([
  ['too small', { g: 3, p: GROUP.p.slice(1) }],
  ['too small, with zeros before', { g: 3, p: fromBig(P >> 8n, 256) }],
  ['even', { g: 4, p: fromBig(P - 1n, 256) }],
  ['no prime', { g: 4, p: fromBig(P - 4n, 256) }],
  ['a generator of nothing', { g: 2, p: GROUP.p }],
  ['no generator at all', { g: 1, p: GROUP.p }],
  ['a generator nobody uses', { g: 8, p: GROUP.p }],
])('%s: refused', async (_, group) => {
  await expect(requireGroup(group, NODE)).rejects.toThrow(Refused)
})

test('a prime that is not safe is refused', { timeout: 60_000 }, async () => {
  // The smallest prime above 2^2047 + 2^2046: half of what is below it is no prime.
  const p = (1n << 2047n) + (1n << 2046n) + 439n
  expect(power(2n, p - 1n, p)).toBe(1n)
  await expect(requireGroup({ g: 4, p: fromBig(p, 256) }, NODE)).rejects.toThrow('no safe prime')
})

test.each<[string, bigint]>([
  ['zero', 0n],
  ['one', 1n],
  ['p − 1', P - 1n],
  ['p', P],
  ['above p', P + 2n],
  ['just below the lower margin', (1n << 1984n) - 1n],
  ['just above the upper margin', P - (1n << 1984n) + 1n],
])('a power that is %s is refused', (_, value) => {
  expect(() => requirePower(fromBig(value, 256), GROUP.p)).toThrow(Refused)
  expect(() => agree(fromBig(value, 256), NODE.randomBytes(256), GROUP)).toThrow(Refused)
})

test('the margins themselves pass, and longer numbers do not', () => {
  requirePower(fromBig(1n << 1984n, 256), GROUP.p)
  requirePower(fromBig(P - (1n << 1984n), 256), GROUP.p)
  expect(() => requirePower(new Uint8Array(257).fill(1), GROUP.p)).toThrow(Refused)
})

test('power by windows is power by squares', () => {
  const [base, exponent] = [toBig(NODE.randomBytes(256)), 0xdeadbeefn]
  let plain = 1n
  for (const bit of exponent.toString(2)) plain = (plain * plain * (bit === '1' ? base : 1n)) % P
  expect(power(base, exponent, P)).toBe(plain)
})

test('both sides agree, and a key that begins with zeros keeps them', () => {
  const [a, b] = [draw(GROUP, NODE), draw(GROUP, NODE)]
  expect(agree(a.power, b.exponent, GROUP)).toEqual(agree(b.power, a.exponent, GROUP))
  expect(agree(fromBig(1n << 1984n, 256), new Uint8Array(256), GROUP)).toEqual(fromBig(1n, 256))
})

test('a server that puts another power between is found by the key’s id', () => {
  const [a, b, server] = [draw(GROUP, NODE), draw(GROUP, NODE), draw(GROUP, NODE)]
  const known = { id: 7, accessHash: 1n, date: NOW }
  const bob = new End(freshChat({ ...known, peer: 1, mine: false, stage: 'asked' }), NODE)
  const alice = new End(freshChat({ ...known, peer: 2, mine: true, stage: 'asking' }), NODE)
  const id = bob.agree(GROUP, a.power, b.exponent, NOW)
  expect(() => alice.agree(GROUP, server.power, a.exponent, NOW, id)).toThrow(Broken)
  expect(alice.chat.stage).toBe('asking')
  // One who answers with ids of its own is found by people: the pictures differ.
  alice.agree(GROUP, server.power, a.exponent, NOW)
  expect(alice.chat.picture).not.toEqual(bob.chat.picture)
})

test('the prime that is taken without a test is the one proven above', () => {
  expect(hex(NODE.sha256(GROUP.p))).toBe(KNOWN_PRIME)
})

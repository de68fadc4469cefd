// Two ends of a secret chat in one place, with a line between them that a test can bend.

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { unhex } from '../../src/secret/bytes'
import { freshChat, type News } from '../../src/secret/chat'
import { End } from '../../src/secret/end'
import { draw, type Group } from '../../src/secret/group'
import type { Spoken } from '../../src/secret/inner'
import type { Primitives } from '../../src/secret/primitives'

const hash = (name: string, data: Uint8Array): Uint8Array => new Uint8Array(createHash(name).update(data).digest())

/** AES-IGE by its definition, over Node's single blocks. */
function ige(key: Uint8Array, iv: Uint8Array, data: Uint8Array, encrypt: boolean): Uint8Array {
  const make = encrypt ? createCipheriv : createDecipheriv
  const cipher = make('aes-256-ecb', key, null).setAutoPadding(false)
  let [before, beside] = encrypt ? [iv.slice(0, 16), iv.slice(16)] : [iv.slice(16), iv.slice(0, 16)]
  const out = new Uint8Array(data.length)
  for (let at = 0; at < data.length; at += 16) {
    const block = data.slice(at, at + 16)
    const made = new Uint8Array(cipher.update(block.map((byte, index) => byte ^ before[index]!))).map((byte, index) => byte ^ beside[index]!)
    out.set(made, at)
    ;[before, beside] = [made, block]
  }
  return out
}

export const NODE: Primitives = {
  sha1: (data) => hash('sha1', data),
  sha256: (data) => hash('sha256', data),
  createAesIge: (key, iv) => ({ encrypt: (data) => ige(key, iv, data, true), decrypt: (data) => ige(key, iv, data, false) }),
  randomBytes: (size) => new Uint8Array(randomBytes(size)),
}

/** The safe prime this server hands out, with which 3 makes the right subgroup. */
export const GROUP: Group = {
  g: 3,
  p: unhex(
    'c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4dbfa336f6e0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f642477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b',
  ),
}

export const NOW = 1_800_000_000

export interface Pair {
  alice: End
  bob: End
}

/** Alice asked Bob, and both have the key. */
export function pair(): Pair {
  const known = { id: 7, accessHash: 1n, date: NOW }
  const alice = new End(freshChat({ ...known, peer: 2, mine: true, stage: 'asking' }), NODE)
  const bob = new End(freshChat({ ...known, peer: 1, mine: false, stage: 'asked' }), NODE)
  const [a, b] = [draw(GROUP, NODE), draw(GROUP, NODE)]
  const id = bob.agree(GROUP, a.power, b.exponent, NOW)
  alice.agree(GROUP, b.power, a.exponent, NOW, id)
  alice.tend(NOW)
  bob.tend(NOW)
  return { alice, bob }
}

/** What this end has not sent yet, sealed; the server has it afterwards. */
export function letters(from: End): Uint8Array[] {
  return from.waiting().map((out) => {
    from.sent(out.n)
    return from.sealed(out)
  })
}

/** Everything said on both sides has arrived, and what that made them say, too. */
export function exchange({ alice, bob }: Pair, now = NOW): { alice: News[]; bob: News[] } {
  const heard = { alice: [] as News[], bob: [] as News[] }
  for (let quiet = false; !quiet; ) {
    const [fromAlice, fromBob] = [letters(alice), letters(bob)]
    quiet = !fromAlice.length && !fromBob.length
    for (const one of fromAlice) heard.bob.push(...bob.take(one, now, now))
    for (const one of fromBob) heard.alice.push(...alice.take(one, now, now))
  }
  return heard
}

let next = 1n
export const words = (text: string, more: Partial<Spoken> = {}): Spoken => ({ randomId: next++, ttl: 0, text, entities: [], ...more })

export const saidIn = (news: readonly News[]): string[] => news.flatMap((one) => (one.kind === 'said' ? [one.spoken.text] : []))

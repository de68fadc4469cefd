// The seal: what is bent, cut, sealed for the other direction or with another key is refused before it is read.

import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { WebCryptoProvider } from '@mtcute/web'
import { beforeAll, expect, test } from 'vitest'
import { concat, int32 } from '../../src/secret/bytes'
import { keyId, open, seal } from '../../src/secret/envelope'
import { Ige, md5, type Primitives } from '../../src/secret/primitives'
import { Refused } from '../../src/secret/refused'
import { NODE } from './kit'

const key = Uint8Array.from({ length: 256 }, (_, index) => (index * 7) & 255)
const payload = new TextEncoder().encode('forty bytes of something to be kept safe')

let wasm: Primitives
beforeAll(async () => {
  const found = new WebCryptoProvider({ wasmInput: new WebAssembly.Module(readFileSync('node_modules/@mtcute/wasm/mtcute.wasm')) })
  await found.initialize()
  wasm = found
})

test('what one side seals the other opens, with either implementation', () => {
  expect(open(seal(payload, key, 'creator', NODE), [key], 'creator', wasm).payload).toEqual(payload)
  expect(open(seal(payload, key, 'guest', wasm), [key], 'guest', NODE).payload).toEqual(payload)
})

test('the letter begins with the key’s id and is whole blocks with 12 to 1024 bytes of padding', () => {
  const sizes = new Set<number>()
  for (let round = 0; round < 60; round += 1) {
    const letter = seal(payload, key, 'creator', NODE)
    expect(letter.slice(0, 8)).toEqual(keyId(key, NODE))
    expect((letter.length - 24) % 16).toBe(0)
    expect(letter.length - 24 - 4 - payload.length).toBeGreaterThanOrEqual(12)
    sizes.add(letter.length)
  }
  // How long a message is cannot be told from its letter.
  expect(sizes.size).toBeGreaterThan(4)
})

const letter = () => seal(payload, key, 'creator', NODE)
const bent = (at: number) => letter().map((byte, index) => (index === at ? byte ^ 1 : byte))

test.each<[string, () => Uint8Array]>([
  ['nothing', () => new Uint8Array()],
  ['only a head', () => letter().slice(0, 24)],
  ['one block', () => letter().slice(0, 40)],
  ['cut by a byte', () => letter().slice(0, -1)],
  ['cut by a block', () => letter().slice(0, -16)],
  ['longer by a byte', () => concat(letter(), new Uint8Array(1))],
  ['longer by a block', () => concat(letter(), new Uint8Array(16))],
  ['of another key', () => bent(0)],
  ['with another message key', () => bent(9)],
  ['bent in its first block', () => bent(30)],
  ['bent in its padding', () => { const one = letter(); one[one.length - 1]! ^= 1; return one }],
  ['of the other direction', () => seal(payload, key, 'guest', NODE)],
])('a letter %s is refused', (_, made) => {
  expect(() => open(made(), [key], 'creator', NODE)).toThrow(Refused)
})

/** Sealed rightly, though what is inside breaks the rules of length. */
function sealedRaw(padded: Uint8Array): Uint8Array {
  const sha = (...parts: Uint8Array[]) => NODE.sha256(concat(...parts))
  const messageKey = sha(key.slice(88, 120), padded).slice(8, 24)
  const [a, b] = [sha(messageKey, key.slice(0, 36)), sha(key.slice(40, 76), messageKey)]
  const aesKey = concat(a.slice(0, 8), b.slice(8, 24), a.slice(24))
  const iv = concat(b.slice(0, 8), a.slice(8, 24), b.slice(24))
  return concat(NODE.sha1(key).slice(12), messageKey, NODE.createAesIge(aesKey, iv).encrypt(padded))
}

test('sealed by the words of the protocol page, it opens', () => {
  expect(open(sealedRaw(concat(int32(40), payload, new Uint8Array(20))), [key], 'creator', NODE).payload).toEqual(payload)
})

test.each<[string, number, number, number]>([
  ['is negative', -4, 40, 20],
  ['is larger than what is there', 64, 40, 20],
  ['leaves too little padding', 52, 40, 20],
  ['leaves too much padding', 4, 40, 1028],
  ['is no multiple of four', 39, 40, 20],
])('a length that %s is refused, though the seal is right', (_, length, size, padding) => {
  const inside = concat(int32(length), new Uint8Array(size), new Uint8Array(padding))
  expect(() => open(sealedRaw(inside), [key], 'creator', NODE)).toThrow('padding')
})

test('AES-IGE piece by piece is AES-IGE at once', () => {
  const [file, aes, iv] = [NODE.randomBytes(160), NODE.randomBytes(32), NODE.randomBytes(32)]
  const pieces = new Ige(wasm, aes, iv)
  const sealed = concat(pieces.encrypt(file.slice(0, 48)), pieces.encrypt(file.slice(48, 64)), pieces.encrypt(file.slice(64)))
  expect(sealed).toEqual(NODE.createAesIge(aes, iv).encrypt(file))
  const back = new Ige(wasm, aes, iv)
  expect(concat(back.decrypt(sealed.slice(0, 16)), back.decrypt(sealed.slice(16)))).toEqual(file)
})

test.each([0, 1, 55, 56, 63, 64, 65, 1000])('MD5 of %i bytes', (size) => {
  const data = NODE.randomBytes(size)
  expect(md5(data)).toEqual(new Uint8Array(createHash('md5').update(data).digest()))
})

// What lies in the browser opens with the browser's own key, in its own place, and no other way.

import { expect, test } from 'vitest'
import { pack, unpack } from '../../src/secret/codec'
import { Vault } from '../../src/secret/vault'

const value = { bytes: new Uint8Array([0, 255, 7]), id: -5n, list: [{ n: 2n }], text: 'é', nothing: undefined }

test('values come back as they went', () => {
  expect(unpack(pack(value))).toEqual({ bytes: value.bytes, id: -5n, list: [{ n: 2n }], text: 'é' })
})

test('the key cannot be taken out of the browser', async () => {
  const key = await Vault.make()
  expect(key.extractable).toBe(false)
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
})

test('what is wrapped shows nothing, and opens only where it belongs', async () => {
  const vault = new Vault(await Vault.make())
  const plain = pack({ text: 'the words' })
  const wrapped = await vault.wrap(plain, ['lines', 1, 2])
  expect(Buffer.from(wrapped).includes('words')).toBe(false)
  expect(await vault.unwrap(wrapped, ['lines', 1, 2])).toEqual(plain)
  await expect(vault.unwrap(wrapped, ['lines', 1, 3])).rejects.toThrow()
  await expect(new Vault(await Vault.make()).unwrap(wrapped, ['lines', 1, 2])).rejects.toThrow()
  const bent = wrapped.slice()
  bent[20]! ^= 1
  await expect(vault.unwrap(bent, ['lines', 1, 2])).rejects.toThrow()
})

// The schema as data: every id is the checksum of its line, and values come back as they went.

import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { read, write, type Media, type Said } from '../../src/secret/inner'
import { Refused } from '../../src/secret/refused'
import { SCHEMA } from '../../src/secret/schema'
import { decode, encode, parse, type Value } from '../../src/secret/tl'

/** The id of this one was made of another wording, and is the same in every client. */
const ODD = '#6abd9782'

const checksum = (line: string): number => {
  const plain = line
    .replace(/#[0-9a-f]+ /, ' ')
    .replace(/ \w+:flags\.\d+\?true/g, '')
    .replace(/bytes(?= |$)/g, 'string')
    .replace(/:bytes/g, ':string')
    .replace(/\?bytes/g, '?string')
    .replace(/Vector<(\w+)>/g, 'Vector $1')
    .replace(';', '')
    .replace(/[<>{}]/g, ' ')
  return crc32(Buffer.from(plain.trim()))
}

test('every id is the checksum of its line', () => {
  const wrong = parse(SCHEMA).filter((one) => !one.line.includes(ODD) && checksum(one.line) !== one.id >>> 0)
  expect(wrong.map((one) => one.line)).toEqual([])
})

const enclosed = { thumb: new Uint8Array([1, 2]), thumbW: 1, thumbH: 2, size: 5_000_000_000n, key: new Uint8Array(32).fill(3), iv: new Uint8Array(32).fill(4), caption: '' }
const document: Media = { _: 'document', mimeType: 'text/plain', attributes: [{ _: 'documentAttributeFilename', fileName: 'été.txt' }], ...enclosed }

test.each([144, 143])('a big file goes to layer %i as it is', (layer) => {
  const said: Said = { spoken: { randomId: -5n, ttl: 7, text: 'voilà', entities: [{ _: 'messageEntityBold', offset: 0, length: 2 }], media: document, replyTo: undefined, silent: false } }
  expect(read(decode(encode(write(said, layer)), 'DecryptedMessage'))).toEqual(said)
})

test('older layers get the older file, and no marks they do not know', () => {
  const small: Media = { ...document, size: 5n } as Media
  const value = write({ spoken: { randomId: 1n, ttl: 0, text: 'x', entities: [{ _: 'messageEntitySpoiler', offset: 0, length: 1 }], media: small } }, 73)
  const came = read(decode(encode(value), 'DecryptedMessage'))
  expect((value.media as Value)._).toBe('decryptedMessageMediaDocument@45')
  expect(came).toMatchObject({ spoken: { entities: [], media: { size: 5n } } })
})

test('a long text and long bytes come back', () => {
  const text = 'é'.repeat(40_000)
  const value = { _: 'decryptedMessage', randomId: 1n, ttl: 0, message: text, silent: true }
  expect(decode(encode(value), 'DecryptedMessage')).toMatchObject({ message: text, silent: true })
})

test.each([
  ['cut short', (bytes: Uint8Array) => bytes.slice(0, -4)],
  ['with more behind', (bytes: Uint8Array) => new Uint8Array([...bytes, 0, 0, 0, 0])],
  ['of another type', () => encode({ _: 'decryptedMessageActionNoop' })],
  ['of no type', (bytes: Uint8Array) => bytes.map((byte, index) => (index < 4 ? 9 : byte))],
])('bytes %s are refused', (_, bend) => {
  const good = encode({ _: 'decryptedMessageService', randomId: 1n, action: { _: 'decryptedMessageActionReadMessages', randomIds: [1n, 2n] } })
  expect(() => decode(bend(good), 'DecryptedMessage')).toThrow(Refused)
})

test('a vector that says it is endless is refused at once', () => {
  const bytes = encode({ _: 'decryptedMessageActionReadMessages', randomIds: [] })
  new DataView(bytes.buffer).setInt32(8, 0x7fffffff, true)
  expect(() => decode(bytes, 'DecryptedMessageAction')).toThrow(Refused)
})

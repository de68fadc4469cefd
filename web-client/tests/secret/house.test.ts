// Whole chats between two browsers: closed pages, lines that break, timers, files, ends.

import { afterEach, expect, test, vi } from 'vitest'
import type { Media } from '../../src/secret/inner'
import { albums, type Enclosed } from '../../src/secret/ui/enclose'
import { Refused } from '../../src/secret/refused'
import { fingerprint, openFile, sealFile } from '../../src/secret/sealed-file'
import { contains, opened, Server, until, type Browser } from './house'
import { GROUP, NODE, NOW } from './kit'

const open: Browser[] = []
async function talk() {
  const found = await opened()
  open.push(found.alice, found.bob)
  return found
}
afterEach(() => {
  open.splice(0).forEach((one) => one.closes())
  vi.restoreAllMocks()
})

test('asked, accepted, said, answered, read', async () => {
  const { alice, bob } = await talk()
  await alice.room().say('Hello', [])
  await until(() => bob.said().includes('Hello'))
  expect(bob.room().kept.unread).toBe(1)
  await bob.room().saw(99)
  expect(bob.room().kept.unread).toBe(0)
  await until(() => alice.room().history.last()!.seen)
  await bob.room().say('Good evening', [])
  await until(() => alice.said().includes('Good evening'))
  expect(bob.room().history.last()!.state).toBe('sent')
  expect(alice.room().chat.picture).toEqual(bob.room().chat.picture)
  await until(() => bob.acknowledged > 1)
})

test('the server has seen no word and no key', async () => {
  const { server, alice, bob } = await talk()
  await alice.room().say('the words of nobody else', [])
  await until(() => bob.said().length === 1)
  const key = alice.room().chat.key!.bytes
  for (const one of server.seen) {
    expect(contains(one, new TextEncoder().encode('nobody else'))).toBe(false)
    expect(contains(one, key.slice(0, 32))).toBe(false)
  }
})

test('a page that was closed in mid-conversation goes on where it was', async () => {
  const { alice, bob } = await talk()
  await alice.room().say('one', [])
  await until(() => bob.said().length === 1)
  bob.closes()
  for (const text of ['two', 'three']) await alice.room().say(text, [])
  await until(() => alice.room().history.last()!.state === 'sent')
  await bob.opens()
  expect(bob.said()).toEqual(['one', 'two', 'three'])
  await bob.room().say('four', [])
  await until(() => alice.said().includes('four'))
  alice.closes()
  await alice.opens()
  expect(alice.said()).toEqual(['one', 'two', 'three', 'four'])
})

test('a page closed between its database and its receipt says nothing twice', async () => {
  const { alice, bob } = await talk()
  await alice.room().say('once', [])
  await until(() => bob.said().length === 1)
  bob.closes()
  bob.reached = 0
  await bob.opens()
  await bob.secrets!.letters(bob.letters, bob.letters.length + 1)
  expect(bob.said()).toEqual(['once'])
})

test('a letter that jumps waits until those before it were asked for', async () => {
  const { alice, bob } = await talk()
  bob.deaf = true
  for (const text of ['jumped', 'jumping']) await alice.room().say(text, [])
  await until(() => alice.room().history.last()!.state === 'sent')
  await bob.secrets!.letter(bob.letters.at(-1)!, bob.letters.length + 1)
  expect([bob.said(), bob.behind]).toEqual([[], 1])
  await bob.secrets!.letters(bob.letters.slice(-2), bob.letters.length + 1)
  expect(bob.said()).toEqual(['jumped', 'jumping'])
})

test('what was written without a network goes when it is back, in order', async () => {
  const { alice, bob } = await talk()
  alice.online = false
  for (const text of ['first', 'second']) await alice.room().say(text, [])
  alice.closes()
  await alice.opens()
  alice.online = true
  alice.secrets!.online()
  await until(() => bob.said().length === 2)
  expect(bob.said()).toEqual(['first', 'second'])
})

test('a full disk sends nothing and loses nothing', async () => {
  const { server, alice, bob } = await talk()
  alice.drawer.full = bob.drawer.full = true
  const before = server.seen.length
  await expect(alice.room().say('kept back', [])).rejects.toThrow('full')
  await new Promise((done) => setTimeout(done, 50))
  expect(server.seen.length).toBe(before)
  alice.drawer.full = false
  await alice.room().say('after it', [])
  await until(() => server.seen.length === before + 2)
  // Bob has read it off the screen; his disk is full until the page is opened again, and the server still has it.
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  await until(() => bob.letters.length > 2)
  bob.closes()
  bob.drawer.full = false
  await bob.opens()
  expect(bob.said()).toEqual(['kept back', 'after it'])
})

test('a message the server will not have fails alone', async () => {
  const { alice, bob } = await talk()
  alice.refused = (out) => out.shown
  await alice.room().say('blocked', [])
  await until(() => alice.room().history.last()!.state === 'failed')
  alice.refused = () => false
  await alice.room().say('heard', [])
  await until(() => bob.said().length === 1)
  expect(bob.said()).toEqual(['heard'])
})

test('who is not heard for a while is told so, and is heard again', async () => {
  const { alice, bob } = await talk()
  alice.refused = () => true
  for (const text of ['one', 'two']) {
    await alice.room().say(text, [])
    await until(() => alice.room().history.last()!.state === 'failed')
  }
  alice.refused = () => false
  await alice.room().say('three', [])
  await until(() => bob.said().length === 1)
  expect(bob.said()).toEqual(['three'])
})

test('a timer runs from reading, on both sides, and over a closed page', async () => {
  const { alice, bob } = await talk()
  await alice.room().setTimer(30)
  await alice.room().say('gone soon', [])
  await until(() => bob.said().length === 1)
  expect(bob.room().chat.timer).toBe(30)
  await bob.room().saw(99)
  await until(() => alice.room().history.last()!.dies !== undefined)
  bob.closes()
  alice.time = bob.time = NOW + 31
  await bob.opens()
  await until(() => bob.said().length === 0)
  alice.secrets!.hurry()
  await until(() => alice.said().length === 0)
  expect([...alice.drawer.rows.values()].filter((row) => row.store === 'lines' && Buffer.from(row.bytes).includes('gone soon'))).toEqual([])
})

const bytes = new Uint8Array(NODE.randomBytes(1000))
const photo = (): Extract<Media, { key: Uint8Array }> => ({ _: 'photo', w: 10, h: 10, thumb: new Uint8Array(), thumbW: 0, thumbH: 0, size: BigInt(bytes.length), key: NODE.randomBytes(32), iv: NODE.randomBytes(32), caption: '' })

test('a photo arrives as it was, and stays in both browsers', async () => {
  const { server, alice, bob } = await talk()
  await alice.room().sendFile(photo(), new Blob([bytes]), 'look', [])
  await until(() => bob.said().includes('look'))
  expect(await bob.room().post.content(bob.room().history.last()!)).toEqual(bytes)
  expect(await alice.room().post.content(alice.room().history.last()!)).toEqual(bytes)
  for (const one of server.seen) expect(contains(one, bytes.slice(0, 64))).toBe(false)
  server.files.clear()
  bob.closes()
  await bob.opens()
  expect(await bob.room().post.content(bob.room().history.last()!)).toEqual(bytes)
})

test('a file answers what it answers', async () => {
  const { alice, bob } = await talk()
  await bob.room().say('show me', [])
  await until(() => alice.said().includes('show me'))
  const asked = alice.room().history.last()!.randomId
  await alice.room().sendFile(photo(), new Blob([bytes]), 'look', [], { replyTo: asked, groupedId: 7n })
  await until(() => bob.said().includes('look'))
  expect([alice, bob].map((one) => one.room().history.last()!.replyTo)).toEqual([asked, asked])
})

test('pictures and films are one album, files another, ten at most', () => {
  const film: Media = { ...photo(), _: 'document', mimeType: 'video/mp4', attributes: [{ _: 'documentAttributeVideo', duration: 1, w: 1, h: 1 }] }
  const paper: Media = { ...photo(), _: 'document', mimeType: 'text/plain', attributes: [] }
  const sizes = (all: Media[]): number[] => albums(all.map((media) => ({ media: media as Enclosed['media'], blob: new Blob() }))).map((one) => one.length)
  expect(sizes([photo(), film, paper, paper, photo()])).toEqual([2, 2, 1])
  expect(sizes(Array.from({ length: 12 }, photo))).toEqual([10, 2])
})

test('another file than the message speaks of is refused', async () => {
  const { alice, bob } = await talk()
  await alice.room().sendFile(photo(), new Blob([bytes]), 'look', [])
  await until(() => bob.said().includes('look'))
  const line = bob.room().history.last()!
  await expect(bob.room().post.content({ ...line, id: 99, file: { ...line.file!, fingerprint: 1 } })).rejects.toThrow(Refused)
  await expect(bob.room().post.content({ ...line, id: 98, media: { ...photo(), size: 5000n }, file: line.file })).rejects.toThrow(Refused)
})

test('a veiled picture begins to vanish when it is looked at', async () => {
  const { alice, bob } = await talk()
  await alice.room().setTimer(5)
  await alice.room().sendFile(photo(), new Blob([bytes]), '', [])
  await until(() => bob.room().history.last()!.media !== undefined)
  await bob.room().saw(99)
  expect(bob.room().history.last()!.dies).toBeUndefined()
  await bob.room().unveil(bob.room().history.last()!.id)
  expect(bob.room().history.last()!.dies).toBe(NOW + 5)
  await until(() => alice.room().history.last()!.dies !== undefined)
})

test('sealed files are whole blocks, and what is cut or bent in length is refused', async () => {
  const [key, iv] = [NODE.randomBytes(32), NODE.randomBytes(32)]
  const sealed = new Uint8Array(await (await sealFile(new Blob([bytes]), key, iv, NODE)).arrayBuffer())
  expect(sealed.length % 16).toBe(0)
  const pieces = async function* (all: Uint8Array) { yield all.slice(0, 7); yield all.slice(7) }
  expect(await openFile(pieces(sealed), key, iv, bytes.length, NODE)).toEqual(bytes)
  await expect(openFile(pieces(sealed.slice(0, -1)), key, iv, 900, NODE)).rejects.toThrow(Refused)
  await expect(openFile(pieces(sealed), key, iv, sealed.length + 1, NODE)).rejects.toThrow(Refused)
  expect(fingerprint(key, iv)).not.toBe(fingerprint(iv, key))
})

test('deleted and flushed, on both sides', async () => {
  const { alice, bob } = await talk()
  for (const text of ['a', 'b', 'c']) await alice.room().say(text, [])
  await until(() => bob.said().length === 3)
  await bob.room().delete([bob.room().ids()[0]!])
  await until(() => alice.said().length === 2)
  await alice.room().flush()
  await until(() => bob.said().length === 0)
})

test('the end is known to both, and no key is left', async () => {
  const { alice, bob } = await talk()
  await alice.room().say('kept', [])
  await until(() => bob.said().length === 1)
  await alice.secrets!.finish(alice.room(), false)
  await until(() => bob.room().chat.stage === 'ended')
  expect([alice.room().chat.ending, bob.room().chat.ending]).toEqual(['us', 'them'])
  for (const one of [alice, bob]) {
    expect(one.said()).toEqual(['kept'])
    expect([...one.drawer.rows.values()].some((row) => row.store !== 'files' && Buffer.from(row.bytes).includes('"bytes"'))).toBe(false)
  }
})

test('ended for both with everything: nothing stays', async () => {
  const { alice, bob } = await talk()
  await alice.room().say('nothing stays', [])
  await until(() => bob.said().length === 1)
  await alice.secrets!.finish(alice.room(), true)
  await until(() => bob.room().ids().length === 0)
  expect([...alice.drawer.rows.values()].filter((row) => row.store !== 'facts')).toEqual([])
})

test('declined', async () => {
  const server = new Server()
  const [alice, bob] = [await server.browser(1).opens(), await server.browser(2).opens()]
  open.push(alice, bob)
  await alice.secrets!.start(2)
  await until(() => bob.secrets!.rooms().length === 1)
  await bob.secrets!.decline(bob.room())
  await until(() => alice.room().chat.ending === 'declined')
  expect(bob.secrets!.rooms()).toEqual([])
})

test.each<[string, (power: Uint8Array) => Uint8Array]>([
  ['one', () => Uint8Array.of(1)],
  ['the prime', () => GROUP.p],
  ['another’s power', (power) => power.map((byte, index) => (index === 100 ? byte ^ 1 : byte))],
])('a server that answers with %s opens no chat', async (_, bend) => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const server = new Server()
  server.bend = bend
  const [alice, bob] = [await server.browser(1).opens(), await server.browser(2).opens()]
  open.push(alice, bob)
  await alice.secrets!.start(2)
  await until(() => bob.secrets!.rooms().length === 1)
  await bob.secrets!.accept(bob.room())
  await until(() => alice.room().chat.stage === 'ended')
  expect(alice.room().chat.ending).toBe('mismatch')
  await until(() => bob.room().chat.stage === 'ended')
})

test.each<[string, Uint8Array]>([
  ['nothing', new Uint8Array()],
  ['one', Uint8Array.of(1)],
  ['more bytes than the prime', new Uint8Array(300).fill(7)],
])('who asks with %s gets no chat', async (_, power) => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const server = new Server()
  const [alice, bob] = [await server.browser(1).opens(), await server.browser(2).opens()]
  open.push(alice, bob)
  await alice.secrets!.start(2)
  await until(() => bob.secrets!.rooms().length === 1)
  bob.room().chat.offer = power
  await bob.secrets!.accept(bob.room())
  expect(bob.room().chat.ending).toBe('broken')
  expect(bob.room().chat.key).toBeUndefined()
  await until(() => alice.room().chat.ending === 'declined')
})

test('an accepted chat whose page closed before the server knew opens with the next page', async () => {
  const server = new Server()
  const [alice, bob] = [await server.browser(1).opens(), await server.browser(2).opens()]
  open.push(alice, bob)
  await alice.secrets!.start(2)
  await until(() => bob.secrets!.rooms().length === 1)
  const relay = bob.secrets!.relay
  vi.spyOn(relay, 'accept').mockRejectedValue(new Error('the line broke'))
  await expect(bob.secrets!.accept(bob.room())).rejects.toThrow('broke')
  bob.closes()
  await bob.opens()
  await until(() => alice.room().chat.stage === 'open')
  await bob.room().say('here', [])
  await until(() => alice.said().length === 1)
})

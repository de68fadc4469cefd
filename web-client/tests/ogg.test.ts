import { afterEach, expect, test, vi } from 'vitest'
import { cafOf, hearable } from '../src/ui/conversation/media/caf'
import { oggOf } from '../src/ui/conversation/media/ogg'

const bytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
/** Three packets of silence, 60 ms each, as Chromium's recorder writes them, and the beginning of a fourth. */
const WEBM = bytes(
  'GkXfo59ChoEBQveBAULygQRC84EIQoKEd2VibUKHgQRChYECGFOAZwH/////////FUmpZpkq17GDD0JATYCGQ2hyb21lV0GGQ2hyb21lFlSua7+uvdeBAXPFh4IK9053QIOD' +
    'gQKGhkFfT1BVU2Oik09wdXNIZWFkAQEAAIC7AAAAAADhjbWERzuAAJ+BAWJkgSAfQ7Z1Af/////////ngQCjjIEAAID7A//+//7//qOMgQA8gPsD//7//v/+o4yBAHiA+wP/' +
    '/v/+//6jjIEAtID7A/8=',
)
/** The same sound, as libav reads it: three packets, 0.18 seconds. */
const OGG =
  'T2dnUwACAAAAAAAAAAABAAAAAAAAAIRs2SQBE09wdXNIZWFkAQEAAIC7AAAAAABPZ2dTAAAAAAAAAAAAAAEAAAABAAAAC76PbwEWT3B1c1RhZ3MGAAAAQ2hhcHBlAAAAAE' +
  '9nZ1MABMAhAAAAAAAAAQAAAAIAAADx8+iNAwgICPsD//7//v/++wP//v/+//77A//+//7//g=='

/** And as Safari before 18.4 plays it; libav reads the same packets. */
const CAF =
  'Y2FmZgABAABkZXNjAAAAAAAAACBA53AAAAAAAG9wdXMAAAAAAAAAAAAAC0AAAAABAAAAAGNoYW4AAAAAAAAADABkAAEAAAAAAAAAAHBha3QAAAAAAAAAGwAAAAAAAAADAA' +
  'AAAAAAIcAAAAAAAAAAAAgICGRhdGEAAAAAAAAAHAAAAAD7A//+//7//vsD//7//v/++wP//v/+//4='

afterEach(() => vi.unstubAllGlobals())

test('a voice recorded in WebM is the same voice in Ogg', () => {
  expect(btoa(String.fromCharCode(...oggOf(WEBM)!))).toBe(OGG)
})

test('a long voice has pages of a second each, all of its packets in them', () => {
  const [front, block] = [WEBM.subarray(0, WEBM.length - 51), WEBM.subarray(WEBM.length - 51, WEBM.length - 37)]
  const long = new Uint8Array(front.length + 120 * block.length)
  long.set(front)
  for (let place = 0; place < 120; place += 1) long.set(block, front.length + place * block.length)
  const ogg = oggOf(long)!
  const text = String.fromCharCode(...ogg)
  const pages = [...text.matchAll(/OggS/g)].map(({ index }) => new DataView(ogg.buffer, index, 27))
  expect(pages.map((one) => [one.getUint8(5), Number(one.getBigUint64(6, true)), one.getUint32(18, true)])).toEqual([
    [2, 0, 0], [0, 0, 1], [0, 144_000, 2], [0, 288_000, 3], [4, 345_600, 4],
  ])
})

test.each([
  ['nothing', []],
  ['something else', [1, 2, 3, 4]],
  ['MP4, as Safari writes it', [0, 0, 0, 24, ...[...'ftypiso5'].map((letter) => letter.charCodeAt(0))]],
  ['WebM without a sound', [...WEBM.subarray(0, WEBM.length - 51)]],
  ['WebM without a codec', [...WEBM.subarray(WEBM.length - 51)]],
])('%s stays as it is', (_, found) => expect(oggOf(new Uint8Array(found))).toBeUndefined())

test('the same voice in the format that older Safari plays', () => {
  expect(btoa(String.fromCharCode(...cafOf(bytes(OGG))!))).toBe(CAF)
})

test.each([
  ['nothing', []],
  ['something else', [...WEBM]],
  ['a page that is cut', [...bytes(OGG).subarray(0, 40)]],
  ['packets that differ in length', [...oggOf(new Uint8Array([...WEBM.subarray(0, WEBM.length - 9), 0xa3, 0x86, 0x81, 0, 180, 128, 0x48, 0]))!]],
])('%s is not put into it', (_, found) => expect(cafOf(new Uint8Array(found))).toBeUndefined())

test.each([
  ['', 'audio/ogg', 'audio/x-caf'],
  ['probably', 'audio/ogg', 'audio/ogg'],
  ['', 'audio/mpeg', 'audio/mpeg'],
])('a browser that says "%s" to Ogg hears %s as %s', async (answer, type, heard) => {
  vi.stubGlobal('Audio', class { canPlayType = () => answer })
  expect((await hearable(new Blob([bytes(OGG) as BlobPart], { type }))).type).toBe(heard)
})

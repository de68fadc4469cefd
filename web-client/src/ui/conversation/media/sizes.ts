// Which of a picture's sizes to fetch, the few bytes that show it at once, and the room it takes.

import type { tl } from '@mtcute/web'

type Sized = Extract<tl.TypePhotoSize, { w: number }>
const isSized = (size: tl.TypePhotoSize): size is Sized => size._ === 'photoSize' || size._ === 'photoSizeProgressive'

/** The smallest size that fills `pixels`, else the largest there is. */
export function sizeFor(sizes: readonly tl.TypePhotoSize[] | undefined, pixels: number): Sized | undefined {
  const real = (sizes ?? []).filter(isSized).sort((a, b) => a.w * a.h - b.w * b.h)
  return real.find((one) => Math.max(one.w, one.h) >= pixels) ?? real.at(-1)
}

export interface Room {
  width: number
  height: number
}

/** The room for a picture in a bubble: its own shape, within bounds. */
export function fit(width: number, height: number, most = 420, least = 120): Room {
  if (!width || !height) return { width: 280, height: 200 }
  const scale = Math.min(1, most / width, most / height)
  return { width: Math.round(Math.max(least, width * scale)), height: Math.round(Math.max(least / 1.5, height * scale)) }
}

// A stripped preview is a JPEG without its head, which is the same for all of them.
const HEAD =
  'ffd8ffe000104a46494600010100000100010000ffdb004300281c1e231e19282321232d2b28303c64413c37373c7b585d4964918099968f808c8aa0b4e6c3a0aadaad8a8cc8ffcbdaeef5ffffff9bc1fffffffaffe6fdfff8ffdb0043012b2d2d3c353c76414176f8a58ca5f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8f8ffc00011080000000003012200021101031101ffc4001f0000010501010101010100000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffc4001f0100030101010101010101010000000000000102030405060708090a0bffc400b51100020102040403040705040400010277000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9faffda000c03010002110311003f00'

/** The stripped preview among these sizes, as an address. */
export function strippedOf(sizes: readonly tl.TypePhotoSize[] | undefined): string | undefined {
  const found = sizes?.find((one): one is tl.RawPhotoStrippedSize => one._ === 'photoStrippedSize')
  return found && strippedUrl(found.bytes)
}

function strippedUrl(bytes: Uint8Array): string | undefined {
  if (bytes.length < 3 || bytes[0] !== 1) return undefined
  const head = Uint8Array.from(HEAD.match(/../g)!, (pair) => parseInt(pair, 16))
  head[164] = bytes[1]!
  head[166] = bytes[2]!
  const whole = new Uint8Array(head.length + bytes.length - 3 + 2)
  whole.set(head)
  whole.set(bytes.subarray(3), head.length)
  whole.set([0xff, 0xd9], whole.length - 2)
  return `data:image/jpeg;base64,${btoa(String.fromCharCode(...whole))}`
}

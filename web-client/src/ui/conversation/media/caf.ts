// Opus out of Ogg in Apple's Core Audio Format, without touching the sound: Safari plays voices from Ogg since 18.4 alone,
// from this since 11. Pure.

import { joined, samplesOf } from './ogg'

const PAGE = 27
const RATE = 48_000
/** Channel layouts: one, and two. */
const LAYOUTS = [0, 0x640001, 0x650002]

/** A blob that this browser's player takes, of the same sound. */
export async function hearable(sound: Blob): Promise<Blob> {
  if (sound.type !== 'audio/ogg' || new Audio().canPlayType('audio/ogg; codecs="opus"')) return sound
  const caf = cafOf(new Uint8Array(await sound.arrayBuffer()))
  return caf ? new Blob([caf as BlobPart], { type: 'audio/x-caf' }) : sound
}

/** The same sound; undefined if this is not Opus in Ogg, in packets of one length. */
export function cafOf(ogg: Uint8Array): Uint8Array | undefined {
  const found = packetsOf(ogg)
  const head = found?.packets[0]
  if (!found || !head || String.fromCharCode(...head.subarray(0, 8)) !== 'OpusHead' || head.length < 12) return undefined
  const [channels, skipped] = [head[9]!, head[10]! | (head[11]! << 8)]
  const packets = found.packets.slice(2)
  const each = packets[0] ? samplesOf(packets[0]) : 0
  if (!each || !LAYOUTS[channels] || packets.some((one) => samplesOf(one) !== each)) return undefined
  const rest = Math.max(0, each * packets.length - found.samples)
  const lengths = packets.flatMap(({ length }) => (length < 128 ? [length] : [128 | (length >> 7), length & 127]))
  return joined([
    fields((put) => (put.text('caff'), put.short(1), put.short(0))),
    chunk('desc', fields((put) => (put.float(RATE), put.text('opus'), [0, 0, each, channels, 0].forEach(put.word)))),
    chunk('chan', fields((put) => [LAYOUTS[channels]!, 0, 0].forEach(put.word))),
    chunk('pakt', fields((put) => (put.long(packets.length), put.long(Math.max(0, each * packets.length - skipped - rest)), put.word(skipped), put.word(rest))), new Uint8Array(lengths)),
    chunk('data', new Uint8Array(4), ...packets),
  ])
}

/** The packets, and where the last page says that the sound ends. */
function packetsOf(ogg: Uint8Array): { packets: Uint8Array[]; samples: number } | undefined {
  const packets: Uint8Array[] = []
  let begun: Uint8Array[] = []
  let samples = 0
  for (let at = 0; at + PAGE <= ogg.length; ) {
    if (String.fromCharCode(...ogg.subarray(at, at + 4)) !== 'OggS') return undefined
    const segments = ogg.subarray(at + PAGE, at + PAGE + ogg[at + 26]!)
    samples = Number(new DataView(ogg.buffer, ogg.byteOffset + at, PAGE).getBigInt64(6, true))
    at += PAGE + segments.length
    for (const length of segments) {
      begun.push(ogg.subarray(at, at + length))
      at += length
      if (length === 255) continue
      packets.push(joined(begun))
      begun = []
    }
  }
  return { packets, samples }
}

const chunk = (name: string, ...parts: Uint8Array[]): Uint8Array => joined([fields((put) => (put.text(name), put.long(joined(parts).length))), ...parts])

interface Put {
  text(text: string): void
  short(value: number): void
  word(value: number): void
  long(value: number): void
  float(value: number): void
}

function fields(write: (put: Put) => unknown): Uint8Array {
  const view = new DataView(new ArrayBuffer(64))
  let at = 0
  const by = (bytes: number): number => (at += bytes) - bytes
  write({
    text: (text) => [...text].forEach((letter) => view.setUint8(by(1), letter.charCodeAt(0))),
    short: (value) => view.setUint16(by(2), value),
    word: (value) => view.setUint32(by(4), value),
    long: (value) => view.setBigInt64(by(8), BigInt(value)),
    float: (value) => view.setFloat64(by(8), value),
  })
  return new Uint8Array(view.buffer, 0, at)
}

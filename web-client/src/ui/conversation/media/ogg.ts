// A voice that the browser recorded as Opus in WebM, put into Ogg without touching the sound: clients on phones play a
// voice message from Ogg alone. Pure. Ogg is RFC 3533, Opus in it RFC 7845.

const HEADER = [0x4f, 0x67, 0x67, 0x53, 0]
const [FIRST, LAST] = [2, 4]
const SERIAL = 1
/** Packets of a page: a second of sound. */
const PACKETS = 50
const SEGMENTS = 255
/** Elements that are stepped into: Segment, Cluster, Tracks, TrackEntry, BlockGroup. */
const MASTERS = new Set([0x18538067, 0x1f43b675, 0x1654ae6b, 0xae, 0xa0])
const [CODEC_PRIVATE, SIMPLE_BLOCK, BLOCK] = [0x63a2, 0xa3, 0xa1]
const LACED = 6

/** The same sound in Ogg; undefined if this is not Opus in WebM as recorders write it. */
export function oggOf(webm: Uint8Array): Uint8Array | undefined {
  const found = packetsOf(webm)
  if (!found) return undefined
  const { head, packets } = found
  const tags = new Uint8Array([...latin('OpusTags'), 6, 0, 0, 0, ...latin('Chappe'), 0, 0, 0, 0])
  const pages = [page([head], 0, 0, FIRST), page([tags], 0, 1, 0)]
  let samples = 0
  for (let from = 0; from < packets.length; ) {
    const some: Uint8Array[] = []
    for (let segments = 0; from < packets.length && some.length < PACKETS; from += 1) {
      segments += lacing(packets[from]!).length
      if (segments > SEGMENTS) break
      samples += samplesOf(packets[from]!)
      some.push(packets[from]!)
    }
    pages.push(page(some, samples, pages.length, from < packets.length ? 0 : LAST))
  }
  return joined(pages)
}

function packetsOf(webm: Uint8Array): { head: Uint8Array; packets: Uint8Array[] } | undefined {
  const packets: Uint8Array[] = []
  let head: Uint8Array | undefined
  for (let at = 0; at < webm.length; ) {
    const id = number(webm, at, true)
    const size = id && number(webm, id.next, false)
    if (!id || !size) return undefined
    at = size.next
    if (MASTERS.has(id.value)) continue
    const body = webm.subarray(at, at + size.value)
    // The last one is cut short where the recording ended.
    if (body.length < size.value) break
    at += size.value
    if (id.value === CODEC_PRIVATE) head = body
    if (id.value !== SIMPLE_BLOCK && id.value !== BLOCK) continue
    const track = number(body, 0, false)
    if (!track || body[track.next + 2]! & LACED) return undefined
    const packet = body.subarray(track.next + 3)
    // What has no length in it, or more than one can be, is no packet.
    if (!packet.length || lacing(packet).length > SEGMENTS) return undefined
    packets.push(packet)
  }
  const opus = head && String.fromCharCode(...head.subarray(0, 8)) === 'OpusHead'
  return opus && packets.length ? { head: head!, packets } : undefined
}

/** A number whose first byte tells its length; an id keeps the bit that tells. */
function number(bytes: Uint8Array, at: number, id: boolean): { value: number; next: number } | undefined {
  const first = bytes[at]
  if (!first) return undefined
  const length = Math.clz32(first) - 23
  if (at + length > bytes.length) return undefined
  let value = id ? first : first & (255 >> length)
  for (let place = 1; place < length; place += 1) value = value * 256 + bytes[at + place]!
  return { value, next: at + length }
}

/** How long a packet sounds, at 48 kHz, by its first bytes. RFC 6716, 3.1 */
export function samplesOf(packet: Uint8Array): number {
  const kind = packet[0]! >> 3
  const sizes = kind < 12 ? [480, 960, 1920, 2880] : kind < 16 ? [480, 960, 480, 960] : [120, 240, 480, 960]
  const frames = [1, 2, 2, (packet[1] ?? 0) & 63][packet[0]! & 3]!
  return sizes[kind & 3]! * frames
}

const latin = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0))
const lacing = ({ length }: Uint8Array): number[] => [...new Array<number>(Math.floor(length / 255)).fill(255), length % 255]

function page(packets: Uint8Array[], samples: number, place: number, kind: number): Uint8Array {
  const table = packets.flatMap(lacing)
  const front = new Uint8Array(27 + table.length)
  front.set(HEADER)
  front[5] = kind
  const view = new DataView(front.buffer)
  view.setBigUint64(6, BigInt(samples), true)
  view.setUint32(14, SERIAL, true)
  view.setUint32(18, place, true)
  front[26] = table.length
  front.set(table, 27)
  const whole = joined([front, ...packets])
  new DataView(whole.buffer).setUint32(22, checksum(whole), true)
  return whole
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0))
  let at = 0
  for (const one of parts) {
    whole.set(one, at)
    at += one.length
  }
  return whole
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24
  for (let bit = 0; bit < 8; bit += 1) sum = (sum << 1) ^ (sum & 0x80000000 ? 0x04c11db7 : 0)
  return sum
})

/** Ogg's own: no bit turned round, nothing added. */
function checksum(bytes: Uint8Array): number {
  let sum = 0
  for (const byte of bytes) sum = (sum << 8) ^ TABLE[(sum >>> 24) ^ byte]!
  return sum >>> 0
}

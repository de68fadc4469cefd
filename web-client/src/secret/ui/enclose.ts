// A chosen file as what goes into a message: its key drawn, its shape looked at, a blurred few bytes to show first.

import { measure } from '../../ui/conversation/measure'
import type { Attachment } from '../../state/deliver'
import type { Attribute, Media } from '../inner'

const THUMB = 90

export interface Enclosed {
  media: Extract<Media, { key: Uint8Array }>
  blob: Blob
}

export async function enclose(file: File): Promise<Enclosed> {
  return enclosed(await measure(file, false, false))
}

/** What was measured, or recorded, as what goes into a message. */
export async function enclosed(found: Attachment): Promise<Enclosed> {
  const thumb = found.kind === 'photo' ? await smallest(found.blob).catch(() => NONE) : NONE
  const base = { ...thumb, size: BigInt(found.blob.size), key: random(), iv: random(), caption: '' }
  if (found.kind === 'photo') return { media: { _: 'photo', w: found.width ?? 0, h: found.height ?? 0, ...base }, blob: found.blob }
  return { media: { _: 'document', mimeType: found.blob.type || 'application/octet-stream', attributes: attributesOf(found), ...base }, blob: found.blob }
}

const ALBUM = 10

/** Which of these are shown together: pictures and films, or files; not a mixture. */
export function albums(all: readonly Enclosed[]): Enclosed[][] {
  const seen = (one: Enclosed): boolean => one.media._ === 'photo' || one.media.attributes.some((found) => found._ === 'documentAttributeVideo')
  const parts: Enclosed[][] = []
  for (const one of all) {
    const last = parts[parts.length - 1]
    if (last && last.length < ALBUM && seen(last[0]!) === seen(one)) last.push(one)
    else parts.push([one])
  }
  return parts
}

const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32))
const NONE = { thumb: new Uint8Array(), thumbW: 0, thumbH: 0 }

function attributesOf(found: Attachment): Attribute[] {
  const named: Attribute = { _: 'documentAttributeFilename', fileName: found.name }
  const duration = Math.round(found.duration ?? 0)
  if (found.kind === 'voice') return [{ _: 'documentAttributeAudio', voice: true, duration, waveform: found.waveform }, named]
  if (found.kind === 'video') return [{ _: 'documentAttributeVideo', duration, w: found.width ?? 0, h: found.height ?? 0 }, named]
  if (found.kind === 'audio') return [{ _: 'documentAttributeAudio', duration, title: found.title }, named]
  return [named]
}

async function smallest(picture: Blob): Promise<typeof NONE> {
  const bitmap = await createImageBitmap(picture)
  const scale = Math.min(1, THUMB / Math.max(bitmap.width, bitmap.height))
  const [thumbW, thumbH] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))]
  const canvas = new OffscreenCanvas(thumbW, thumbH)
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0, thumbW, thumbH)
  bitmap.close()
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.5 })
  return { thumb: new Uint8Array(await blob.arrayBuffer()), thumbW, thumbH }
}

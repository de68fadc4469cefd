// What is said, in one shape: whatever layer a message was written in, it is read as the newest, and written in what
// the other side understands.

import { encode, type Value } from './tl'
import { BIG_FILES } from './schema'

export interface Entity {
  _: string
  offset: number
  length: number
  url?: string
  language?: string
}

export type Attribute =
  | { _: 'documentAttributeImageSize'; w: number; h: number }
  | { _: 'documentAttributeAnimated' }
  | { _: 'documentAttributeSticker'; alt?: string }
  | { _: 'documentAttributeVideo'; duration: number; w: number; h: number; roundMessage?: boolean }
  | { _: 'documentAttributeAudio'; duration: number; voice?: boolean; title?: string; performer?: string; waveform?: Uint8Array }
  | { _: 'documentAttributeFilename'; fileName: string }

interface Enclosed {
  thumb: Uint8Array
  thumbW: number
  thumbH: number
  size: bigint
  key: Uint8Array
  iv: Uint8Array
  caption: string
}
export type Media =
  | ({ _: 'photo'; w: number; h: number } & Enclosed)
  | ({ _: 'document'; mimeType: string; attributes: Attribute[] } & Enclosed)
  | { _: 'geo'; lat: number; long: number; title?: string; address?: string }
  | { _: 'contact'; phone: string; name: string }
  | { _: 'page'; url: string }
  | { _: 'sticker'; alt: string }

export interface Spoken {
  randomId: bigint
  ttl: number
  text: string
  entities: Entity[]
  media?: Media
  replyTo?: bigint
  silent?: boolean
  /** The same in all messages of an album. */
  groupedId?: bigint
}

export type Action =
  | { _: 'decryptedMessageActionSetMessageTTL'; ttlSeconds: number }
  | { _: 'decryptedMessageActionReadMessages' | 'decryptedMessageActionDeleteMessages' | 'decryptedMessageActionScreenshotMessages'; randomIds: bigint[] }
  | { _: 'decryptedMessageActionFlushHistory' | 'decryptedMessageActionNoop' }
  | { _: 'decryptedMessageActionTyping' }
  | { _: 'decryptedMessageActionResend'; startSeqNo: number; endSeqNo: number }
  | { _: 'decryptedMessageActionNotifyLayer'; layer: number }
  | { _: 'decryptedMessageActionRequestKey'; exchangeId: bigint; gA: Uint8Array }
  | { _: 'decryptedMessageActionAcceptKey'; exchangeId: bigint; gB: Uint8Array; keyFingerprint: bigint }
  | { _: 'decryptedMessageActionCommitKey'; exchangeId: bigint; keyFingerprint: bigint }
  | { _: 'decryptedMessageActionAbortKey'; exchangeId: bigint }

export type Said = { spoken: Spoken } | { randomId: bigint; action: Action }

/** What a decoded DecryptedMessage says. */
export function read(value: Value): Said {
  const randomId = value.randomId as bigint
  if (value._.startsWith('decryptedMessageService')) return { randomId, action: value.action as Action }
  const media = mediaOf(value.media as Value | undefined)
  const caption = media && 'caption' in media ? media.caption : ''
  return {
    spoken: {
      randomId,
      ttl: Math.max(0, (value.ttl as number | undefined) ?? 0),
      text: (value.message as string) || caption,
      entities: (value.entities as Entity[] | undefined) ?? [],
      media,
      replyTo: value.replyToRandomId as bigint | undefined,
      silent: value.silent === true,
      groupedId: value.groupedId as bigint | undefined,
    },
  }
}

function mediaOf(value: Value | undefined): Media | undefined {
  if (!value) return undefined
  const kind = value._.split('@')[0]!
  const { thumb, thumbW, thumbH, key, iv, w, h } = value as unknown as Record<'thumb' | 'key' | 'iv', Uint8Array> & Record<'thumbW' | 'thumbH' | 'w' | 'h', number>
  const file = (): Enclosed => ({ thumb: thumb ?? new Uint8Array(), thumbW: thumbW ?? 0, thumbH: thumbH ?? 0, size: BigInt(value.size as number | bigint), key, iv, caption: (value.caption as string | undefined) ?? '' })
  switch (kind) {
    case 'decryptedMessageMediaPhoto':
      return { _: 'photo', w, h, ...file() }
    case 'decryptedMessageMediaVideo':
      return { _: 'document', mimeType: (value.mimeType as string | undefined) ?? 'video/mp4', attributes: [{ _: 'documentAttributeVideo', duration: value.duration as number, w, h }], ...file() }
    case 'decryptedMessageMediaAudio':
      return { _: 'document', mimeType: (value.mimeType as string | undefined) ?? 'audio/ogg', attributes: [{ _: 'documentAttributeAudio', duration: value.duration as number, voice: true }], ...file() }
    case 'decryptedMessageMediaDocument':
      return { _: 'document', mimeType: value.mimeType as string, attributes: attributesOf(value), ...file() }
    case 'decryptedMessageMediaGeoPoint':
    case 'decryptedMessageMediaVenue':
      return { _: 'geo', lat: value.lat as number, long: value.long as number, title: value.title as string | undefined, address: value.address as string | undefined }
    case 'decryptedMessageMediaContact':
      return { _: 'contact', phone: value.phoneNumber as string, name: `${String(value.firstName)} ${String(value.lastName)}`.trim() }
    case 'decryptedMessageMediaWebPage':
      return { _: 'page', url: value.url as string }
    case 'decryptedMessageMediaExternalDocument': {
      const sticker = attributesOf(value).find((one) => one._ === 'documentAttributeSticker')
      return { _: 'sticker', alt: (sticker as { alt?: string } | undefined)?.alt ?? '' }
    }
    default:
      return undefined
  }
}

function attributesOf(value: Value): Attribute[] {
  const named = value.fileName as string | undefined
  if (named !== undefined) return [{ _: 'documentAttributeFilename', fileName: named }]
  return ((value.attributes as Value[] | undefined) ?? []).map((one) => ({ ...one, _: one._.split('@')[0]! }) as unknown as Attribute)
}

/** Marks of text the other side does not know yet are left out: the words arrive all the same. */
const SINCE: Record<string, number> = {
  messageEntityUnderline: 101,
  messageEntityStrike: 101,
  messageEntityBlockquote: 101,
  messageEntitySpoiler: 144,
}

/** The DecryptedMessage to be written for who understands `layer`. */
export function write(said: Said, layer: number): Value {
  if ('action' in said) return { _: 'decryptedMessageService', randomId: said.randomId, action: said.action }
  const { randomId, ttl, text, entities, media, replyTo, silent, groupedId } = said.spoken
  const known = entities.filter((one) => (SINCE[one._] ?? 0) <= layer)
  return {
    _: 'decryptedMessage',
    randomId,
    ttl,
    message: text,
    silent,
    media: media && mediaFor(media, layer),
    entities: known.length ? known : undefined,
    replyToRandomId: replyTo,
    groupedId,
  }
}

function mediaFor(media: Media, layer: number): Value | undefined {
  if (media._ === 'photo') return { ...media, _: 'decryptedMessageMediaPhoto', size: Number(media.size) }
  if (media._ !== 'document') return undefined
  const attributes = media.attributes.filter((one) => one._ !== 'documentAttributeSticker')
  if (layer >= BIG_FILES) return { ...media, attributes, _: 'decryptedMessageMediaDocument' }
  return { ...media, attributes, _: 'decryptedMessageMediaDocument@45', size: Number(media.size) }
}

export interface Turn {
  layer: number
  inSeqNo: number
  outSeqNo: number
}

/** The bytes that go into an envelope. */
export function wrap(turn: Turn, message: Value, randomBytes: Uint8Array): Uint8Array {
  return encode({ _: 'decryptedMessageLayer', randomBytes, ...turn, message })
}

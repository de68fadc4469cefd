// How one unsent message becomes calls: text, one file, an album, a poll.

import type { tl } from '@mtcute/web'
import Long from 'long'
import type { Loading } from '../telegram/files'
import type { Account } from './account'
import type { NewPoll, Unsent } from './outbox'
import { GENERAL } from './topics'

export interface Attachment {
  kind: 'photo' | 'video' | 'voice' | 'audio' | 'file'
  blob: Blob
  name: string
  width?: number
  height?: number
  duration?: number
  /** 100 values of five bits, packed. */
  waveform?: Uint8Array
  title?: string
  spoiler?: boolean
}

/** The server has the message; its updates. Errors: tl.RpcError, AbortError. */
export async function deliver(account: Account, item: Unsent, loading: Loading): Promise<tl.TypeUpdates> {
  const rest = {
    peer: account.peers.input(item.key),
    silent: item.silent,
    scheduleDate: item.scheduleDate,
    replyTo: replyOf(account, item),
    clearDraft: true,
  }
  const randomId = new Long(...item.randomIds[0]!)
  const text = { message: item.text, entities: outgoing(account, item.entities) }
  if (item.poll) return account.call({ _: 'messages.sendMedia', ...rest, randomId, message: '', media: pollOf(item.poll) })
  const attachments = item.attachments ?? []
  if (attachments.length === 0) return account.call({ _: 'messages.sendMessage', ...rest, ...text, randomId, noWebpage: item.noPreview })
  const whole = attachments.reduce((sum, one) => sum + one.blob.size, 0) || 1
  let before = 0
  const uploaded: tl.TypeInputMedia[] = []
  for (const attachment of attachments) {
    const share = (part: number): void => loading.progress?.((before + part * attachment.blob.size) / whole)
    const file = await account.files.upload(attachment.blob, attachment.name, { signal: loading.signal, progress: share })
    uploaded.push(mediaOf(attachment, file))
    before += attachment.blob.size
  }
  loading.signal?.throwIfAborted()
  if (uploaded.length === 1) return account.call({ _: 'messages.sendMedia', ...rest, ...text, randomId, media: uploaded[0]! })
  return sendAlbum(account, item, uploaded, rest)
}

/** Entities as the server takes them: who is mentioned by name is named with the proof that we know them. */
export function outgoing(account: Account, entities: readonly tl.TypeMessageEntity[]): tl.TypeMessageEntity[] {
  return entities.map((one) => (one._ === 'messageEntityMentionName' ? { _: 'inputMessageEntityMentionName', offset: one.offset, length: one.length, userId: account.peers.inputUser(one.userId) } : one))
}

type Rest = Omit<tl.messages.RawSendMultiMediaRequest, '_' | 'multiMedia'>

async function sendAlbum(account: Account, item: Unsent, uploaded: tl.TypeInputMedia[], rest: Rest): Promise<tl.TypeUpdates> {
  const multiMedia: tl.TypeInputSingleMedia[] = []
  for (const [index, media] of uploaded.entries()) {
    const stored = await account.call({ _: 'messages.uploadMedia', peer: rest.peer, media })
    const caption = index === 0 ? { message: item.text, entities: outgoing(account, item.entities) } : { message: '' }
    multiMedia.push({ _: 'inputSingleMedia', randomId: new Long(...item.randomIds[index]!), media: storedMedia(stored), ...caption })
  }
  return account.call({ _: 'messages.sendMultiMedia', ...rest, multiMedia })
}

function storedMedia(media: tl.TypeMessageMedia): tl.TypeInputMedia {
  if (media._ === 'messageMediaPhoto' && media.photo?._ === 'photo') {
    const { id, accessHash, fileReference } = media.photo
    return { _: 'inputMediaPhoto', spoiler: media.spoiler, id: { _: 'inputPhoto', id, accessHash, fileReference } }
  }
  if (media._ === 'messageMediaDocument' && media.document?._ === 'document') {
    const { id, accessHash, fileReference } = media.document
    return { _: 'inputMediaDocument', spoiler: media.spoiler, id: { _: 'inputDocument', id, accessHash, fileReference } }
  }
  throw new Error(`an album of ${media._}`)
}

function replyOf(account: Account, item: Unsent): tl.TypeInputReplyTo | undefined {
  const { replyTo } = item
  // The first topic of a forum is the room itself.
  const thread = item.thread === GENERAL ? 0 : item.thread
  if (!replyTo && !thread) return undefined
  return {
    _: 'inputReplyToMessage',
    replyToMsgId: replyTo?.id ?? thread,
    topMsgId: thread || undefined,
    replyToPeerId: replyTo?.from === undefined ? undefined : account.peers.input(replyTo.from),
    quoteText: replyTo?.quote,
    quoteEntities: replyTo?.quoteEntities,
    quoteOffset: replyTo?.quoteOffset,
  }
}

function mediaOf(attachment: Attachment, file: tl.TypeInputFile): tl.TypeInputMedia {
  const { kind, spoiler } = attachment
  if (kind === 'photo') return { _: 'inputMediaUploadedPhoto', file, spoiler }
  const attributes: tl.TypeDocumentAttribute[] = [{ _: 'documentAttributeFilename', fileName: attachment.name }]
  const duration = attachment.duration ?? 0
  if (kind === 'video') attributes.push({ _: 'documentAttributeVideo', duration, w: attachment.width ?? 0, h: attachment.height ?? 0, supportsStreaming: true })
  if (kind === 'voice') attributes.push({ _: 'documentAttributeAudio', voice: true, duration: Math.round(duration), waveform: attachment.waveform })
  if (kind === 'audio') attributes.push({ _: 'documentAttributeAudio', duration: Math.round(duration), title: attachment.title })
  const mimeType = attachment.blob.type || 'application/octet-stream'
  return { _: 'inputMediaUploadedDocument', file, mimeType, attributes, spoiler, forceFile: kind === 'file', nosoundVideo: kind === 'video' }
}

function pollOf(poll: NewPoll): tl.TypeInputMedia {
  const plain = (text: string): tl.TypeTextWithEntities => ({ _: 'textWithEntities', text, entities: [] })
  const answers = poll.answers.map((answer, index): tl.TypePollAnswer => ({ _: 'pollAnswer', text: plain(answer), option: new Uint8Array([index]) }))
  const quiz = poll.right !== undefined
  return {
    _: 'inputMediaPoll',
    poll: { _: 'poll', id: Long.ZERO, question: plain(poll.question), answers, multipleChoice: poll.multiple, publicVoters: poll.public, quiz },
    correctAnswers: quiz ? [new Uint8Array([poll.right!])] : undefined,
    solution: quiz && poll.solution ? poll.solution : undefined,
    solutionEntities: quiz && poll.solution ? [] : undefined,
  }
}

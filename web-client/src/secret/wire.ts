// The relay over this account's line: the server's words turned into ours and back.

import type { tl } from '@mtcute/web'
import { downloadAsIterable } from '@mtcute/web/methods.js'
import Long from 'long'
import type { Account } from '../state/account'
import { errorName, waitSeconds } from '../telegram/errors'
import type { FileRef, Outgoing, Uploaded } from './chat'
import type { Address, Letter, Loading, Relay, Standing } from './relay'

const long = (value: bigint): Long => Long.fromString(BigInt.asIntN(64, value).toString())
const big = (value: Long): bigint => BigInt(value.toString())
const peerOf = ({ id, accessHash }: Address): tl.RawInputEncryptedChat => ({ _: 'inputEncryptedChat', chatId: id, accessHash: long(accessHash) })

/** Answers that say there is no such chat any more. */
const OVER = new Set(['CHAT_ID_INVALID', 'ENCRYPTION_DECLINED', 'ENCRYPTION_ID_INVALID', 'ENCRYPTION_ALREADY_DECLINED', 'ENCRYPTION_ALREADY_ACCEPTED'])

export function standingOf(chat: tl.TypeEncryptedChat): Standing {
  switch (chat._) {
    case 'encryptedChatWaiting':
      return { kind: 'waiting', id: chat.id, accessHash: big(chat.accessHash), date: chat.date }
    case 'encryptedChatRequested':
      return { kind: 'asked', id: chat.id, accessHash: big(chat.accessHash), date: chat.date, from: chat.adminId, power: chat.gA }
    case 'encryptedChat':
      return { kind: 'open', id: chat.id, accessHash: big(chat.accessHash), date: chat.date, power: chat.gAOrB, keyId: big(chat.keyFingerprint) }
    case 'encryptedChatDiscarded':
      return { kind: 'ended', id: chat.id, deleted: chat.historyDeleted === true }
    default:
      return { kind: 'none' }
  }
}

export function letterOf(message: tl.TypeEncryptedMessage): Letter {
  const file = message._ === 'encryptedMessage' ? fileOf(message.file) : undefined
  return { chatId: message.chatId, data: message.bytes, date: message.date, file }
}

function fileOf(file: tl.TypeEncryptedFile): FileRef | undefined {
  if (file._ !== 'encryptedFile') return undefined
  return { id: big(file.id), accessHash: big(file.accessHash), size: file.size, dc: file.dcId, fingerprint: file.keyFingerprint }
}

function inputOf({ id, parts, big: isBig, md5, fingerprint }: Uploaded): tl.TypeInputEncryptedFile {
  const rest = { id: long(id), parts, keyFingerprint: fingerprint }
  return isBig ? { _: 'inputEncryptedFileBigUploaded', ...rest } : { _: 'inputEncryptedFileUploaded', md5Checksum: md5, ...rest }
}

export function relayOf(account: Account): Relay {
  return {
    async group(version) {
      const found = await account.call({ _: 'messages.getDhConfig', version, randomLength: 0 })
      return found._ === 'messages.dhConfig' ? { version: found.version, g: found.g, p: found.p } : undefined
    },
    async request(peer, id, power) {
      return standingOf(await account.call({ _: 'messages.requestEncryption', userId: account.peers.inputUser(peer), randomId: id, gA: power }))
    },
    async accept(chat, power, keyId) {
      return standingOf(await account.call({ _: 'messages.acceptEncryption', peer: peerOf(chat), gB: power, keyFingerprint: long(keyId) }))
    },
    async discard(id, deleted) {
      await account.call({ _: 'messages.discardEncryption', chatId: id, deleteHistory: deleted })
    },
    async send(chat, data, out: Outgoing) {
      const letter = { peer: peerOf(chat), randomId: long(out.outer), data }
      if (out.how === 'service') return { date: (await account.call({ _: 'messages.sendEncryptedService', ...letter })).date }
      if (!out.file) return { date: (await account.call({ _: 'messages.sendEncrypted', silent: out.silent, ...letter })).date }
      const sent = await account.call({ _: 'messages.sendEncryptedFile', silent: out.silent, file: inputOf(out.file), ...letter })
      return { date: sent.date, file: sent._ === 'messages.sentEncryptedFile' ? fileOf(sent.file) : undefined }
    },
    async read(chat, until) {
      await account.call({ _: 'messages.readEncryptedHistory', peer: peerOf(chat), maxDate: until })
    },
    async typing(chat, yes) {
      await account.call({ _: 'messages.setEncryptedTyping', peer: peerOf(chat), typing: yes })
    },
    async received(qts) {
      await account.call({ _: 'messages.receivedQueue', maxQts: qts })
    },
    async qts() {
      return (await account.call({ _: 'updates.getState' })).qts
    },
    async upload(file: Blob, loading?: Loading) {
      // Its name is nobody's business but theirs: that goes inside the letter.
      const done = await account.files.upload(file, 'file', loading)
      if (done._ === 'inputFile') return { id: big(done.id), parts: done.parts, big: false, md5: done.md5Checksum }
      if (done._ === 'inputFileBig') return { id: big(done.id), parts: done.parts, big: true, md5: '' }
      throw new Error(`an upload became ${done._}`)
    },
    download(file, loading) {
      const location: tl.TypeInputFileLocation = { _: 'inputEncryptedFileLocation', id: long(file.id), accessHash: long(file.accessHash) }
      const progressCallback = (done: number): void => loading?.progress?.(file.size ? done / file.size : 0)
      return downloadAsIterable(account.link.client, location, { fileSize: file.size, abortSignal: loading?.signal, progressCallback })
    },
    meaning(error) {
      const name = errorName(error)
      if (!name || waitSeconds(error) || (error as { code?: number }).code! >= 500) return 'again'
      return OVER.has(name) ? 'over' : 'unwanted'
    },
  }
}

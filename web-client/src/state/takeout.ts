// A copy of what is known of oneself: the server's own file, and if wished every message, as one JSON file.

import type { tl } from '@mtcute/web'
import Long from 'long'
import type { Account } from './account'

const PIECE = 512 * 1024
const PAGE = 100

interface Chat {
  name: string
  title: string
  input: tl.TypeInputPeer
}
type Inside = <T>(query: tl.RpcMethod) => Promise<T>
type Dialogs = Exclude<tl.messages.TypeDialogs, { _: 'messages.dialogsNotModified' }>
type History = Exclude<tl.messages.TypeMessages, { _: 'messages.messagesNotModified' }>

export interface Going {
  messages: boolean
  signal: AbortSignal
  /** How many chats and messages are in the copy by now. */
  progress: (chats: number, messages: number) => void
}

/** The copy as a file. Errors: RpcError TAKEOUT_INIT_DELAY_%d on a new device; AbortError. */
export async function takeOut(account: Account, going: Going): Promise<Blob> {
  const begun = await account.call({
    _: 'account.initTakeoutSession', contacts: true, messageUsers: true, messageChats: true, messageMegagroups: true, messageChannels: true,
  })
  const inside: Inside = (query) => {
    going.signal.throwIfAborted()
    return account.call({ _: 'invokeWithTakeout', takeoutId: begun.id, query } as never) as never
  }
  let success = false
  try {
    const parts: BlobPart[] = ['{"known":', await known(inside), ',\n"chats":[']
    if (going.messages) await chats(inside, parts, going)
    parts.push(']}\n')
    success = true
    return new Blob(parts, { type: 'application/json' })
  } finally {
    // Also when it was broken off: a new one can begin then.
    await account.call({ _: 'account.finishTakeoutSession', success }).catch(() => undefined)
  }
}

async function known(inside: Inside): Promise<Blob> {
  const parts: BlobPart[] = []
  for (let offset = 0; ; offset += PIECE) {
    const piece = await inside<tl.upload.RawFile>({
      _: 'upload.getFile', location: { _: 'inputTakeoutFileLocation' }, offset: Long.fromNumber(offset), limit: PIECE,
    } as never)
    parts.push(piece.bytes as BlobPart)
    if (piece.bytes.length < PIECE) return new Blob(parts)
  }
}

async function chats(inside: Inside, parts: BlobPart[], going: Going): Promise<void> {
  let done = 0
  let messages = 0
  let from = { date: 0, id: 0, peer: { _: 'inputPeerEmpty' } as tl.TypeInputPeer }
  const seen = new Set<string>()
  for (;;) {
    const page = await inside<Dialogs>({
      _: 'messages.getDialogs', offsetDate: from.date, offsetId: from.id, offsetPeer: from.peer, limit: PAGE, hash: Long.ZERO,
    })
    const fresh = page.dialogs.map((one) => chatOf(one.peer, page)).filter((one): one is Chat => !!one && !seen.has(one.name))
    for (const chat of fresh) {
      seen.add(chat.name)
      parts.push(`${done ? ',\n' : ''}{"chat":${JSON.stringify(chat.name)},"title":${JSON.stringify(chat.title)},"messages":[`)
      messages = await history(inside, chat, parts, (count) => going.progress(done + 1, messages + count)) + messages
      parts.push(']}')
      done += 1
      going.progress(done, messages)
    }
    const last = page.dialogs[page.dialogs.length - 1]
    const top = page.messages.find((one) => one.id === last?.topMessage && one._ !== 'messageEmpty')
    const chat = last && chatOf(last.peer, page)
    if (page._ === 'messages.dialogs' || !fresh.length || !chat || !top || top._ === 'messageEmpty') return
    from = { date: top.date, id: top.id, peer: chat.input }
  }
}

async function history(inside: Inside, chat: Chat, parts: BlobPart[], tell: (count: number) => void): Promise<number> {
  let count = 0
  for (let below = 0; ; ) {
    const page = await inside<History>({
      _: 'messages.getHistory', peer: chat.input, offsetId: below, offsetDate: 0, addOffset: 0, limit: PAGE, maxId: 0, minId: 0, hash: Long.ZERO,
    })
    const lines = page.messages.flatMap((one) => (one._ === 'messageEmpty' ? [] : [JSON.stringify(plain(one))]))
    if (lines.length) parts.push(`${count ? ',\n' : '\n'}${lines.join(',\n')}`)
    count += lines.length
    tell(count)
    const last = page.messages[page.messages.length - 1]
    if (!last || page.messages.length < PAGE) return count
    below = last.id
  }
}

function chatOf(peer: tl.TypePeer, page: Dialogs): Chat | undefined {
  if (peer._ === 'peerUser') {
    const user = page.users.find((one) => one.id === peer.userId)
    if (user?._ !== 'user') return undefined
    const title = [user.firstName, user.lastName].filter(Boolean).join(' ')
    return { name: `user:${user.id}`, title, input: { _: 'inputPeerUser', userId: user.id, accessHash: user.accessHash ?? Long.ZERO } }
  }
  const id = peer._ === 'peerChat' ? peer.chatId : peer.channelId
  const room = page.chats.find((one) => one.id === id)
  if (room?._ === 'chat') return { name: `group:${room.id}`, title: room.title, input: { _: 'inputPeerChat', chatId: room.id } }
  if (room?._ !== 'channel') return undefined
  return { name: `room:${room.id}`, title: room.title, input: { _: 'inputPeerChannel', channelId: room.id, accessHash: room.accessHash ?? Long.ZERO } }
}

/** A message without what only programs need. */
export function plain(one: tl.RawMessage | tl.RawMessageService): Record<string, unknown> {
  const said: Record<string, unknown> = { id: one.id, date: new Date(one.date * 1000).toISOString(), out: !!one.out }
  if (one.fromId) said['from'] = nameOf(one.fromId)
  if (one.replyTo && 'replyToMsgId' in one.replyTo && one.replyTo.replyToMsgId) said['reply_to'] = one.replyTo.replyToMsgId
  if (one._ === 'messageService') return { ...said, event: one.action._ }
  if (one.message) said['text'] = one.message
  if (one.editDate) said['edited'] = new Date(one.editDate * 1000).toISOString()
  if (one.media && one.media._ !== 'messageMediaEmpty') said['media'] = mediaOf(one.media)
  return said
}

function mediaOf(media: tl.TypeMessageMedia): string {
  if (media._ !== 'messageMediaDocument' || media.document?._ !== 'document') return media._.replace('messageMedia', '').toLowerCase()
  const named = media.document.attributes.find((one) => one._ === 'documentAttributeFilename')
  return `file ${named?._ === 'documentAttributeFilename' ? named.fileName : media.document.mimeType}`
}

function nameOf(peer: tl.TypePeer): string {
  return peer._ === 'peerUser' ? `user:${peer.userId}` : peer._ === 'peerChat' ? `group:${peer.chatId}` : `room:${peer.channelId}`
}

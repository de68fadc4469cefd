// What each update changes. A handler is a line of the table; what is not in it changes nothing here.

import type { tl } from '@mtcute/web'
import { channelKey, chatKey, keyOf, userKey, type PeerKey } from '../telegram/peers'
import type { Account } from './account'
import { AS_ITS_KIND, type Folder } from './dialogs'
import { senderOf, type Msg } from './messages'
import { topicOf } from './topics'

type Kind = tl.TypeUpdate['_']
type Of<K extends Kind> = Extract<tl.TypeUpdate, { _: K }>
type Table = { [K in Kind]?: (account: Account, update: Of<K>) => void }

/** Everything known follows this update. */
export function hear(account: Account, update: tl.TypeUpdate): void {
  const handler = TABLE[update._] as ((account: Account, update: tl.TypeUpdate) => void) | undefined
  handler?.(account, update)
}

const TABLE: Table = {
  updateNewMessage: (account, { message }) => arrived(account, message),
  updateNewChannelMessage: (account, { message }) => arrived(account, message),
  updateEditMessage: (account, { message }) => void account.messages.put(message),
  updateEditChannelMessage: (account, { message }) => void account.messages.put(message),
  updateDeleteMessages: (account, { messages }) => account.messages.chatsWith(messages).forEach((key) => gone(account, key, messages)),
  updateDeleteChannelMessages: (account, { channelId, messages }) => gone(account, channelKey(channelId), messages),

  updateReadHistoryInbox: (account, update) => readInbox(account, keyOf(update.peer), update.maxId, update.stillUnreadCount),
  updateReadChannelInbox: (account, update) => readInbox(account, channelKey(update.channelId), update.maxId, update.stillUnreadCount),
  updateReadHistoryOutbox: (account, { peer, maxId }) => readOutbox(account, keyOf(peer), maxId),
  updateReadChannelOutbox: (account, { channelId, maxId }) => readOutbox(account, channelKey(channelId), maxId),
  updateDialogUnreadMark: (account, { peer, unread }) => {
    if (peer._ === 'dialogPeer') account.dialogs.change(keyOf(peer.peer), { marked: unread === true })
  },
  updateReadMessagesContents: (account, { messages }) => account.messages.chatsWith(messages).forEach((key) => contentsRead(account, key, messages)),
  updateChannelReadMessagesContents: (account, { channelId, messages }) => contentsRead(account, channelKey(channelId), messages),

  updateUserTyping: (account, { userId, action }) => account.presence.heard(userKey(userId), userKey(userId), action),
  updateChatUserTyping: (account, { chatId, fromId, action }) => account.presence.heard(chatKey(chatId), keyOf(fromId), action),
  updateChannelUserTyping: (account, { channelId, fromId, action }) => account.presence.heard(channelKey(channelId), keyOf(fromId), action),
  updateUserStatus: (account, { userId, status }) => account.peers.changePerson(userId, { status }),
  updateUserName: (account, { userId, firstName, lastName, usernames }) => {
    const username = usernames.find((one) => one.active)?.username
    account.peers.changePerson(userId, { firstName, lastName, usernames, username })
  },
  updateUserPhone: (account, { userId, phone }) => account.peers.changePerson(userId, { phone }),
  updateUser: (account, { userId }) => void account.call({ _: 'users.getUsers', id: [account.peers.inputUser(userKey(userId))] }).then((users) => account.peers.put(users, []), () => undefined),
  updateChannel: (account, { channelId }) => {
    roomChanged(account, channelKey(channelId))
    account.ranks.changed(channelKey(channelId))
  },
  updateChannelParticipant: (account, { channelId }) => account.ranks.changed(channelKey(channelId)),
  updateChat: (account, { chatId }) => roomChanged(account, chatKey(chatId)),

  updateDialogPinned: (account, { peer, pinned, folderId }) => {
    if (peer._ !== 'dialogPeer') return
    const folder = (folderId ?? 0) as Folder
    const key = keyOf(peer.peer)
    const others = pinnedKeys(account, folder).filter((one) => one !== key)
    account.dialogs.setPins(folder, pinned ? [key, ...others] : others)
  },
  updatePinnedDialogs: (account, { order, folderId }) => {
    const folder = (folderId ?? 0) as Folder
    if (!order) return void account.loadDialogs(folder).catch(() => undefined)
    account.dialogs.setPins(folder, order.flatMap((one) => (one._ === 'dialogPeer' ? [keyOf(one.peer)] : [])))
  },
  updateFolderPeers: (account, { folderPeers }) => {
    folderPeers.forEach(({ peer, folderId }) => account.dialogs.change(keyOf(peer), { folder: folderId as Folder, pin: 0 }))
  },
  updateDraftMessage: (account, { peer, draft, topMsgId }) => {
    if (!topMsgId) account.drafts.heard(keyOf(peer), draft)
  },
  updateNotifySettings: (account, { peer, notifySettings }) => {
    if (peer._ === 'notifyPeer') account.dialogs.change(keyOf(peer.peer), { muteUntil: notifySettings.muteUntil ?? AS_ITS_KIND })
    else account.notices.forgetKinds()
  },

  updateMessageReactions: (account, { peer, msgId, reactions }) => {
    change(account, keyOf(peer), msgId, (message) => ({ ...message, reactions }))
  },
  updateChannelMessageViews: (account, { channelId, id, views }) => {
    change(account, channelKey(channelId), id, (message) => (message._ === 'message' ? { ...message, views } : message))
  },
  updateChannelMessageForwards: (account, { channelId, id, forwards }) => {
    change(account, channelKey(channelId), id, (message) => (message._ === 'message' ? { ...message, forwards } : message))
  },
  updatePinnedMessages: (account, { peer, messages, pinned }) => pins(account, keyOf(peer), messages, pinned === true),
  updatePinnedChannelMessages: (account, { channelId, messages, pinned }) => pins(account, channelKey(channelId), messages, pinned === true),
  updateMessagePoll: (account, { pollId, poll, results }) => account.messages.pollChanged(pollId, poll, results),
  updateWebPage: (account, { webpage }) => account.messages.pageChanged(webpage),
  updateChannelWebPage: (account, { webpage }) => account.messages.pageChanged(webpage),
}

function arrived(account: Account, raw: tl.TypeMessage): void {
  if (raw._ === 'messageEmpty') return
  // What we sent is known before its update comes round.
  const known = account.messages.peek(keyOf(raw.peerId), raw.id) !== undefined
  const key = account.messages.put(raw)!
  const sender = senderOf(raw)
  account.peers.saw(sender, key, raw.id)
  account.presence.sent(key, sender)
  for (const { history, thread } of account.histories.showing(key)) {
    if (!thread || inThread(raw, thread) || (account.peers.isForum(key) && topicOf(raw) === thread)) history.append(raw)
  }
  account.histories.heard(key)
  if (!known) {
    account.topics.arrived(key, raw)
    commented(account, key, raw)
  }
  if (isLeft(account, key)) return
  const dialog = account.dialogs.all.peek(key)
  if (!dialog) {
    // Somebody's first word: who it is comes with the line.
    const tell = (): void => void (!raw.out && !known && account.notices.arrived(key, raw))
    return void account.loadDialog(key).then(tell, () => undefined)
  }
  if (raw.id <= dialog.top) return
  const fresh = !raw.out && raw.id > dialog.readInbox
  account.dialogs.change(key, {
    top: raw.id,
    date: raw.date,
    unread: dialog.unread + (fresh ? 1 : 0),
    mentions: dialog.mentions + (raw.mentioned && fresh ? 1 : 0),
  })
  if (fresh) account.notices.arrived(key, raw)
}

/** A comment on a post that is known: the post counts one more. */
function commented(account: Account, key: PeerKey, message: Msg): void {
  const header = message.replyTo
  const top = header?._ === 'messageReplyHeader' ? account.messages.peek(key, header.replyToTopId ?? header.replyToMsgId ?? 0) : undefined
  const from = top?._ === 'message' && top.fwdFrom?.savedFromPeer ? top.fwdFrom : undefined
  if (!from?.savedFromMsgId) return
  change(account, keyOf(from.savedFromPeer!), from.savedFromMsgId, (post) => {
    if (post._ !== 'message' || !post.replies) return post
    return { ...post, replies: { ...post.replies, replies: post.replies.replies + 1 } }
  })
}

/** True if the message belongs to the thread under `top`. */
function inThread(message: Msg, top: number): boolean {
  const header = message.replyTo
  if (header?._ !== 'messageReplyHeader') return false
  return header.replyToTopId === top || header.replyToMsgId === top
}

function gone(account: Account, key: PeerKey, ids: readonly number[]): void {
  for (const { history } of account.histories.showing(key)) history.remove(ids)
  const unread = ids.filter((id) => isUnread(account, key, id)).length
  account.messages.remove(key, ids)
  const dialog = account.dialogs.all.peek(key)
  if (!dialog) return
  if (unread) account.dialogs.change(key, { unread: Math.max(0, dialog.unread - unread) })
  if (ids.includes(dialog.top)) void account.loadDialog(key).catch(() => undefined)
}

function isUnread(account: Account, key: PeerKey, id: number): boolean {
  const dialog = account.dialogs.all.peek(key)
  const message = account.messages.peek(key, id)
  return dialog !== undefined && message !== undefined && !message.out && id > dialog.readInbox
}

function readInbox(account: Account, key: PeerKey, maxId: number, unread: number): void {
  const dialog = account.dialogs.all.peek(key)
  if (dialog && maxId >= dialog.readInbox) account.dialogs.change(key, { readInbox: maxId, unread, mentions: unread ? dialog.mentions : 0 })
}

function readOutbox(account: Account, key: PeerKey, maxId: number): void {
  const dialog = account.dialogs.all.peek(key)
  if (dialog && maxId > dialog.readOutbox) account.dialogs.change(key, { readOutbox: maxId })
}

function contentsRead(account: Account, key: PeerKey, ids: readonly number[]): void {
  for (const id of ids) change(account, key, id, (message) => (message._ === 'message' ? { ...message, mediaUnread: false } : message))
}

function change(account: Account, key: PeerKey, id: number, how: (message: Msg) => Msg): void {
  account.messages.change(key, id, how)
}

function pins(account: Account, key: PeerKey, ids: readonly number[], pinned: boolean): void {
  for (const id of ids) change(account, key, id, (message) => (message._ === 'message' ? { ...message, pinned } : message))
  account.pinned.heard(key)
}

function pinnedKeys(account: Account, folder: Folder): PeerKey[] {
  return account.dialogs.keys(folder).filter((key) => (account.dialogs.all.peek(key)?.pin ?? 0) > 0)
}

/** Rights, membership or name of a room have changed; one that is left goes from the list. */
function roomChanged(account: Account, key: PeerKey): void {
  if (isLeft(account, key)) account.dialogs.remove(key)
  else void account.loadDialog(key).catch(() => undefined)
}

/** True for a room this person is not in, though they may read it: it is no chat of theirs. */
function isLeft(account: Account, key: PeerKey): boolean {
  const room = account.peers.rooms.peek(key)
  return room?._ === 'channelForbidden' || room?._ === 'chatForbidden' || (room !== undefined && 'left' in room && room.left === true)
}

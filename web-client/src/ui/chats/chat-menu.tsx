// What can be done with a chat from the list.

import type { Account } from '../../state/account'
import { ARCHIVE, MAIN } from '../../state/dialogs'
import { isChannel, isGroup, isUser, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { confirm } from '../parts/dialog'
import { showMenu, type MenuItem } from '../parts/menu'
import { say, sayError } from '../parts/toast'
import { go, openChat } from '../router'

export const FOREVER = 2_147_483_647

export function chatMenu(event: MouseEvent | KeyboardEvent, account: Account, key: PeerKey): void {
  showMenu(event, t('chats.menu', { name: account.peers.name(key) }), chatItems(account, key))
}

export function chatItems(account: Account, key: PeerKey): MenuItem[] {
  const line = account.dialogs.all.peek(key)
  if (!line) return []
  const unread = line.unread > 0 || line.marked
  const muted = line.muteUntil > Date.now() / 1000
  const archived = line.folder === ARCHIVE
  return [
    { label: t(unread ? 'chats.mark_read' : 'chats.mark_unread'), icon: unread ? 'check' : 'unread', run: () => void (unread ? markRead(account, key) : markUnread(account, key)) },
    { label: t(line.pin ? 'chats.unpin' : 'chats.pin'), icon: 'pin', run: () => void pin(account, key, !line.pin) },
    { label: t(muted ? 'chats.unmute' : 'chats.mute'), icon: muted ? 'bell' : 'bell-off', run: () => void mute(account, key, muted ? 0 : FOREVER) },
    { label: t(archived ? 'chats.unarchive' : 'chats.archive'), icon: 'archive', run: () => void archive(account, key, !archived) },
    { label: t(leaveWord(account, key)), icon: 'trash', danger: true, run: () => void leave(account, key) },
  ]
}

const leaveWord = (account: Account, key: PeerKey): 'chats.delete' | 'chats.leave_channel' | 'chats.leave_group' => {
  if (isUser(key)) return 'chats.delete'
  return account.peers.isBroadcast(key) ? 'chats.leave_channel' : 'chats.leave_group'
}

async function markRead(account: Account, key: PeerKey): Promise<void> {
  const line = account.dialogs.all.peek(key)
  if (!line) return
  const maxId = line.top
  try {
    if (isChannel(key)) await account.call({ _: 'channels.readHistory', channel: account.peers.inputChannel(key), maxId })
    else await account.call({ _: 'messages.readHistory', peer: account.peers.input(key), maxId })
    if (line.marked) await account.call({ _: 'messages.markDialogUnread', peer: dialogPeer(account, key) })
    if (line.mentions) await account.call({ _: 'messages.readMentions', peer: account.peers.input(key) })
    account.dialogs.change(key, { unread: 0, marked: false, mentions: 0, readInbox: maxId })
  } catch (error) {
    sayError(error)
  }
}

async function markUnread(account: Account, key: PeerKey): Promise<void> {
  account.dialogs.change(key, { marked: true })
  await account.call({ _: 'messages.markDialogUnread', unread: true, peer: dialogPeer(account, key) }).catch(sayError)
}

async function pin(account: Account, key: PeerKey, pinned: boolean): Promise<void> {
  const line = account.dialogs.all.peek(key)!
  const others = account.dialogs.keys(line.folder).filter((one) => one !== key && (account.dialogs.all.peek(one)?.pin ?? 0) > 0)
  try {
    await account.call({ _: 'messages.toggleDialogPin', pinned, peer: dialogPeer(account, key) })
    account.dialogs.setPins(line.folder, pinned ? [key, ...others] : others)
  } catch (error) {
    sayError(error)
  }
}

export async function mute(account: Account, key: PeerKey, until: number): Promise<void> {
  const peer = { _: 'inputNotifyPeer' as const, peer: account.peers.input(key) }
  try {
    await account.call({ _: 'account.updateNotifySettings', peer, settings: { _: 'inputPeerNotifySettings', muteUntil: until } })
    account.dialogs.change(key, { muteUntil: until })
  } catch (error) {
    sayError(error)
  }
}

async function archive(account: Account, key: PeerKey, away: boolean): Promise<void> {
  const folderId = away ? ARCHIVE : MAIN
  try {
    await account.act({ _: 'folders.editPeerFolders', folderPeers: [{ _: 'inputFolderPeer', peer: account.peers.input(key), folderId }] })
    account.dialogs.change(key, { folder: folderId, pin: 0 })
    say(t(away ? 'chats.archived' : 'chats.unarchived'), { label: t('undo'), run: () => void archive(account, key, !away) })
  } catch (error) {
    sayError(error)
  }
}

/** The chat is left, or its history deleted, once the person has confirmed it. */
export async function leave(account: Account, key: PeerKey): Promise<void> {
  const name = account.peers.name(key)
  const word = leaveWord(account, key)
  if (!(await confirm({ title: t(word), text: t('chats.leave_sure', { name }), yes: t(word), danger: true }))) return
  try {
    if (isChannel(key)) await account.act({ _: 'channels.leaveChannel', channel: account.peers.inputChannel(key) })
    else if (isGroup(key)) await account.act({ _: 'messages.deleteChatUser', chatId: -key, userId: { _: 'inputUserSelf' } })
    if (!isChannel(key)) await account.call({ _: 'messages.deleteHistory', peer: account.peers.input(key), maxId: 0 })
    account.dialogs.remove(key)
    if (openChat() === key) go('')
  } catch (error) {
    sayError(error)
  }
}

const dialogPeer = (account: Account, key: PeerKey): { _: 'inputDialogPeer'; peer: ReturnType<Account['peers']['input']> } => ({
  _: 'inputDialogPeer',
  peer: account.peers.input(key),
})

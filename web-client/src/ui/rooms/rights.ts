// What one may do in a room: as its owner, by admin rights, or because every member may.

import type { tl } from '@mtcute/web'
import type { Account } from '../../state/account'
import type { PeerKey } from '../../telegram/peers'

export type AdminRight = Exclude<keyof tl.RawChatAdminRights, '_'>
export type MemberRight = Exclude<keyof tl.RawChatBannedRights, '_' | 'untilDate' | 'viewMessages'>

/** Rights an admin can have, in the order of the form; those of channels and of groups. */
export const CHANNEL_RIGHTS: AdminRight[] = ['changeInfo', 'postMessages', 'editMessages', 'deleteMessages', 'inviteUsers', 'banUsers', 'addAdmins']
export const GROUP_RIGHTS: AdminRight[] = ['changeInfo', 'deleteMessages', 'banUsers', 'inviteUsers', 'pinMessages', 'manageTopics', 'addAdmins', 'anonymous']

/** What members can be kept from, in the order of the form. */
export const MEMBER_RIGHTS: MemberRight[] = [
  'sendPlain', 'sendPhotos', 'sendVideos', 'sendAudios', 'sendVoices', 'sendDocs', 'sendStickers', 'sendPolls', 'embedLinks', 'inviteUsers', 'pinMessages', 'changeInfo',
]
const FOR_ALL = new Set<AdminRight>(['inviteUsers', 'pinMessages', 'changeInfo'])

export function isOwner(account: Account, key: PeerKey): boolean {
  const room = account.peers.room(key)
  return (room?._ === 'channel' || room?._ === 'chat') && room.creator === true
}

export function isAdmin(account: Account, key: PeerKey): boolean {
  const room = account.peers.room(key)
  return isOwner(account, key) || ((room?._ === 'channel' || room?._ === 'chat') && room.adminRights !== undefined)
}

export function can(account: Account, key: PeerKey, right: AdminRight): boolean {
  const room = account.peers.room(key)
  if (room?._ !== 'channel' && room?._ !== 'chat') return false
  if (room.creator || room.adminRights?.[right]) return true
  const broadcast = room._ === 'channel' && room.broadcast
  if (broadcast || !FOR_ALL.has(right)) return false
  const name = right as MemberRight
  const kept = room._ === 'channel' && room.bannedRights?.[name]
  return !kept && !room.defaultBannedRights?.[name]
}

/** True if we are in the room. */
export function isMember(account: Account, key: PeerKey): boolean {
  const room = account.peers.room(key)
  return (room?._ === 'channel' || room?._ === 'chat') && !room.left
}

/** The rights named, as an object of the protocol. */
export const adminRights = (rights: Iterable<AdminRight>): tl.RawChatAdminRights => ({ _: 'chatAdminRights', ...Object.fromEntries([...rights].map((right) => [right, true])) })

/** What is kept from a member until the date; 0 is for good. */
export function bannedRights(kept: Iterable<MemberRight>, untilDate = 0): tl.RawChatBannedRights {
  const all = new Set(kept)
  const play = all.has('sendStickers')
  const silent = MEMBER_RIGHTS.every((right) => !right.startsWith('send') || all.has(right))
  return {
    _: 'chatBannedRights',
    ...Object.fromEntries([...all].map((right) => [right, true])),
    // Who may send nothing at all is told so once, not kind by kind.
    sendMessages: silent,
    sendMedia: silent,
    sendGifs: play,
    sendGames: play,
    sendInline: play,
    sendRoundvideos: all.has('sendVideos'),
    untilDate,
  }
}

export const keptOf = (rights: tl.TypeChatBannedRights | undefined): Set<MemberRight> => new Set(MEMBER_RIGHTS.filter((right) => rights?.[right] || (right.startsWith('send') && rights?.sendMessages)))

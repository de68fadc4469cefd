// The members of a room, page by page, as a filter or a search asks for them; groups and channels look the same here.

import type { tl } from '@mtcute/web'
import Long from 'long'
import type { Account } from '../../state/account'
import { bareId, isChannel, keyOf, userKey, type PeerKey } from '../../telegram/peers'
import { roomFull } from './full'

export type Filter = 'recent' | 'admins' | 'restricted' | 'banned'

export interface Member {
  key: PeerKey
  role: 'owner' | 'admin' | 'member' | 'restricted' | 'banned'
  rank?: string
  rights?: tl.TypeChatAdminRights
  kept?: tl.TypeChatBannedRights
  /** An admin whom we may change. */
  editable: boolean
}

export const PAGE = 100

export async function members(account: Account, room: PeerKey, filter: Filter, query: string, offset: number): Promise<{ members: Member[]; count: number }> {
  if (!isChannel(room)) return ofGroup(account, room, filter, query)
  const answer = await account.call({
    _: 'channels.getParticipants',
    channel: account.peers.inputChannel(room),
    filter: filterOf(filter, query),
    offset,
    limit: PAGE,
    hash: Long.ZERO,
  })
  if (answer._ !== 'channels.channelParticipants') return { members: [], count: 0 }
  return { members: answer.participants.map(ofChannel), count: answer.count }
}

function filterOf(filter: Filter, q: string): tl.TypeChannelParticipantsFilter {
  if (filter === 'banned') return { _: 'channelParticipantsKicked', q }
  if (filter === 'restricted') return { _: 'channelParticipantsBanned', q }
  if (filter === 'admins') return { _: 'channelParticipantsAdmins' }
  return q ? { _: 'channelParticipantsSearch', q } : { _: 'channelParticipantsRecent' }
}

function ofChannel(one: tl.TypeChannelParticipant): Member {
  switch (one._) {
    case 'channelParticipantCreator':
      return { key: userKey(one.userId), role: 'owner', rank: one.rank, rights: one.adminRights, editable: false }
    case 'channelParticipantAdmin':
      return { key: userKey(one.userId), role: 'admin', rank: one.rank, rights: one.adminRights, editable: one.canEdit === true }
    case 'channelParticipantBanned':
      return { key: keyOf(one.peer), role: one.bannedRights.viewMessages ? 'banned' : 'restricted', kept: one.bannedRights, editable: true }
    case 'channelParticipantLeft':
      return { key: keyOf(one.peer), role: 'member', editable: false }
    default:
      return { key: userKey(one.userId), role: 'member', editable: true }
  }
}

async function ofGroup(account: Account, room: PeerKey, filter: Filter, query: string): Promise<{ members: Member[]; count: number }> {
  const full = await roomFull(account, room)
  const all = full._ === 'chatFull' && full.participants._ === 'chatParticipants' ? full.participants.participants : []
  const words = query.toLocaleLowerCase()
  const found = all.map(ofChat).filter((one) => {
    const wanted = filter === 'recent' || (filter === 'admins' && (one.role === 'admin' || one.role === 'owner'))
    return wanted && account.peers.name(one.key).toLocaleLowerCase().includes(words)
  })
  return { members: found, count: found.length }
}

function ofChat(one: tl.TypeChatParticipant): Member {
  const role = one._ === 'chatParticipantCreator' ? 'owner' : one._ === 'chatParticipantAdmin' ? 'admin' : 'member'
  return { key: userKey(one.userId), role, editable: role !== 'owner' }
}

/** The person is out of the room, and may come back unless `forGood`. */
export async function remove(account: Account, room: PeerKey, key: PeerKey, forGood: boolean): Promise<void> {
  if (!isChannel(room)) return void (await account.act({ _: 'messages.deleteChatUser', chatId: bareId(room), userId: account.peers.inputUser(key) }))
  const ban = (viewMessages: boolean): Promise<unknown> =>
    account.act({ _: 'channels.editBanned', channel: account.peers.inputChannel(room), participant: account.peers.input(key), bannedRights: { _: 'chatBannedRights', viewMessages, untilDate: 0 } })
  await ban(true)
  if (!forGood) await ban(false)
}

export async function invite(account: Account, room: PeerKey, keys: readonly PeerKey[]): Promise<PeerKey[]> {
  const missing: PeerKey[] = []
  if (isChannel(room)) {
    const answer = await account.call({ _: 'channels.inviteToChannel', channel: account.peers.inputChannel(room), users: keys.map((key) => account.peers.inputUser(key)) })
    account.link.apply(answer.updates)
    return answer.missingInvitees.map((one) => userKey(one.userId))
  }
  for (const key of keys) {
    const answer = await account.call({ _: 'messages.addChatUser', chatId: bareId(room), userId: account.peers.inputUser(key), fwdLimit: 100 })
    account.link.apply(answer.updates)
    missing.push(...answer.missingInvitees.map((one) => userKey(one.userId)))
  }
  return missing
}

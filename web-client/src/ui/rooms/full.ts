// Everything about one peer that its screens show; asked for when a screen opens, and again when it changes.

import type { tl } from '@mtcute/web'
import { createResource, onCleanup, type Resource } from 'solid-js'
import { useAccount, type Account } from '../../state/account'
import { bareId, isChannel, isUser, keyOf, type PeerKey } from '../../telegram/peers'

export type RoomFull = tl.RawChannelFull | tl.RawChatFull

/** Updates after which what is known of a room may be old. */
const CHANGES = new Set<tl.TypeUpdate['_']>(['updateChannel', 'updateChat', 'updateChatParticipants', 'updateChannelParticipant', 'updateChatParticipant', 'updateChatDefaultBannedRights', 'updatePendingJoinRequests', 'updatePeerHistoryTTL'])

export function useRoomFull(key: PeerKey): { full: Resource<RoomFull>; again: () => void } {
  const account = useAccount()
  const [full, { refetch }] = createResource(() => roomFull(account, key))
  const again = (): void => void refetch()
  follow(account, (update) => CHANGES.has(update._) && concerns(update, key) && again())
  return { full, again }
}

/** The listener hears every update while the screen is open. */
export function follow(account: Account, listener: (update: tl.TypeUpdate) => unknown): void {
  account.listeners.add(listener)
  onCleanup(() => account.listeners.delete(listener))
}

function concerns(update: tl.TypeUpdate, key: PeerKey): boolean {
  if (isUser(key)) return false
  if ('channelId' in update) return isChannel(key) && update.channelId === bareId(key)
  if ('chatId' in update) return !isChannel(key) && update.chatId === bareId(key)
  if (update._ === 'updateChatParticipants') return !isChannel(key) && update.participants.chatId === bareId(key)
  return 'peer' in update && keyOf(update.peer as tl.TypePeer) === key
}

export async function roomFull(account: Account, key: PeerKey): Promise<RoomFull> {
  const answer = isChannel(key)
    ? await account.call({ _: 'channels.getFullChannel', channel: account.peers.inputChannel(key) })
    : await account.call({ _: 'messages.getFullChat', chatId: bareId(key) })
  return answer.fullChat as RoomFull
}

export async function personFull(account: Account, key: PeerKey): Promise<tl.RawUserFull> {
  return (await account.call({ _: 'users.getFullUser', id: account.peers.inputUser(key) })).fullUser
}

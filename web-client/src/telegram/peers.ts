// A peer's key: one number for people (id), groups (−id) and channels (−1000000000000−id), as bots know them.

import type { tl } from '@mtcute/web'

export type PeerKey = number

const CHANNELS = -1_000_000_000_000

export const userKey = (id: number): PeerKey => id
export const chatKey = (id: number): PeerKey => -id
export const channelKey = (id: number): PeerKey => CHANNELS - id

export const isUser = (key: PeerKey): boolean => key > 0
export const isGroup = (key: PeerKey): boolean => key < 0 && key > CHANNELS
export const isChannel = (key: PeerKey): boolean => key < CHANNELS

/** The bare id within its kind. */
export function bareId(key: PeerKey): number {
  return isUser(key) ? key : isGroup(key) ? -key : CHANNELS - key
}

export function keyOf(peer: tl.TypePeer): PeerKey {
  switch (peer._) {
    case 'peerUser':
      return userKey(peer.userId)
    case 'peerChat':
      return chatKey(peer.chatId)
    case 'peerChannel':
      return channelKey(peer.channelId)
  }
}

export function peerOf(key: PeerKey): tl.TypePeer {
  if (isUser(key)) return { _: 'peerUser', userId: key }
  if (isGroup(key)) return { _: 'peerChat', chatId: bareId(key) }
  return { _: 'peerChannel', channelId: bareId(key) }
}

/** The key of a room as the server names it. */
export function roomKey(chat: tl.TypeChat): PeerKey {
  return chat._ === 'channel' || chat._ === 'channelForbidden' ? channelKey(chat.id) : chatKey(chat.id)
}

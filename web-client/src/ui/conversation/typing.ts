// Letting the others know that one writes, no more often than it lasts.

import type { tl } from '@mtcute/web'
import type { PeerKey } from '../../telegram/peers'
import type { Chat } from './chat'

const EACH_MS = 4500
const told = new Map<PeerKey, number>()

export function tellTyping(chat: Chat, action: tl.TypeSendMessageAction = { _: 'sendMessageTypingAction' }): void {
  const { account, peer, thread } = chat
  if (account.peers.isBroadcast(peer) || account.peers.isSelf(peer)) return
  const now = Date.now()
  if (now - (told.get(peer) ?? 0) < EACH_MS) return
  told.set(peer, now)
  void account.call({ _: 'messages.setTyping', peer: account.peers.input(peer), topMsgId: thread || undefined, action }).catch(() => undefined)
}

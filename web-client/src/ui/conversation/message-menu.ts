// What can be done with a message: by menu, by keys on the message that has the focus.

import { isChannel, isUser } from '../../telegram/peers'
import { t } from '../../texts'
import { toClipboard } from '../parts/clipboard'
import { confirm } from '../parts/dialog'
import { showMenu, type MenuItem } from '../parts/menu'
import { say, sayError } from '../parts/toast'
import { go } from '../router'
import type { Chat } from './chat'
import { forward } from './forward'
import { QUICK, react } from './reactions'
import { reactionHead } from './reaction-head'
import { showReactors } from './reactors'

const EDIT_S = 48 * 3600

export function messageMenu(event: MouseEvent | KeyboardEvent, chat: Chat, id: number): void {
  const selected = window.getSelection()?.toString()
  if (event instanceof MouseEvent && selected && event.target instanceof Node && window.getSelection()?.containsNode(event.target, true)) return
  showMenu(event, t('message.menu'), messageItems(chat, id), () => reactionHead(QUICK, (sign) => void react(chat, id, sign)))
}

function messageItems(chat: Chat, id: number): MenuItem[] {
  const { account, peer } = chat
  const message = account.messages.peek(peer, id)
  if (!message) return []
  const items: MenuItem[] = []
  const plain = message._ === 'message' ? message : undefined
  if (chat.mayWrite()) items.push({ label: t('message.reply'), icon: 'reply', run: () => reply(chat, id) })
  if (mayEdit(chat, id)) items.push({ label: t('message.edit'), icon: 'edit', run: () => (chat.setEditing(id), chat.focusComposer()) })
  if (plain?.message) items.push({ label: t('message.copy'), icon: 'copy', run: () => void navigator.clipboard.writeText(plain.message).then(() => say(t('copied'))) })
  if (isChannel(peer)) items.push({ label: t('message.link'), icon: 'link', run: () => void copyLink(chat, id) })
  if (mayPin(chat)) items.push({ label: t(plain?.pinned ? 'message.unpin' : 'message.pin'), icon: 'pin', run: () => void pin(chat, id, plain?.pinned === true) })
  if (plain && !plain.noforwards) items.push({ label: t('message.forward'), icon: 'forward', run: () => forward(chat, [id]) })
  if (isChannel(peer) && !account.peers.isBroadcast(peer) && !chat.thread) items.push({ label: t('message.thread'), icon: 'comment', run: () => go(`t/${peer}/${id}`) })
  if (message.reactions?.canSeeList && message.reactions.results.length) items.push({ label: t('reaction.who'), icon: 'smile', run: () => showReactors(chat, id) })
  items.push({ label: t('message.choose'), icon: 'check', run: () => chat.choose(id) })
  if (mayDelete(chat, id)) items.push({ label: t('delete'), icon: 'trash', danger: true, run: () => void remove(chat, [id]) })
  return items
}

/** The message is answered; a piece of it that is selected is quoted. */
export function reply(chat: Chat, id: number): void {
  const message = chat.account.messages.peek(chat.peer, id)
  const selected = window.getSelection()?.toString().trim() ?? ''
  const offset = message?._ === 'message' && selected ? message.message.indexOf(selected) : -1
  chat.setReplying(offset >= 0 ? { id, quote: selected, quoteOffset: offset, quoteEntities: [] } : { id })
  chat.focusComposer()
}

export function mayEdit(chat: Chat, id: number): boolean {
  const message = chat.account.messages.peek(chat.peer, id)
  if (message?._ !== 'message' || message.fwdFrom || message.media?._ === 'messageMediaPoll') return false
  const channel = chat.account.peers.channel(chat.peer)
  const byRight = channel?.broadcast === true && (channel.creator === true || channel.adminRights?.editMessages === true)
  const fresh = Date.now() / 1000 - message.date < EDIT_S || chat.account.peers.isSelf(chat.peer)
  return byRight || (message.out === true && fresh)
}

function mayPin(chat: Chat): boolean {
  const room = chat.account.peers.room(chat.peer)
  if (isUser(chat.peer)) return true
  if (!room || room._ === 'chatForbidden' || room._ === 'channelForbidden') return false
  if (room.creator || room.adminRights?.pinMessages) return true
  return room._ === 'chat' || !room.broadcast ? room.defaultBannedRights?.pinMessages === false : room.adminRights?.editMessages === true
}

export function mayDelete(chat: Chat, id: number): boolean {
  const message = chat.account.messages.peek(chat.peer, id)
  if (!message) return false
  if (!isChannel(chat.peer) || message.out) return true
  const channel = chat.account.peers.channel(chat.peer)
  return channel?.creator === true || channel?.adminRights?.deleteMessages === true
}

async function copyLink(chat: Chat, id: number): Promise<void> {
  const { account, peer } = chat
  try {
    const asked = account.call({ _: 'channels.exportMessageLink', channel: account.peers.inputChannel(peer), id, thread: chat.thread > 0 })
    await toClipboard(asked.then((found) => found.link))
    say(t('copied'))
  } catch (error) {
    sayError(error)
  }
}

async function pin(chat: Chat, id: number, pinned: boolean): Promise<void> {
  const { account, peer } = chat
  await account.act({ _: 'messages.updatePinnedMessage', peer: account.peers.input(peer), id, unpin: pinned, silent: true }).catch(sayError)
  account.pinned.heard(peer)
}

/** The messages are deleted for everybody where that is possible, once the person has confirmed it. */
export async function remove(chat: Chat, ids: readonly number[]): Promise<boolean> {
  const { account, peer } = chat
  const n = ids.length
  if (!(await confirm({ title: t('message.delete', { n }), text: t(account.peers.isSelf(peer) ? 'message.delete_saved' : 'message.delete_sure'), yes: t('delete'), danger: true }))) return false
  const all = ids.flatMap((id) => chat.history.albums.peek(id) ?? [id])
  try {
    if (isChannel(peer)) await account.call({ _: 'channels.deleteMessages', channel: account.peers.inputChannel(peer), id: all })
    else await account.call({ _: 'messages.deleteMessages', revoke: true, id: all })
    return true
  } catch (error) {
    sayError(error)
    return false
  }
}

/** Keys on the list: arrows go from message to message, letters act on the one that has the focus. */
export function messageKeys(event: KeyboardEvent, chat: Chat): void {
  const list = event.currentTarget as HTMLElement
  const all = [...list.querySelectorAll<HTMLElement>('.message[data-message]')]
  const focused = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>('.message[data-message]')
  const at = focused ? all.indexOf(focused) : all.length
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  if (step && document.activeElement instanceof HTMLInputElement) return
  if (step) {
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))]
    next?.focus({ preventScroll: true })
    next?.scrollIntoView({ block: 'nearest' })
    event.preventDefault()
    return
  }
  if (!focused || document.activeElement !== focused || event.ctrlKey || event.metaKey || event.altKey) return
  const id = Number(focused.dataset.message)
  const acts: Record<string, () => void> = {
    Enter: () => showMenu(keyAt(event, focused), t('message.menu'), messageItems(chat, id), () => reactionHead(QUICK, (sign) => void react(chat, id, sign))),
    ' ': () => chat.choose(id),
    r: () => chat.mayWrite() && reply(chat, id),
    e: () => mayEdit(chat, id) && (chat.setEditing(id), chat.focusComposer()),
    f: () => forward(chat, [id]),
    Delete: () => mayDelete(chat, id) && void remove(chat, [id]),
  }
  const act = acts[event.key]
  if (!act) return
  event.preventDefault()
  act()
}

/** A key event whose menu opens under the message. */
function keyAt(event: KeyboardEvent, element: HTMLElement): MouseEvent {
  const box = element.getBoundingClientRect()
  event.preventDefault()
  return new MouseEvent('contextmenu', { clientX: box.left + 40, clientY: Math.min(box.bottom, innerHeight - 40), cancelable: true })
}

// The chat's head: who it is, whether they are here or write, and what can be done.

import { Show, type JSX } from 'solid-js'
import { isOnline } from '../../state/presence'
import { isUser } from '../../telegram/peers'
import { t } from '../../texts'
import { chatItems } from '../chats/chat-menu'
import { DoingWords } from '../chats/doing'
import { Avatar } from '../parts/avatar'
import { Icon } from '../parts/icon'
import { showMenu } from '../parts/menu'
import { back, chatPath, go } from '../router'
import { useChat } from './chat'
import { askDate } from './jump-date'
import { openSearch, SearchBar, searching } from './search-bar'
import { lastSeen } from './status'

export function Header(): JSX.Element {
  const chat = useChat()
  const { account, peer, thread } = chat
  const { peers, presence } = account
  const saved = (): boolean => peers.isSelf(peer)
  const title = (): string => {
    if (thread && peers.isForum(peer)) return account.topics.one(peer, thread)?.title ?? t('topics.topic')
    if (thread) return t('conversation.comments')
    return saved() ? t('saved') : peers.name(peer)
  }
  const below = (): string => {
    if (thread) return peers.name(peer)
    if (saved()) return ''
    const person = peers.person(peer)
    if (person) return person.bot ? t('bot') : isOnline(person.status, presence.now()) ? t('online') : lastSeen(person.status, presence.now())
    const room = peers.room(peer)
    const n = room && 'participantsCount' in room ? (room.participantsCount ?? 0) : 0
    return n ? t(peers.isBroadcast(peer) ? 'subscribers' : 'members', { n }) : ''
  }
  const menu = (event: MouseEvent): void => {
    showMenu(event, t('chats.menu', { name: title() }), [
      { label: t('conversation.search'), icon: 'search', run: openSearch },
      { label: t('conversation.jump'), icon: 'calendar', run: () => void askDate(chat) },
      { label: t('later.menu'), icon: 'clock', run: () => go(`later/${peer}`) },
      { label: t('conversation.choose'), icon: 'check', run: () => chat.setChosen(new Set<number>()) },
      ...chatItems(account, peer),
    ])
  }
  return (
    <>
      <header class="bar conversation-head">
        <button class="button plain icon-only only-narrow" aria-label={t('back')} onClick={() => (thread ? back(chatPath(peer)) : go(''))}>
          <Icon name="back" />
        </button>
        <Show when={thread}>
          <button class="button plain icon-only only-wide" aria-label={t('back')} onClick={() => back(chatPath(peer))}>
            <Icon name="back" />
          </button>
        </Show>
        <a class="head-who" href={`#/info/${peer}`}>
          <Avatar peer={peer} size="little" saved={saved()} />
          <span class="body">
            <span class="title name one-line" dir="auto" role="heading" aria-level="1">{title()}</span>
            <span class="sub one-line">
              <Show when={presence.doing.get(peer) && !thread} fallback={below()}><DoingWords peer={peer} /></Show>
            </span>
          </span>
        </a>
        <button class="button plain icon-only" aria-label={t('conversation.search')} onClick={openSearch}><Icon name="search" /></button>
        <button class="button plain icon-only" aria-label={t('conversation.menu')} aria-haspopup="menu" onClick={menu}><Icon name="more" /></button>
      </header>
      <Show when={searching()}><SearchBar /></Show>
      <Show when={isUser(peer) && !saved() && peers.person(peer)?.deleted}><p class="notice">{t('conversation.deleted_person')}</p></Show>
    </>
  )
}

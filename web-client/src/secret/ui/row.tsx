// A secret chat's line in the chat list.

import { Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { Avatar } from '../../ui/parts/avatar'
import { Icon } from '../../ui/parts/icon'
import { place } from '../../ui/router'
import { shortDate } from '../../ui/conversation/times'
import '../../ui/styles/secret.css'
import type { Room } from '../room'
import { briefly } from './words'

export default function SecretRow(props: { room: Room }): JSX.Element {
  const account = useAccount()
  const kept = () => props.room.view()
  const name = (): string => account.peers.name(kept().chat.peer)
  const open = (): boolean => place().path[0] === 's' && Number(place().path[1]) === props.room.id
  const below = (): string => {
    switch (kept().chat.stage) {
      case 'asking':
        return t('secret.asking_short')
      case 'asked':
        return t('secret.asked_short')
      case 'ended':
        return t('secret.ended_short')
      default:
        return briefly(account, props.room, props.room.history.last())
    }
  }
  return (
    <a class="row chat-row secret-row" href={`#/s/${props.room.id}`} aria-current={open() ? 'page' : undefined}>
      <span class="avatar-frame"><Avatar peer={kept().chat.peer} /></span>
      <span class="body">
        <span class="line">
          <Icon name="lock" class="little secret-lock" />
          <span class="seen-only-by-readers">{t('secret.mark')}: </span>
          <span class="title name one-line" dir="auto">{name()}</span>
        </span>
        <span class="sub one-line" dir="auto">
          <Show when={!props.room.typing()} fallback={<span class="doing">{t('doing.typing')}</span>}>{below()}</Show>
        </span>
      </span>
      <span class="end">
        <span>{shortDate(kept().date)}</span>
        <Show when={kept().unread > 0}>
          <span class="badge" aria-hidden="true">{kept().unread}</span>
          <span class="seen-only-by-readers">{t('chats.unread_label', { n: kept().unread })}</span>
        </Show>
      </span>
    </a>
  )
}

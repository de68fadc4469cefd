// Who reacted to a message, and how.

import { createResource, createSignal, For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { keyOf } from '../../telegram/peers'
import { t } from '../../texts'
import { Avatar } from '../parts/avatar'
import { Dialog } from '../parts/dialog'
import type { Chat } from './chat'
import { signOf } from './reactions'

const [asked, setAsked] = createSignal<{ chat: Chat; id: number }>()
export const showReactors = (chat: Chat, id: number): void => void setAsked({ chat, id })

/** The place where they are shown; once in the home screen. */
export function Reactors(): JSX.Element {
  return <Show when={asked()} keyed>{(what) => <List {...what} />}</Show>
}

function List(props: { chat: Chat; id: number }): JSX.Element {
  const account = useAccount()
  const [found] = createResource(() => account.call({ _: 'messages.getMessageReactionsList', peer: account.peers.input(props.chat.peer), id: props.id, limit: 100 }))
  return (
    <Dialog title={t('reaction.who')} close={() => setAsked(undefined)}>
      <ul class="list">
        <For each={found()?.reactions} fallback={<li class="muted">{found.loading ? t('loading') : t('search.nothing')}</li>}>
          {(one) => (
            <li class="row">
              <Avatar peer={keyOf(one.peerId)} size="little" />
              <span class="title one-line" dir="auto">{account.peers.name(keyOf(one.peerId))}</span>
              <span class="end big-sign">{signOf(one.reaction)}</span>
            </li>
          )}
        </For>
      </ul>
    </Dialog>
  )
}

// Forwarding: choose a chat, and the messages are there too.

import { randomLong } from '@mtcute/web/utils.js'
import { createSignal, For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { ARCHIVE, MAIN } from '../../state/dialogs'
import type { PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Avatar } from '../parts/avatar'
import { Dialog } from '../parts/dialog'
import { say, sayError } from '../parts/toast'
import { chatPath, go } from '../router'
import type { Chat } from './chat'

interface Forwarding {
  chat: Chat
  ids: readonly number[]
}
const [forwarding, setForwarding] = createSignal<Forwarding>()

export const forward = (chat: Chat, ids: readonly number[]): void => void setForwarding({ chat, ids })

/** Asks where to; once in the home screen. */
export function ForwardDialog(): JSX.Element {
  return <Show when={forwarding()} keyed>{(what) => <Choose what={what} />}</Show>
}

function Choose(props: { what: Forwarding }): JSX.Element {
  const account = useAccount()
  const [query, setQuery] = createSignal('')
  const close = (): void => void setForwarding(undefined)
  const keys = (): PeerKey[] => {
    const words = query().trim().toLocaleLowerCase()
    const all = [account.self, ...account.dialogs.keys(MAIN), ...account.dialogs.keys(ARCHIVE)]
    return [...new Set(all)].filter((key) => !words || title(key).toLocaleLowerCase().includes(words)).slice(0, 60)
  }
  const title = (key: PeerKey): string => (account.peers.isSelf(key) ? t('saved') : account.peers.name(key))
  const send = async (to: PeerKey): Promise<void> => {
    const { chat, ids } = props.what
    const id = ids.flatMap((one) => chat.history.albums.peek(one) ?? [one]).sort((a, b) => a - b)
    close()
    try {
      await account.act({ _: 'messages.forwardMessages', fromPeer: account.peers.input(chat.peer), toPeer: account.peers.input(to), id, randomId: id.map(() => randomLong()) })
      chat.setChosen(undefined)
      say(t('forward.done', { name: title(to) }), { label: t('forward.open'), run: () => go(chatPath(to)) })
    } catch (error) {
      sayError(error)
    }
  }
  return (
    <Dialog title={t('forward.title')} close={close}>
      <input class="input" type="search" dir="auto" aria-label={t('search')} placeholder={t('search')} value={query()} onInput={(event) => setQuery(event.currentTarget.value)} autofocus />
      <ul class="list forward-list">
        <For each={keys()}>
          {(key) => (
            <li>
              <button class="row" onClick={() => void send(key)}>
                <Avatar peer={key} size="little" saved={account.peers.isSelf(key)} />
                <span class="title one-line" dir="auto">{title(key)}</span>
              </button>
            </li>
          )}
        </For>
      </ul>
    </Dialog>
  )
}

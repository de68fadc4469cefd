// While one writes @: the people of the room whose names begin so.

import { createSignal, For, Show, type JSX } from 'solid-js'
import Long from 'long'
import { useAccount } from '../../state/account'
import { isChannel, isUser, userKey, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Avatar } from '../parts/avatar'
import type { Chat } from './chat'

const MOST = 8

export interface Mentions {
  people: () => readonly PeerKey[]
  at: () => number
  look: () => void
  key: (event: KeyboardEvent) => boolean
  choose: (person: PeerKey) => void
}

export function useMentions(chat: Chat, area: () => HTMLTextAreaElement, change: (text: string) => void): Mentions {
  const { account, peer } = chat
  const [people, setPeople] = createSignal<readonly PeerKey[]>([])
  const [at, setAt] = createSignal(0)
  let asked = 0
  const begun = (): RegExpExecArray | null => /(^|\s)@([\p{L}\p{N}_]{0,32})$/u.exec(area().value.slice(0, area().selectionStart))
  const close = (): void => void setPeople([])

  const look = (): void => {
    const word = isUser(peer) ? null : begun()
    if (!word) return void (people().length && close())
    const turn = ++asked
    void members(word[2] ?? '').then((found) => {
      if (turn !== asked || !begun()) return
      setPeople(found.filter((one) => one !== account.self).slice(0, MOST))
      setAt(0)
    }, close)
  }
  const members = async (q: string): Promise<PeerKey[]> => {
    if (isChannel(peer)) {
      const filter = { _: 'channelParticipantsMentions' as const, q }
      const found = await account.call({ _: 'channels.getParticipants', channel: account.peers.inputChannel(peer), filter, offset: 0, limit: MOST + 1, hash: Long.ZERO })
      return found._ === 'channels.channelParticipants' ? found.users.map((user) => userKey(user.id)) : []
    }
    const full = await account.call({ _: 'messages.getFullChat', chatId: -peer })
    const words = q.toLocaleLowerCase()
    return full.users.map((user) => userKey(user.id)).filter((key) => account.peers.name(key).toLocaleLowerCase().includes(words))
  }
  const choose = (person: PeerKey): void => {
    const word = begun()
    if (!word) return
    const field = area()
    const from = field.selectionStart - (word[2]?.length ?? 0) - 1
    const username = account.peers.username(person)
    const put = username ? `@${username} ` : `[${account.peers.shortName(person).replace(/[[\]]/g, '')}](mention:${person}) `
    field.setRangeText(put, from, field.selectionStart, 'end')
    close()
    change(field.value)
    field.focus()
  }
  const key = (event: KeyboardEvent): boolean => {
    const all = people()
    if (!all.length) return false
    if (event.key === 'ArrowDown') setAt((at() + 1) % all.length)
    else if (event.key === 'ArrowUp') setAt((at() - 1 + all.length) % all.length)
    else if (event.key === 'Enter' || event.key === 'Tab') choose(all[at()]!)
    else if (event.key === 'Escape') close()
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  return { people, at, look, key, choose }
}

export function MentionList(props: { mentions: Mentions }): JSX.Element {
  return (
    <Show when={props.mentions.people().length}>
      <ul class="menu mention-list" role="listbox" aria-label={t('composer.mention')}>
        <For each={props.mentions.people()}>
          {(person, index) => (
            <li role="option" aria-selected={index() === props.mentions.at()}>
              <button class="menu-item" data-active={index() === props.mentions.at() ? '' : undefined} tabindex="-1" onPointerDown={(event) => (event.preventDefault(), props.mentions.choose(person))}>
                <Name person={person} />
              </button>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}

function Name(props: { person: PeerKey }): JSX.Element {
  const { peers } = useAccount()
  return (
    <>
      <Avatar peer={props.person} size="little" />
      <span class="one-line" dir="auto">{peers.name(props.person)}</span>
      <Show when={peers.username(props.person)}>{(name) => <span class="muted small">@{name()}</span>}</Show>
    </>
  )
}

// Search: among the chats here, people and rooms of the server, and what was said.

import { createEffect, createSignal, For, on, onCleanup, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { pageOf } from '../../state/histories'
import type { Msg } from '../../state/messages'
import { ARCHIVE, MAIN } from '../../state/dialogs'
import { keyOf, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { shortDate } from '../conversation/times'
import { textOf } from '../conversation/summary'
import { Avatar } from '../parts/avatar'
import { chatPath } from '../router'

const PAUSE_MS = 220
const MOST = 30

interface Found {
  mine: PeerKey[]
  people: PeerKey[]
  messages: Msg[]
}

export function SearchResults(props: { query: string; close: () => void }): JSX.Element {
  const account = useAccount()
  const [found, setFound] = createSignal<Found>({ mine: [], people: [], messages: [] })
  const [busy, setBusy] = createSignal(false)

  const here = (query: string): PeerKey[] => {
    const words = query.toLocaleLowerCase()
    return [...account.dialogs.keys(MAIN), ...account.dialogs.keys(ARCHIVE)]
      .filter((key) => account.peers.name(key).toLocaleLowerCase().includes(words) || account.peers.username(key)?.toLowerCase().includes(words.replace(/^@/, '')))
      .slice(0, MOST)
  }
  const ask = async (query: string, alive: () => boolean): Promise<void> => {
    const q = query.replace(/^@/, '')
    const people = account.call({ _: 'contacts.search', q, limit: MOST })
    const messages = account.call({ _: 'messages.searchGlobal', q: query, filter: { _: 'inputMessagesFilterEmpty' }, minDate: 0, maxDate: 0, offsetRate: 0, offsetPeer: { _: 'inputPeerEmpty' }, offsetId: 0, limit: MOST })
    const [who, what] = await Promise.allSettled([people, messages])
    if (!alive()) return
    const mine = here(query)
    const others = who.status === 'fulfilled' ? [...who.value.myResults, ...who.value.results].map(keyOf) : []
    const said = what.status === 'fulfilled' ? account.messages.putAll(pageOf(what.value).messages) : []
    setFound({ mine, people: [...new Set(others)].filter((key) => !mine.includes(key)), messages: said })
    setBusy(false)
  }
  createEffect(
    on(
      () => props.query,
      (query) => {
        let gone = false
        setFound((before) => ({ ...before, mine: here(query) }))
        setBusy(true)
        const timer = window.setTimeout(() => void ask(query, () => !gone), PAUSE_MS)
        onCleanup(() => {
          gone = true
          window.clearTimeout(timer)
        })
      },
    ),
  )
  const nothing = (): boolean => !busy() && !found().mine.length && !found().people.length && !found().messages.length
  return (
    <div class="search-results" role="region" aria-label={t('search.results')} aria-busy={busy()}>
      <Section title={t('search.chats')} keys={found().mine} close={props.close} />
      <Section title={t('search.people')} keys={found().people} close={props.close} />
      <Show when={found().messages.length}>
        <h2 class="section-title">{t('search.messages')}</h2>
        <For each={found().messages}>
          {(message) => {
            const key = keyOf(message.peerId)
            return (
              <a class="row" href={`#/${chatPath(key, message.id)}`}>
                <Avatar peer={key} saved={account.peers.isSelf(key)} />
                <span class="body">
                  <span class="title one-line" dir="auto">{account.peers.isSelf(key) ? t('saved') : account.peers.name(key)}</span>
                  <span class="sub one-line" dir="auto">{textOf(account, message)}</span>
                </span>
                <span class="end">{shortDate(message.date)}</span>
              </a>
            )
          }}
        </For>
      </Show>
      <Show when={nothing()}>
        <div class="empty" role="status"><p class="title">{t('search.nothing')}</p></div>
      </Show>
    </div>
  )
}

function Section(props: { title: string; keys: PeerKey[]; close: () => void }): JSX.Element {
  const account = useAccount()
  return (
    <Show when={props.keys.length}>
      <h2 class="section-title">{props.title}</h2>
      <For each={props.keys}>
        {(key) => (
          <a class="row" href={`#/${chatPath(key)}`} onClick={() => props.close()}>
            <Avatar peer={key} saved={account.peers.isSelf(key)} />
            <span class="body">
              <span class="title one-line" dir="auto">{account.peers.isSelf(key) ? t('saved') : account.peers.name(key)}</span>
              <Show when={account.peers.username(key)}>{(name) => <span class="sub one-line">@{name()}</span>}</Show>
            </span>
          </a>
        )}
      </For>
    </Show>
  )
}

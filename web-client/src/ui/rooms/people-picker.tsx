// Choosing people: those one knows first, others by name, username or number.

import { createEffect, createMemo, createSignal, createUniqueId, For, on, onCleanup, Show, type JSX } from 'solid-js'
import Long from 'long'
import { useAccount } from '../../state/account'
import { MAIN } from '../../state/dialogs'
import { isUser, keyOf, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Avatar } from '../parts/avatar'
import { Icon } from '../parts/icon'
import { sayError } from '../parts/toast'

const PAUSE_MS = 250
const MOST = 50

interface Props {
  label: string
  picked: readonly PeerKey[]
  set: (picked: PeerKey[]) => void
  /** People not offered: they are there already. */
  without?: readonly PeerKey[]
}

export function PeoplePicker(props: Props): JSX.Element {
  const account = useAccount()
  const { peers } = account
  const id = createUniqueId()
  const [query, setQuery] = createSignal('')
  const [book, setBook] = createSignal<PeerKey[]>([])
  const [found, setFound] = createSignal<PeerKey[]>([])
  account.call({ _: 'contacts.getContacts', hash: Long.ZERO }).then(
    (answer) => answer._ === 'contacts.contacts' && setBook(answer.contacts.map((one) => one.userId)),
    sayError,
  )
  createEffect(
    on(query, (words) => {
      setFound([])
      if (words.trim().length < 2) return
      let gone = false
      const timer = window.setTimeout(() => {
        account.call({ _: 'contacts.search', q: words.trim().replace(/^@/, ''), limit: MOST }).then(
          (answer) => gone || setFound([...answer.myResults, ...answer.results].map(keyOf).filter(isUser)),
          () => undefined,
        )
      }, PAUSE_MS)
      onCleanup(() => {
        gone = true
        window.clearTimeout(timer)
      })
    }),
  )
  const offered = createMemo(() => {
    const words = query().trim().toLocaleLowerCase()
    const known = [...new Set([...book(), ...account.dialogs.keys(MAIN).filter(isUser)])]
    const named = known.filter((key) => `${peers.name(key)} ${peers.username(key) ?? ''}`.toLocaleLowerCase().includes(words))
    const without = new Set<PeerKey>([...(props.without ?? []), account.self])
    return [...new Set([...named, ...found()])].filter((key) => !without.has(key) && !peers.person(key)?.deleted).slice(0, MOST)
  })
  const toggle = (key: PeerKey): void => props.set(props.picked.includes(key) ? props.picked.filter((one) => one !== key) : [...props.picked, key])
  return (
    <div class="stack">
      <Show when={props.picked.length}>
        <div class="picked">
          <For each={props.picked}>
            {(key) => (
              <button type="button" class="chip" aria-label={t('rooms.unpick', { name: peers.name(key) })} onClick={() => toggle(key)}>
                {peers.name(key)}
                <Icon name="close" />
              </button>
            )}
          </For>
        </div>
      </Show>
      <div class="search">
        <Icon name="search" />
        <input class="input" type="search" dir="auto" aria-label={props.label} aria-controls={id} placeholder={t('rooms.find_people')} value={query()} onInput={(event) => setQuery(event.currentTarget.value)} />
      </div>
      <ul class="list people" id={id}>
        <For each={offered()} fallback={<li class="muted">{t('rooms.nobody_found')}</li>}>
          {(key) => (
            <li>
              <label class="row choice">
                <Avatar peer={key} size="little" />
                <span class="body">
                  <span class="title name one-line" dir="auto">{peers.name(key)}</span>
                  <Show when={peers.username(key)}>{(name) => <span class="sub one-line">@{name()}</span>}</Show>
                </span>
                <input type="checkbox" checked={props.picked.includes(key)} onChange={() => toggle(key)} />
              </label>
            </li>
          )}
        </For>
      </ul>
    </div>
  )
}

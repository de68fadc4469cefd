// Search within the open chat: matches one after the other, newest first.

import Long from 'long'
import { createSignal, onMount, Show, type JSX } from 'solid-js'
import { pageOf } from '../../state/histories'
import { t } from '../../texts'
import { Icon } from '../parts/icon'
import { sayError } from '../parts/toast'
import { useChat } from './chat'

const [searching, setSearching] = createSignal(false)
export { searching }
export const openSearch = (): void => void setSearching(true)

export function SearchBar(): JSX.Element {
  const chat = useChat()
  const { account, peer, thread } = chat
  const [found, setFound] = createSignal<readonly number[]>([])
  const [at, setAt] = createSignal(0)
  const [asked, setAsked] = createSignal('')
  let input!: HTMLInputElement
  onMount(() => input.focus())

  const ask = async (): Promise<void> => {
    const q = input.value.trim()
    if (!q) return
    const page = pageOf(
      await account.call({
        _: 'messages.search', peer: account.peers.input(peer), q, filter: { _: 'inputMessagesFilterEmpty' }, topMsgId: thread || undefined,
        minDate: 0, maxDate: 0, offsetId: 0, addOffset: 0, limit: 100, maxId: 0, minId: 0, hash: Long.ZERO,
      }),
    )
    setFound(account.messages.putAll(page.messages).map((one) => one.id))
    setAsked(q)
    go(0)
  }
  const go = (index: number): void => {
    const id = found()[index]
    if (id === undefined) return
    setAt(index)
    chat.jump(id)
  }
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close()
    else if (event.key === 'Enter' && asked() === input.value.trim()) go(at() + (event.shiftKey ? -1 : 1))
    else if (event.key === 'Enter') ask().catch(sayError)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const close = (): void => void setSearching(false)
  return (
    <div class="bar search-bar" role="search">
      <div class="search grow">
        <Icon name="search" />
        <input ref={input} class="input" type="search" dir="auto" aria-label={t('conversation.search')} placeholder={t('conversation.search')} onKeyDown={key} />
      </div>
      <span class="muted small" role="status">
        <Show when={asked()}>{found().length ? t('conversation.match', { at: at() + 1, of: found().length }) : t('search.nothing')}</Show>
      </span>
      <button class="button plain icon-only" aria-label={t('conversation.match_older')} disabled={at() + 1 >= found().length} onClick={() => go(at() + 1)}><Icon name="up" /></button>
      <button class="button plain icon-only" aria-label={t('conversation.match_newer')} disabled={at() === 0} onClick={() => go(at() - 1)}><Icon name="down" /></button>
      <button class="button plain icon-only" aria-label={t('close')} onClick={close}><Icon name="close" /></button>
    </div>
  )
}

// The chat list: search above, chats below, the archive one step aside.

import { createMemo, createSignal, For, lazy, onCleanup, Show, Suspense, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { ARCHIVE, MAIN, type Folder } from '../../state/dialogs'
import { t } from '../../texts'
import { Icon } from '../parts/icon'
import { sayError } from '../parts/toast'
import { chatPath, go, openChat } from '../router'
import { ChatRow } from './chat-row'
import { MENU } from '../menu-items'
import { Connection } from './connection'
import { MainMenu } from './main-menu'
import { SearchResults } from './search-results'
import { withSecrets } from './with-secrets'

const SecretRow = lazy(() => import('../../secret/ui/row'))

export function ChatList(): JSX.Element {
  const account = useAccount()
  const [folder, setFolder] = createSignal<Folder>(MAIN)
  const [query, setQuery] = createSignal('')
  let input!: HTMLInputElement
  let list!: HTMLDivElement
  let loading = false
  const rows = createMemo(() => withSecrets(account, folder()))

  const more = async (): Promise<void> => {
    if (loading) return
    loading = true
    await account.loadDialogs(folder(), true).catch(sayError)
    loading = false
  }
  const scrolled = (event: Event): void => {
    const box = event.currentTarget as HTMLElement
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 600 && !account.dialogs.complete[folder()]()) void more()
  }
  const step = (by: number): void => {
    const keys = account.dialogs.keys(folder())
    const at = keys.indexOf(openChat() ?? 0)
    const next = keys[at < 0 ? 0 : at + by]
    if (next !== undefined) go(chatPath(next))
  }
  const globalKey = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') input.focus()
    else if (event.altKey && event.key === 'ArrowDown') step(1)
    else if (event.altKey && event.key === 'ArrowUp') step(-1)
    else return
    event.preventDefault()
  }
  window.addEventListener('keydown', globalKey)
  onCleanup(() => window.removeEventListener('keydown', globalKey))

  const listKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const rows = [...list.querySelectorAll<HTMLElement>('a.row, button.row')]
    const at = rows.indexOf(document.activeElement as HTMLElement)
    rows[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus()
    event.preventDefault()
  }
  const inputKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setQuery('')
    if (event.key === 'ArrowDown') list.querySelector<HTMLElement>('a.row, button.row')?.focus()
  }
  return (
    <nav class="chats" aria-label={t('chats')}>
      <header class="bar">
        <Show when={folder() === MAIN} fallback={<button class="button plain icon-only" aria-label={t('back')} onClick={() => setFolder(MAIN)}><Icon name="back" /></button>}>
          <MainMenu />
        </Show>
        <div class="search grow" role="search">
          <Icon name="search" />
          <input
            ref={input} class="input" type="search" dir="auto" aria-label={t('search')} placeholder={folder() === MAIN ? t('search') : t('archive')}
            value={query()} onInput={(event) => setQuery(event.currentTarget.value)} onKeyDown={inputKey}
          />
        </div>
      </header>
      <Connection />
      <div class="scroll" ref={list} onScroll={scrolled} onKeyDown={listKey}>
        <Show when={!query().trim()} fallback={<SearchResults query={query().trim()} close={() => setQuery('')} />}>
          <Show when={folder() === MAIN && account.dialogs.keys(ARCHIVE).length > 0}>
            <button class="row archive-row" onClick={() => setFolder(ARCHIVE)}>
              <span class="avatar little" aria-hidden="true"><Icon name="archive" /></span>
              <span class="title">{t('archive')}</span>
              <span class="muted small">{account.dialogs.keys(ARCHIVE).length}</span>
            </button>
          </Show>
          <Show when={folder() === MAIN && account.secret.where() === 'elsewhere'}>
            <button class="row archive-row" title={t('secret.elsewhere_text')} onClick={() => void account.secret.claim().catch(sayError)}>
              <span class="avatar little" aria-hidden="true"><Icon name="lock" /></span>
              <span class="body"><span class="title small">{t('secret.elsewhere')}</span><span class="sub">{t('secret.claim')}</span></span>
            </button>
          </Show>
          <ul class="list">
            <For each={rows()}>{(row) => <li class="chat-item">{typeof row === 'number' ? <ChatRow peer={row} /> : <Suspense><SecretRow room={row} /></Suspense>}</li>}</For>
          </ul>
          <Show when={account.dialogs.complete[folder()]() && rows().length === 0 && account.secret.where() !== 'elsewhere'}>
            <div class="empty"><p class="title">{t('chats.none')}</p><p>{t('chats.none_hint')}</p>
              <Show when={folder() === MAIN}>
                <For each={MENU.filter((one) => one.path.startsWith('new/'))}>
                  {(one) => <a class="button quiet" href={`#/${one.path}`}><Icon name={one.icon} />{t(one.text)}</a>}
                </For>
              </Show>
            </div>
          </Show>
        </Show>
      </div>
    </nav>
  )
}

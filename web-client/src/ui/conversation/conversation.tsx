// An open chat: its head, what was said, and where one writes.

import { createEffect, createMemo, createSignal, on, onCleanup, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { explain } from '../../telegram/errors'
import { isUser, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { VirtualList, type ListHandle } from '../parts/virtual-list'
import { Icon } from '../parts/icon'
import { sayError } from '../parts/toast'
import { back, chatPath, go, place } from '../router'
import { Chat, ChatProvider } from './chat'
import { ChosenBar } from './chosen-bar'
import { Composer } from './composer'
import { Header } from './header'
import { MentionButton } from './mention-button'
import { messageKeys } from './message-menu'
import { MessageRow } from './message-row'
import { PinnedBar } from './pinned-bar'
import { UnsentRow } from './unsent-row'
import { dropFiles } from './attach'

const LIT_MS = 1600

export function Conversation(props: { peer: PeerKey; thread?: number }): JSX.Element {
  const account = useAccount()
  const thread = props.thread ?? 0
  const { peer } = props
  const history = account.histories.of(props.peer, thread)
  const chat = new Chat(account, props.peer, thread, history)
  const [handle, setHandle] = createSignal<ListHandle>()
  const [atEnd, setAtEnd] = createSignal(true)
  const [begin, setBegin] = createSignal<number>()
  const [opened, setOpened] = createSignal(history.ready())
  const [failed, setFailed] = createSignal<unknown>()
  const [standing, setStanding] = createSignal<number>()
  const target = (): number => (thread ? 0 : Number(place().path[2] ?? 0))
  const line = () => account.dialogs.get(props.peer)

  const unreadAtStart = (): void => {
    const dialog = account.dialogs.all.peek(props.peer)
    if (thread || !dialog || dialog.unread === 0) return
    const first = history.all().find((id) => id > dialog.readInbox && !account.messages.peek(props.peer, id)?.out)
    if (first) {
      chat.setFirstUnread(first)
      setBegin(first)
    }
  }
  /** Whether the server lets us speak of this peer already. */
  const known = (): boolean => (isUser(props.peer) ? account.peers.people.has(props.peer) : account.peers.rooms.has(props.peer))
  const open = async (): Promise<void> => {
    if (!known()) await account.listed
    if (thread) await account.loadMessage(props.peer, thread)
    const dialog = account.dialogs.all.peek(props.peer)
    if (account.visits.outside(props.peer)) setStanding(await account.visits.standing(props.peer))
    else if (!dialog && !thread) await account.loadDialog(props.peer).catch(() => undefined)
    const wanted = target()
    const unread = account.dialogs.all.peek(props.peer)
    if (wanted) await history.around(wanted)
    else if (history.ready() && history.atEnd()) void 0
    else if (unread && unread.unread > 40 && unread.readInbox) await history.around(unread.readInbox)
    else await history.latest()
    if (wanted) setBegin(wanted)
    else unreadAtStart()
    setOpened(true)
    void account.ranks.load(props.peer).catch(() => undefined)
    if (wanted) light(wanted)
  }
  const light = (id: number): void => {
    chat.setLit(id)
    window.setTimeout(() => chat.lit() === id && chat.setLit(0), LIT_MS)
  }
  chat.jump = (id) => {
    const shown = (): boolean => handle()?.show(rowOf(id)) === true
    if (shown()) return light(id)
    void history.around(id).then(() => requestAnimationFrame(() => shown() && light(id)), sayError)
  }
  const rowOf = (id: number): number => {
    if (history.rows().includes(id)) return id
    return [...history.albums.entries()].find(([, ids]) => ids.includes(id))?.[0] ?? id
  }
  chat.toEnd = () => {
    if (history.atEnd()) handle()?.toEnd()
    else void history.latest().then(() => handle()?.toEnd(), sayError)
  }
  const tryOpen = (): void => {
    setFailed(undefined)
    void open().catch(setFailed)
  }
  tryOpen()
  account.visits.follow(props.peer, standing)
  // What failed for want of a line is asked once more when the line is there.
  createEffect(on(() => account.link.connections(), () => failed() !== undefined && tryOpen(), { defer: true }))
  createEffect(on(target, (id) => id && opened() && chat.jump(id), { defer: true }))

  const rows = createMemo((): readonly number[] => {
    const unsent = account.outbox.of(props.peer, thread)
    // What is talked about stands above what is said of it.
    const top = thread && history.atStart() && account.messages.get(props.peer, thread) ? [thread] : []
    if (!unsent.length && !top.length) return history.rows()
    return [...top, ...history.rows(), ...unsent]
  })
  // Who sends goes to the end, wherever they were.
  createEffect(on(() => account.outbox.of(props.peer, thread).length, (count, before) => count > (before ?? 0) && chat.toEnd(), { defer: true }))

  const watched = (last: number, end: boolean): void => {
    setAtEnd(end && history.atEnd())
    const seen = last > 0 ? Math.max(last, history.albums.peek(last)?.at(-1) ?? 0) : (history.all().at(-1) ?? 0)
    if (seen > 0) account.reading.saw(props.peer, seen, thread)
  }
  const focused = (): void => handle()?.look()
  window.addEventListener('focus', focused)
  const escape = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open], .menu.floating')) return
    if (chat.chosen()) chat.setChosen(undefined)
    else if (chat.editing() !== undefined) chat.setEditing(undefined)
    else if (chat.replying()) chat.setReplying(undefined)
    else if (thread) back(chatPath(props.peer))
    else go('')
  }
  window.addEventListener('keydown', escape)
  onCleanup(() => {
    window.removeEventListener('focus', focused)
    window.removeEventListener('keydown', escape)
    account.drafts.flush(peer)
    account.histories.leave(peer)
  })
  const unread = (): number => (thread ? 0 : (line()?.unread ?? 0))
  return (
    <ChatProvider value={chat}>
      <section class="conversation" aria-label={account.peers.name(props.peer)} onDragOver={(event) => event.preventDefault()} onDrop={(event) => dropFiles(event, chat)}>
        <Header />
        <PinnedBar />
        <div class="said">
          <Show when={opened()} fallback={<Opening failed={failed()} again={tryOpen} />}>
            <VirtualList
              rows={rows()} label={t('conversation.messages')} handle={setHandle} begin={begin()} watched={watched}
              nearStart={() => history.loading() || void history.older().catch(() => undefined)}
              nearEnd={() => history.loading() || void history.newer().catch(() => undefined)}
              onKeyDown={(event) => messageKeys(event, chat)}
            >
              {(row) => (row < 0 ? <UnsentRow row={row} /> : <MessageRow row={row} />)}
            </VirtualList>
            <Show when={history.ready() && rows().length === 0}>
              <div class="centre over"><div class="said-between">{t('conversation.empty')}</div></div>
            </Show>
          </Show>
          <MentionButton />
          <Show when={!atEnd() || unread() > 0}>
            <button class="button quiet icon-only to-end" aria-label={t('conversation.to_end', { n: unread() })} onClick={() => chat.toEnd()}>
              <Icon name="down" />
              <Show when={unread()}>{(count) => <span class="badge">{count()}</span>}</Show>
            </button>
          </Show>
        </div>
        <Show when={!chat.chosen()} fallback={<ChosenBar />}>
          <Composer />
        </Show>
      </section>
    </ChatProvider>
  )
}

function Opening(props: { failed: unknown; again: () => void }): JSX.Element {
  return (
    <div class="centre">
      <Show when={props.failed !== undefined} fallback={<span class="spinner" role="status" aria-label={t('loading')} />}>
        <div class="empty" role="alert">
          <p>{explain(props.failed)}</p>
          <button class="button" onClick={() => props.again()}>{t('retry')}</button>
        </div>
      </Show>
    </div>
  )
}

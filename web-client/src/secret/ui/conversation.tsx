// An open secret chat: its head, what was said, and where one writes.

import { createMemo, createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { VirtualList, type ListHandle } from '../../ui/parts/virtual-list'
import { go } from '../../ui/router'
import type { Line } from '../line'
import type { Room } from '../room'
import { Composer } from './composer'
import { Ended } from './ended'
import { Head } from './head'
import { LineRow } from './line-row'

/** Row of the words above everything that is said. */
const ABOVE = 0

export function Conversation(props: { room: Room }): JSX.Element {
  const { room } = props
  const account = useAccount()
  const [replying, setReplying] = createSignal<Line>()
  let handle: ListHandle | undefined
  let section!: HTMLElement
  // The button that was pressed is gone: the keyboard goes on from here, not from the top of the page.
  onMount(() => document.activeElement === document.body && section.focus({ preventScroll: true }))
  const rows = createMemo((): readonly number[] => [ABOVE, ...room.ids()])
  const above = (id: number): Line | undefined => {
    const ids = room.ids()
    const before = ids[ids.indexOf(id) - 1]
    return before === undefined ? undefined : room.lines.get(before)
  }
  const watched = (last: number): void => {
    if (document.hasFocus()) void room.saw(last)
  }
  const focused = (): void => handle?.look()
  const key = (event: KeyboardEvent): void => {
    // Of what takes pictures of the screen a browser notices no more than this key.
    if (event.key === 'PrintScreen' && room.chat.stage === 'open') void room.noticeScreenshot()
    if (event.key !== 'Escape' || event.type !== 'keydown' || event.defaultPrevented || document.querySelector('dialog[open], .menu.floating')) return
    if (replying()) setReplying(undefined)
    else go('')
  }
  const printed = (): void => void (room.chat.stage === 'open' && room.noticeScreenshot())
  window.addEventListener('focus', focused)
  window.addEventListener('keydown', key)
  window.addEventListener('keyup', key)
  window.addEventListener('beforeprint', printed)
  onCleanup(() => {
    window.removeEventListener('focus', focused)
    window.removeEventListener('keydown', key)
    window.removeEventListener('keyup', key)
    window.removeEventListener('beforeprint', printed)
  })
  return (
    <section ref={section} class="conversation secret" tabindex="-1" aria-label={t('secret.with', { name: account.peers.name(room.chat.peer) })}>
      <Head room={room} />
      <div class="said">
        <VirtualList rows={rows()} label={t('conversation.messages')} handle={(one) => (handle = one)} watched={watched} onKeyDown={lineKeys}>
          {(row) => (row === ABOVE ? <div class="said-between secret-note">{t('secret.lives_here')}</div> : <LineRow room={room} id={row} above={above(row)} reply={setReplying} show={(id) => handle?.show(id)} />)}
        </VirtualList>
      </div>
      <Show when={room.view().chat.stage === 'open'} fallback={<Ended room={room} />}>
        <Composer room={room} replying={replying()} setReplying={setReplying} sent={() => handle?.toEnd()} />
      </Show>
    </section>
  )
}

/** Arrows go from message to message; Enter on one opens its menu. */
function lineKeys(event: KeyboardEvent): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
  if (!step || document.activeElement instanceof HTMLInputElement) return
  const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('.message[data-message]')]
  const focused = document.activeElement?.closest<HTMLElement>('.message[data-message]')
  const next = all[Math.max(0, Math.min(all.length - 1, (focused ? all.indexOf(focused) : all.length) + step))]
  next?.focus({ preventScroll: true })
  next?.scrollIntoView({ block: 'nearest' })
  event.preventDefault()
}

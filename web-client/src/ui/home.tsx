// A signed-in person's window: the chat list beside what is open; on a phone one of the two.

import { createEffect, ErrorBoundary, lazy, on, onCleanup, Show, Suspense, type Component, type JSX } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { useAccount } from '../state/account'
import { beside } from '../state/accounts'
import { MAIN } from '../state/dialogs'
import { explain } from '../telegram/errors'
import { t } from '../texts'
import { ChatList } from './chats/chat-list'
import { Conversation } from './conversation/conversation'
import { ForwardDialog } from './conversation/forward'
import { viewed } from './conversation/media/open-viewer'
import { Reactors } from './conversation/reactors'
import { Mark } from './sign-in/sign-in'
import { openChat, place } from './router'
import { SCREENS } from './screens'

const Topics = lazy(() => import('./conversation/topics'))
const Viewer = lazy(() => import('./conversation/media/viewer'))

export function Home(): JSX.Element {
  const account = useAccount()
  const screen = (): Component | undefined => SCREENS[place().path[0] ?? '']
  const inside = (): boolean => openChat() !== undefined || screen() !== undefined

  createEffect(() => {
    const unread = account.dialogs.unread(MAIN) + account.secret.unread() + beside().reduce((sum, one) => sum + one.unread, 0)
    document.title = unread ? `(${unread}) Chappe` : 'Chappe'
  })
  // People see that we are here while the window has the focus.
  const present = (): void => {
    const offline = !document.hasFocus()
    void account.call({ _: 'account.updateStatus', offline }).catch(() => undefined)
  }
  if (document.hasFocus()) present()
  const beat = window.setInterval(() => document.hasFocus() && present(), 50_000)
  window.addEventListener('focus', present)
  window.addEventListener('blur', present)
  onCleanup(() => {
    window.clearInterval(beat)
    window.removeEventListener('focus', present)
    window.removeEventListener('blur', present)
    // Another account is looked at now.
    if (!account.closed) void account.call({ _: 'account.updateStatus', offline: true }).catch(() => undefined)
  })
  return (
    <div class="home" classList={{ inside: inside() }}>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), document.getElementById('main')?.focus())}>{t('skip')}</a>
      <ChatList />
      <main class="pane" id="main" tabindex="-1">
        <ErrorBoundary fallback={(error: unknown, reset) => <Fallen error={error} reset={reset} />}>
        <Suspense fallback={<div class="centre"><span class="spinner" role="status" aria-label={t('loading')} /></div>}>
          <Show when={!screen()} fallback={<Dynamic component={screen()} />}>
            <Show when={openChat()} keyed fallback={<Nothing />}>
              {(key) => <Show when={account.peers.isForum(key) && !place().path[2]} fallback={<Conversation peer={key} />}><Topics peer={key} /></Show>}
            </Show>
          </Show>
        </Suspense>
        </ErrorBoundary>
      </main>
      <ForwardDialog />
      <Reactors />
      <Suspense><Show when={viewed()} keyed>{(what) => <Viewer viewed={what} />}</Show></Suspense>
    </div>
  )
}

/** A screen failed: what it says of it, and a way on. Another address is another try. */
function Fallen(props: { error: unknown; reset: () => void }): JSX.Element {
  createEffect(on(place, () => props.reset(), { defer: true }))
  return (
    <div class="centre">
      <div class="empty" role="alert">
        <p class="title">{t('broken.title')}</p>
        <p>{explain(props.error)}</p>
        <button class="button" onClick={() => props.reset()}>{t('retry')}</button>
      </div>
    </div>
  )
}

function Nothing(): JSX.Element {
  return (
    <div class="centre">
      <div class="empty">
        <Mark />
        <p class="title">{t('nothing_open')}</p>
        <p>{t('nothing_open_hint')}</p>
      </div>
    </div>
  )
}

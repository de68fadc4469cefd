// A line that says that the server is not reached, and nothing while all is well.

import { createEffect, createSignal, onCleanup, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t, type Key } from '../../texts'

const PATIENCE_MS = 900

export function Connection(): JSX.Element {
  const account = useAccount()
  const [shown, setShown] = createSignal<Key>()
  createEffect(() => {
    const state = account.state
    if (state === 'connected') return void setShown(undefined)
    const timer = window.setTimeout(() => setShown(`connection.${state}`), PATIENCE_MS)
    onCleanup(() => window.clearTimeout(timer))
  })
  return (
    <div class="connection" role="status">
      <Show when={shown()}>
        {(words) => (
          <p class="connection-words"><span class="spinner little" aria-hidden="true" />{t(words())}</p>
        )}
      </Show>
    </div>
  )
}

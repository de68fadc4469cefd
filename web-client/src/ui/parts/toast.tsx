// Short words at the foot of the window: what was done, and a way to undo it.

import { createSignal, For, Show, type JSX } from 'solid-js'
import { Portal } from 'solid-js/web'
import { explain } from '../../telegram/errors'

interface Toast {
  id: number
  text: string
  action?: { label: string; run: () => void }
}

const LASTS_MS = 5000
const [toasts, setToasts] = createSignal<readonly Toast[]>([])
let next = 1

const drop = (id: number): void => void setToasts((all) => all.filter((one) => one.id !== id))

export function say(text: string, action?: Toast['action']): void {
  const id = next++
  setToasts((all) => [...all.slice(-2), { id, text, action }])
  window.setTimeout(() => drop(id), LASTS_MS)
}

/** Why it did not work. */
export const sayError = (error: unknown): void => say(explain(error))

export function Toasts(): JSX.Element {
  return (
    <Portal>
      <div class="toasts" role="status" aria-live="polite">
        <For each={toasts()}>
          {(toast) => (
            <div class="toast">
              <span>{toast.text}</span>
              <Show when={toast.action}>
                {(action) => (
                  <button class="button plain little" onClick={() => (action().run(), drop(toast.id))}>
                    {action().label}
                  </button>
                )}
              </Show>
            </div>
          )}
        </For>
      </div>
    </Portal>
  )
}

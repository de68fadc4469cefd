// Where we are: the part of the address after #. `#/c/<peer>` a chat, `#/c/<peer>/<message>` a place in it.

import { createSignal } from 'solid-js'

export interface Place {
  /** The words of the path: ['c', '42']. */
  path: string[]
  query: URLSearchParams
}

function read(): Place {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?')
  return { path: path.split('/').filter(Boolean).map(plain), query: new URLSearchParams(query) }
}

/** A word of the path; one that is no word (`%`, `%E0`) is left as it stands. */
function plain(word: string): string {
  try {
    return decodeURIComponent(word)
  } catch {
    return word
  }
}

const [place, setPlace] = createSignal<Place>(read())
window.addEventListener('hashchange', () => setPlace(read()))

export { place }

/** Another place is shown; `replace` leaves no step to go back to. */
export function go(path: string, replace = false): void {
  const target = `#/${path.replace(/^\//, '')}`
  if (replace) {
    history.replaceState(null, '', target)
    setPlace(read())
  } else if (location.hash !== target) location.hash = target
}

export function back(otherwise: string): void {
  if (history.length > 1) history.back()
  else go(otherwise, true)
}

export const chatPath = (key: number, message?: number): string => (message ? `c/${key}/${message}` : `c/${key}`)

/** The key of the chat on screen, if one is. */
export function openChat(): number | undefined {
  const [kind, key] = place().path
  return kind === 'c' && key ? Number(key) : undefined
}

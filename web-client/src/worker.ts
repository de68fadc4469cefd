// The service worker: it keeps the shell for when there is no network, and shows what the server pushes while no window
// is open. It is one file of its own under a fixed name; its words come in its address, in the reader's language.

import { streamed } from './worker-streams'

const worker = self as unknown as ServiceWorkerGlobalScope
const KEPT = 'chappe.shell'
const BASE = '/app/'
/** Files kept; beyond, those kept for longest go. */
const MOST = 200
const words = new URL(worker.location.href).searchParams.get('new') ?? 'Chappe'

worker.addEventListener('install', (event) => event.waitUntil(keep(BASE).then(() => worker.skipWaiting())))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== worker.location.origin || !url.pathname.startsWith(BASE)) return
  if (url.pathname.startsWith(`${BASE}stream/`)) event.respondWith(streamed(url.pathname.slice(BASE.length + 7), request.headers.get('range')))
  else if (url.pathname.startsWith(`${BASE}assets/`)) event.respondWith(fromShelf(request))
  else if (request.mode === 'navigate') event.respondWith(fresh(request))
})

/** A file whose name says its content: what is kept is as good as what the server has. */
async function fromShelf(request: Request): Promise<Response> {
  const shelf = await caches.open(KEPT)
  const known = await shelf.match(request)
  if (known) return known
  const answer = await fetch(request)
  if (answer.ok) {
    await shelf.put(request, answer.clone())
    const all = await shelf.keys()
    await Promise.all(all.slice(0, Math.max(0, all.length - MOST)).map((one) => shelf.delete(one)))
  }
  return answer
}

/** The page as the server has it now; the one kept if there is no network. */
async function fresh(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request)
    if (answer.ok) await (await caches.open(KEPT)).put(BASE, answer.clone())
    return answer
  } catch (error) {
    const known = await caches.match(BASE)
    if (known) return known
    throw error
  }
}

async function keep(path: string): Promise<void> {
  const answer = await fetch(path)
  if (answer.ok) await (await caches.open(KEPT)).put(path, answer)
}

/** What the server pushes. Source: api/push-updates */
interface Told {
  /** Whose account is told, of those in this browser. */
  user_id?: string
  title?: string
  description?: string
  mute?: string
  custom?: { from_id?: string; chat_id?: string; channel_id?: string; msg_id?: string; encryption_id?: string }
}

worker.addEventListener('push', (event) => event.waitUntil(show(told(event.data))))

function told(data: PushMessageData | null): Told {
  try {
    return (data?.json() ?? {}) as Told
  } catch {
    return {}
  }
}

async function show(what: Told): Promise<void> {
  const windows = await worker.clients.matchAll({ type: 'window' })
  // Who is looking sees it in the window.
  if (windows.some((one) => one.visibilityState === 'visible')) return
  const place = placeOf(what)
  await worker.registration.showNotification(what.title || 'Chappe', {
    body: what.description || words,
    icon: `${BASE}icon.svg`,
    tag: place,
    silent: what.mute === '1',
    data: place,
  })
}

/** The address of the chat within the page. */
function placeOf({ custom = {}, user_id: user }: Told): string {
  const number = (text: string | undefined): number => Number(text) || 0
  const key = custom.channel_id ? -1_000_000_000_000 - number(custom.channel_id) : custom.chat_id ? -number(custom.chat_id) : number(custom.from_id)
  const as = user ? `?as=${number(user)}` : ''
  if (custom.encryption_id) return `${BASE}#/s/${number(custom.encryption_id)}${as}`
  return key ? `${BASE}#/c/${key}${as}` : BASE
}

worker.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(String(event.notification.data)))
})

async function open(place: string): Promise<void> {
  const [known] = await worker.clients.matchAll({ type: 'window' })
  if (!known) return void (await worker.clients.openWindow(place))
  await known.focus()
  await known.navigate(place).catch(() => undefined)
}

// Web push: the browser's own channel wakes the service worker when a message comes and no window is open.

import type { Account } from '../state/account'
import { t } from '../texts'
import { here } from './here'

/** The service worker runs from now on; it speaks the page's language. Without it everything else works. */
export function startWorker(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return
  const base = import.meta.env.BASE_URL
  const script = `${base}worker.js?new=${encodeURIComponent(t('notice.new'))}`
  navigator.serviceWorker.register(script, { scope: base }).catch(() => undefined)
}

/** Token type of web push in account.registerDevice. */
const WEB_PUSH = 10

/** True if this browser and this server can do it. */
export async function pushPossible(): Promise<boolean> {
  return 'serviceWorker' in navigator && 'PushManager' in window && Boolean((await here()).push_key)
}

async function subscription(): Promise<PushSubscription | null> {
  if (!('serviceWorker' in navigator)) return null
  const worker = await navigator.serviceWorker.getRegistration()
  return (await worker?.pushManager.getSubscription()) ?? null
}

export const pushOn = async (): Promise<boolean> => (await subscription()) !== null

/** The server pushes to this browser afterwards for each of these accounts, or does not; the answer is which. Errors: tl.RpcError, DOMException. */
export async function wantPush(accounts: readonly Account[], yes: boolean): Promise<boolean> {
  // Asked for first: a browser answers who asks within a press, and some forget the press at the next answer.
  const allowed = yes ? await Notification.requestPermission() : undefined
  const known = await subscription()
  if (!yes) {
    if (!known) return false
    const token = tokenOf(known)
    await Promise.allSettled(accounts.map((account) => account.call({ _: 'account.unregisterDevice', tokenType: WEB_PUSH, token, otherUids: [] })))
    await known.unsubscribe()
    return false
  }
  const { push_key: key } = await here()
  if (!key || allowed !== 'granted') return false
  const worker = await navigator.serviceWorker.ready
  const made = known ?? (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }))
  await Promise.all(accounts.map((account) => register(account, made)))
  return true
}

/** Where this browser is pushed to at all, it is for this account too. */
export async function renewPush(account: Account): Promise<void> {
  const known = await subscription().catch(() => null)
  if (known) await register(account, known).catch(() => undefined)
}

async function register(account: Account, made: PushSubscription): Promise<void> {
  await account.call({ _: 'account.registerDevice', tokenType: WEB_PUSH, token: tokenOf(made), appSandbox: false, secret: new Uint8Array(), otherUids: [] })
}

function tokenOf(made: PushSubscription): string {
  const { endpoint, keys } = made.toJSON()
  return JSON.stringify({ endpoint, keys })
}

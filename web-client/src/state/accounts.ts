// The accounts of this browser. All are connected while the page is open: one is shown, the others count what is
// unread and tell of it.

import { createEffect, createRoot, createSignal, on, type Accessor } from 'solid-js'
import { here } from '../telegram/here'
import { renewPush } from '../telegram/push'
import { activateSlot, activeSlot, forgetSlot, slots, whenSlotsChange, type Slot } from '../telegram/slots'
import { showSlot, shownSlot } from '../ui/shown-slot'
import { Account } from './account'
import { MAIN } from './dialogs'

export interface Held {
  account: Account
  /** Fulfilled when the account can be shown, though it may not be connected yet. */
  ready: Promise<Account>
  failed: Accessor<unknown>
  end: () => void
}

/** Those beside the shown one begin when its list is there, one after the other. */
const PAUSE_MS = 1500
const [held, setHeld] = createSignal<ReadonlyMap<string, Held>>(new Map())
const [known, setKnown] = createSignal<readonly Slot[]>(slots())

/** The account of this slot, connected from now on. */
export function hold(slot: string): Held {
  const found = held().get(slot)
  if (found && found.failed() === undefined) return found
  found?.end()
  const made = createRoot((end): Held => {
    const account = new Account(slot, true)
    const [failed, setFailed] = createSignal<unknown>()
    const ready = account.prepare().then(() => {
      account.start().then(() => renewPush(account), setFailed)
      return account
    })
    createEffect(on(account.signedOut, (yes) => yes && void lose(slot)))
    return { account, ready, failed, end }
  })
  setHeld(new Map(held()).set(slot, made))
  return made
}

/** The account is not connected any more; what it keeps on this device stays. */
export async function release(slot: string): Promise<void> {
  const found = held().get(slot)
  if (!found) return
  const rest = new Map(held())
  rest.delete(slot)
  setHeld(rest)
  found.end()
  await found.account.close().catch(() => undefined)
}

/** Nothing of the account stays on this device; another takes its place on screen. */
export async function lose(slot: string): Promise<void> {
  await release(slot)
  await forgetSlot(slot)
  if (shownSlot() === slot) showSlot(activeSlot()?.id)
}

/** The account is on screen afterwards. */
export function show(slot: string): void {
  activateSlot(slot)
  showSlot(slot)
}

/** The account of this person is on screen, if it is one of this browser's. */
export function showUser(userId: number): void {
  const slot = slots().find((one) => one.userId === userId)
  if (slot && slot.id !== shownSlot()) show(slot.id)
}

export interface Beside extends Slot {
  /** Chats with something unread. */
  unread: number
}

/** The accounts that are not on screen; reactive. */
export function beside(): Beside[] {
  const all = held()
  return known().filter((slot) => slot.id !== shownSlot()).map((slot) => ({ ...slot, unread: all.get(slot.id)?.account.dialogs.unread(MAIN) ?? 0 }))
}

/** Every account that is connected. */
export const everyAccount = (): Account[] => [...held().values()].map((one) => one.account)

/** Every account of this browser is connected, the shown one first. To be called once. */
export async function holdAll(): Promise<void> {
  whenSlotsChange(() => setKnown(slots()))
  const first = shownSlot()
  if (first) await hold(first).account.listed
  for (const { id } of slots()) {
    if (held().has(id)) continue
    await new Promise((done) => window.setTimeout(done, PAUSE_MS))
    if (slots().some((one) => one.id === id)) hold(id)
  }
}

/** On a server for trying out, tests may look inside. */
export async function reveal(account: Account): Promise<void> {
  if ((await here()).test_mode) Object.assign(window, { chappe: account })
}

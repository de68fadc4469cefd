// The accounts of this browser: each has a slot, which names its databases. Who is active decides what is shown.

export interface Slot {
  id: string
  userId: number
  name: string
}

const SLOTS = 'chappe.accounts'
const ACTIVE = 'chappe.active'

const told = new Set<() => void>()
const tell = (): void => told.forEach((one) => one())
window.addEventListener('storage', ({ key }) => key === SLOTS && tell())

/** Calls back whenever an account comes to this browser or goes, in whichever window. */
export const whenSlotsChange = (then: () => void): void => void told.add(then)

function keepSlots(all: readonly Slot[]): void {
  localStorage.setItem(SLOTS, JSON.stringify(all))
  tell()
}

/** All accounts that are signed in here, oldest first. */
export function slots(): Slot[] {
  try {
    return JSON.parse(localStorage.getItem(SLOTS) ?? '[]') as Slot[]
  } catch {
    return []
  }
}

/** The account to show, if there is any. */
export function activeSlot(): Slot | undefined {
  const all = slots()
  return all.find((slot) => slot.id === localStorage.getItem(ACTIVE)) ?? all[0]
}

/** This account is known here afterwards, and active. */
export function rememberSlot(slot: Slot): void {
  const others = slots().filter((one) => one.id !== slot.id && one.userId !== slot.userId)
  localStorage.setItem(ACTIVE, slot.id)
  keepSlots([...others, slot])
}

/** The account's name as the list shows it is this one afterwards. */
export function renameSlot(id: string, name: string): void {
  keepSlots(slots().map((slot) => (slot.id === id ? { ...slot, name } : slot)))
}

export function activateSlot(id: string): void {
  localStorage.setItem(ACTIVE, id)
}

/** Nothing of the account is left in this browser. */
export async function forgetSlot(id: string): Promise<void> {
  keepSlots(slots().filter((slot) => slot.id !== id))
  if (localStorage.getItem(ACTIVE) === id) localStorage.removeItem(ACTIVE)
  localStorage.removeItem(secretMark(id))
  for (const name of [sessionDatabase(id), keptDatabase(id), secretDatabase(id)]) {
    await new Promise<void>((done) => {
      const request = indexedDB.deleteDatabase(name)
      request.onsuccess = request.onerror = request.onblocked = () => done()
    })
  }
}

/** A slot nobody uses yet. */
export function freshSlot(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The database of keys and update state, which mtcute keeps. */
export const sessionDatabase = (id: string): string => `chappe.session.${id}`
/** The database of what we keep: chat list, unsent messages. */
export const keptDatabase = (id: string): string => `chappe.kept.${id}`
/** The database of secret chats, wrapped. */
export const secretDatabase = (id: string): string => `chappe.secrets.${id}`
/** Where it stands how many letters of secret chats are safe here: nothing, if there never was such a chat. */
export const secretMark = (id: string): string => `chappe.letters.${id}`

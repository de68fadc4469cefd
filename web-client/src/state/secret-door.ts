// The door to secret chats: small, always there. Behind it is a module that is loaded when somebody has such chats or
// wants one. They are worked on in one window of this browser at a time, since each letter counts.

import type { tl } from '@mtcute/web'
import { createSignal, type Accessor } from 'solid-js'
import type { Secrets } from '../secret/secrets'
import type { Opened } from '../secret/open'
import { revived } from '../telegram/revived'
import { secretMark } from '../telegram/slots'
import type { Account } from './account'

/** shut: nobody wanted them yet; elsewhere: another window of this browser has them; never: this browser cannot. */
export type Where = 'shut' | 'here' | 'elsewhere' | 'never'

const KINDS = new Set<tl.TypeUpdate['_']>(['updateEncryption', 'updateNewEncryptedMessage', 'updateEncryptedMessagesRead', 'updateEncryptedChatTyping'])
const PATIENCE_MS = 400

export class SecretDoor {
  readonly where: Accessor<Where>
  /** The chats, once they are here. */
  readonly held: Accessor<Secrets | undefined>
  private readonly setWhere: (where: Where) => void
  private readonly setHeld: (held: Secrets | undefined) => void
  private opened: Opened | undefined
  private opening: Promise<Secrets> | undefined
  private release: (() => void) | undefined
  private readonly waiting: Array<(to: Opened) => void> = []
  private readonly channel: BroadcastChannel | undefined
  private catching = false

  constructor(private readonly account: Account) {
    const [where, setWhere] = createSignal<Where>(possible() ? 'shut' : 'never')
    const [held, setHeld] = createSignal<Secrets>()
    this.where = where
    this.held = held
    this.setWhere = (one) => void setWhere(one)
    this.setHeld = (one) => void setHeld(() => one)
    if (!account.known || !possible()) return
    this.channel = new BroadcastChannel(secretMark(account.slot))
    this.channel.onmessage = ({ data }) => this.opened?.hear(revived(data) as tl.TypeUpdate)
  }

  /** Up to here the letters are safe on this device; undefined if it never had any. */
  letters(): number | undefined {
    return Number(localStorage.getItem(secretMark(this.account.slot))) || undefined
  }

  /** Unread messages and unanswered questions. */
  unread(): number {
    return this.held()?.rooms().reduce((sum, room) => sum + (room.view().unread ? 1 : 0), 0) ?? 0
  }

  /** The account is connected, or again: chats that are kept here go on. */
  online(): void {
    if (this.opened) this.opened.secrets.online()
    else if (this.letters() !== undefined) void this.open().catch(() => undefined)
  }

  /** The chats, here; waits while another window has them. */
  open(): Promise<Secrets> {
    this.opening ??= this.take(false)
    return this.opening
  }

  /** The chats are worked on in this window from now on, wherever they were. */
  async claim(): Promise<void> {
    if (this.opened) return
    this.opening = this.take(true)
    await this.opening
  }

  hear(update: tl.TypeUpdate): void {
    if (!KINDS.has(update._) || this.where() === 'never') return
    if (this.where() === 'elsewhere') this.channel?.postMessage(update)
    else this.pass((to) => to.hear(update))
  }

  /** What the server says was missed, among it letters. */
  missed(difference: tl.updates.TypeDifference): void {
    if (!('newEncryptedMessages' in difference)) return
    const { newEncryptedMessages: letters } = difference
    const { qts } = difference._ === 'updates.difference' ? difference.state : difference.intermediateState
    if ((letters.length || this.letters() !== undefined) && this.where() !== 'elsewhere') this.pass((to) => to.missed(letters, qts))
  }

  /** This browser is signed out: the chats end. */
  async leave(): Promise<void> {
    if (this.letters() === undefined) return
    await (await Promise.race([this.open(), new Promise<undefined>((done) => setTimeout(done, PATIENCE_MS * 5))]))?.finishAll()
  }

  close(): void {
    this.channel?.close()
    this.shut()
    this.release?.()
  }

  private pass(job: (to: Opened) => void): void {
    if (this.opened) return job(this.opened)
    this.waiting.push(job)
    void this.open().catch(() => undefined)
  }

  private async take(steal: boolean): Promise<Secrets> {
    if (this.where() === 'never') throw new Error('no secret chats in this browser')
    const patience = window.setTimeout(() => this.setWhere('elsewhere'), PATIENCE_MS)
    await this.lock(steal)
    window.clearTimeout(patience)
    const { open } = await import('../secret/open')
    const opened = await open(this.account, {
      arrived: (room) => this.account.notices.secret(room.chat.peer, room.id),
      asked: (room) => this.account.notices.secret(room.chat.peer, room.id),
      reached: (qts) => localStorage.setItem(secretMark(this.account.slot), String(qts)),
      behind: () => void this.catchUp(),
    })
    this.opened = opened
    this.setHeld(opened.secrets)
    this.setWhere('here')
    this.waiting.splice(0).forEach((job) => job(opened))
    opened.secrets.online()
    void this.catchUp()
    return opened.secrets
  }

  /** Fulfilled when this window is the one. When another takes that from it, it waits for it to come back. */
  private lock(steal: boolean): Promise<void> {
    return new Promise((have) => {
      const hold = (): Promise<void> | undefined => {
        if (this.account.closed) return undefined
        have()
        return new Promise((release) => (this.release = release))
      }
      navigator.locks.request(secretMark(this.account.slot), { steal }, hold).catch(() => {
        this.shut()
        this.setWhere('elsewhere')
        if (!this.account.closed) this.opening = this.take(false)
      })
    })
  }

  private shut(): void {
    this.opened?.secrets.close()
    this.opened = undefined
    this.opening = undefined
    this.setHeld(undefined)
  }

  /** Letters that did not come by themselves are asked for. */
  private async catchUp(): Promise<void> {
    if (this.catching || this.letters() === undefined) return
    this.catching = true
    try {
      const { pts, date, qts } = await this.account.call({ _: 'updates.getState' })
      if (qts > (this.letters() ?? 0)) await this.account.call({ _: 'updates.getDifference', pts, date, qts })
    } catch {
      // The line broke: the next connection catches up.
    } finally {
      this.catching = false
    }
  }
}

/** Wrapping keys need a page that nobody on the way can change, and one window at a time needs locks. */
const possible = (): boolean => typeof crypto !== 'undefined' && 'subtle' in crypto && typeof navigator !== 'undefined' && 'locks' in navigator && typeof indexedDB !== 'undefined'

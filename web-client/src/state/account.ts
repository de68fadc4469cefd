// One account, all of it: the line to the server, everything known, and what can be done. Screens get it by
// `useAccount()`.

import type { tl } from '@mtcute/web'
import Long from 'long'
import { batch, createContext, createEffect, createRoot, createSignal, on, useContext, type Accessor } from 'solid-js'
import { Link, type LinkState, type Method, type Result } from '../telegram/link'
import { isChannel, type PeerKey } from '../telegram/peers'
import { forgetSlot, rememberSlot, renameSlot, slots } from '../telegram/slots'
import { Files } from '../telegram/files'
import { ARCHIVE, Dialogs, MAIN, type Folder } from './dialogs'
import { Drafts } from './drafts'
import { Histories, pageOf } from './histories'
import { Keep } from './keep'
import { Messages } from './messages'
import { Notices } from './notices'
import { Outbox } from './outbox'
import { Peers } from './peers'
import { Pinned } from './pinned'
import { Presence } from './presence'
import { Ranks } from './ranks'
import { Reading } from './reading'
import { SecretDoor } from './secret-door'
import { Snapshot } from './snapshot'
import { Topics } from './topics'
import { hear } from './updates'
import { Views } from './views'
import { Visits } from './visits'

const PAGE = 60

export class Account {
  readonly peers = new Peers()
  readonly messages = new Messages()
  readonly dialogs = new Dialogs(this.messages)
  readonly presence = new Presence()
  readonly histories: Histories
  readonly drafts: Drafts
  readonly outbox: Outbox
  readonly reading: Reading
  readonly files: Files
  readonly pinned: Pinned
  readonly notices: Notices
  readonly topics: Topics
  readonly views: Views
  readonly ranks: Ranks
  readonly visits: Visits
  readonly keep: Keep
  readonly secret: SecretDoor
  readonly signedOut: Accessor<boolean>
  private readonly setSignedOut: (yes: boolean) => void
  private readonly snapshot: Snapshot
  /** Listeners of screens that follow something of their own: rooms, settings. */
  readonly listeners = new Set<(update: tl.TypeUpdate) => void>()
  link!: Link
  /** Fulfilled once the server's first pages of the list are known: until then rooms may lack their access hash. */
  readonly listed: Promise<void>
  private setListed!: () => void
  closed = false

  constructor(
    readonly slot: string,
    readonly known: boolean,
  ) {
    ;[this.signedOut, this.setSignedOut] = createSignal(false)
    this.listed = new Promise((done) => (this.setListed = done))
    this.keep = new Keep(slot)
    // Who this is is known before the server has answered.
    this.peers.selfId = slots().find((one) => one.id === slot)?.userId ?? 0
    this.histories = new Histories(this)
    this.drafts = new Drafts(this)
    this.outbox = new Outbox(this)
    this.reading = new Reading(this)
    this.files = new Files(this)
    this.pinned = new Pinned(this)
    this.notices = new Notices(this)
    this.topics = new Topics(this)
    this.views = new Views(this)
    this.ranks = new Ranks(this)
    this.visits = new Visits(this)
    this.secret = new SecretDoor(this)
    this.snapshot = new Snapshot(this)
  }

  /** The line is there, though not yet connected. */
  async prepare(): Promise<void> {
    this.link = await Link.make(this.slot, this.known, {
      people: (users, chats) => batch(() => this.peers.put(users, chats)),
      update: (update) => this.take(update),
      missed: (channelId) => void this.readAnew(channelId),
      signedOut: () => this.setSignedOut(true),
      letters: () => this.secret.letters(),
      difference: (difference) => this.secret.missed(difference),
    })
  }

  /** The chat list as last seen is shown, then everything is as the server says. */
  async start(): Promise<void> {
    await this.snapshot.restore()
    await this.link.open()
    createRoot(() => createEffect(on(() => this.link.connections(), (count) => count && this.secret.online())))
    const [me] = await this.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] })
    if (me?._ === 'user') this.introduce(me)
    await Promise.all([this.loadDialogs(MAIN), this.loadDialogs(ARCHIVE)])
    this.setListed()
    this.snapshot.follow()
    await this.outbox.restore()
  }

  /** Somebody has just signed in on this slot. */
  async signedIn(authorization: tl.auth.TypeAuthorization): Promise<void> {
    const user = await this.link.client.notifyLoggedIn(authorization)
    this.peers.put([user], [])
    this.introduce(user)
  }

  call<T extends Method>(method: T, options?: Parameters<Link['call']>[1]): Promise<Result<T>> {
    return this.link.call(method, options)
  }

  act<T extends Method>(method: T): Promise<Result<T>> {
    return this.link.act(method)
  }

  get state(): LinkState {
    return this.link.state()
  }

  get self(): PeerKey {
    return this.peers.selfId
  }

  /** The first page of a folder, or the next one after the last chat known. */
  async loadDialogs(folder: Folder, next = false): Promise<void> {
    if (next && this.dialogs.complete[folder]()) return
    const last = next ? this.dialogs.all.peek(this.dialogs.keys(folder).at(-1) ?? 0) : undefined
    const page = await this.call({
      _: 'messages.getDialogs',
      folderId: folder,
      excludePinned: next,
      offsetDate: last?.date ?? 0,
      offsetId: last?.top ?? 0,
      offsetPeer: last ? this.peers.input(last.key) : { _: 'inputPeerEmpty' },
      limit: PAGE,
      hash: Long.ZERO,
    })
    if (page._ === 'messages.dialogsNotModified') return
    if (!next) this.snapshot.correct(folder, page)
    this.dialogs.put(page, folder)
    if (page._ === 'messages.dialogs' || page.dialogs.length === 0) this.dialogs.finish(folder)
  }

  /** The chat's line is known afterwards, if the chat is in the list at all. */
  async loadDialog(key: PeerKey): Promise<void> {
    const peer: tl.TypeInputDialogPeer = { _: 'inputDialogPeer', peer: this.peers.input(key) }
    this.dialogs.put(await this.call({ _: 'messages.getPeerDialogs', peers: [peer] }))
  }

  /** The message is known afterwards, if it is there. */
  async loadMessage(key: PeerKey, id: number): Promise<void> {
    if (this.messages.peek(key, id)) return
    const ask: tl.TypeInputMessage[] = [{ _: 'inputMessageID', id }]
    const page = isChannel(key)
      ? await this.call({ _: 'channels.getMessages', channel: this.peers.inputChannel(key), id: ask })
      : await this.call({ _: 'messages.getMessages', id: ask })
    this.messages.putAll(pageOf(page).messages)
  }

  /** The device is signed out on the server, and nothing of the account stays here. */
  async leave(): Promise<void> {
    await this.secret.leave().catch(() => undefined)
    await this.call({ _: 'auth.logOut' }).catch(() => undefined)
    await this.close()
    await forgetSlot(this.slot)
  }

  async close(): Promise<void> {
    this.closed = true
    this.presence.close()
    this.secret.close()
    await this.link?.close()
    await this.keep.close()
  }

  private introduce(me: tl.RawUser): void {
    this.peers.selfId = me.id
    const name = this.peers.name(me.id)
    if (this.known) renameSlot(this.slot, name)
    else rememberSlot({ id: this.slot, userId: me.id, name })
  }

  private take(update: tl.TypeUpdate): void {
    batch(() => hear(this, update))
    this.secret.hear(update)
    this.listeners.forEach((listener) => listener(update))
  }

  private async readAnew(channelId?: number): Promise<void> {
    this.histories.forget(channelId)
    if (channelId === undefined) await Promise.all([this.loadDialogs(MAIN), this.loadDialogs(ARCHIVE)])
  }
}

const Context = createContext<Account>()
export const AccountProvider = Context.Provider

/** The account on screen. */
export function useAccount(): Account {
  const account = useContext(Context)
  if (!account) throw new Error('no account here')
  return account
}

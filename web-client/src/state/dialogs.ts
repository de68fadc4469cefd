// The chat list: what each chat's line shows, in which folder it is, and in which order.

import type { tl } from '@mtcute/web'
import { batch, createMemo, createRoot, createSignal, type Accessor } from 'solid-js'
import { keyOf, type PeerKey } from '../telegram/peers'
import { Cells } from './cells'
import type { Messages } from './messages'

export type Folder = 0 | 1
export const MAIN: Folder = 0
export const ARCHIVE: Folder = 1
export const AS_ITS_KIND = -1

export interface Dialog {
  key: PeerKey
  folder: Folder
  /** Place among the pinned, from 1 at the top; 0 if it is not pinned. */
  pin: number
  top: number
  date: number
  unread: number
  mentions: number
  reactions: number
  marked: boolean
  readInbox: number
  readOutbox: number
  /** Silenced until then; AS_ITS_KIND where nothing is set for this chat. */
  muteUntil: number
  draft?: tl.RawDraftMessage
  ttl?: number
}

export class Dialogs {
  readonly all = new Cells<PeerKey, Dialog>()
  readonly complete: Record<Folder, Accessor<boolean>>
  private readonly setComplete: Record<Folder, (done: boolean) => void>
  private readonly order: Record<Folder, Accessor<PeerKey[]>>
  private readonly touched: Accessor<number>
  private readonly touch: () => void

  constructor(private readonly messages: Messages) {
    const [main, setMain] = createSignal(false)
    const [archive, setArchive] = createSignal(false)
    this.complete = { 0: main, 1: archive }
    this.setComplete = { 0: setMain, 1: setArchive }
    const [touched, setTouched] = createSignal(0)
    this.touched = touched
    this.touch = () => setTouched((count) => count + 1)
    this.order = createRoot(() => ({ 0: createMemo(() => this.sorted(MAIN)), 1: createMemo(() => this.sorted(ARCHIVE)) }))
  }

  get(key: PeerKey): Dialog | undefined {
    return this.all.get(key)
  }

  /** The chats of a folder from top to bottom. */
  keys(folder: Folder): PeerKey[] {
    return this.order[folder]()
  }

  /** Unread chats of a folder that are not silenced. */
  unread(folder: Folder): number {
    const now = Date.now() / 1000
    return this.keys(folder).reduce((sum, key) => {
      const dialog = this.all.get(key)
      return sum + (dialog && dialog.muteUntil < now && (dialog.unread > 0 || dialog.marked) ? 1 : 0)
    }, 0)
  }

  /** A page of the server's list is known; pins keep the server's order. */
  put(page: tl.messages.RawDialogs | tl.messages.RawDialogsSlice | tl.messages.RawPeerDialogs, folder?: Folder): void {
    batch(() => {
      this.messages.putAll(page.messages)
      let pin = 0
      for (const dialog of page.dialogs) {
        if (dialog._ !== 'dialog') continue
        if (dialog.pinned) pin += 1
        this.putOne(dialog, pin, folder)
      }
      this.touch()
    })
  }

  finish(folder: Folder): void {
    this.setComplete[folder](true)
  }

  /** The line is what `change` makes of it; its place follows. */
  change(key: PeerKey, change: Partial<Dialog>): void {
    const known = this.all.peek(key)
    if (!known) return
    this.all.set(key, { ...known, ...change })
    if ('top' in change || 'date' in change || 'pin' in change || 'folder' in change || 'draft' in change) this.touch()
  }

  restore(dialogs: readonly Dialog[]): void {
    batch(() => {
      dialogs.forEach((dialog) => this.all.set(dialog.key, dialog))
      this.touch()
    })
  }

  remove(key: PeerKey): void {
    this.all.delete(key)
    this.touch()
  }

  /** The pinned of a folder are these, in this order. */
  setPins(folder: Folder, keys: readonly PeerKey[]): void {
    batch(() => {
      for (const [key, dialog] of [...this.all.entries()]) {
        if (dialog.folder !== folder) continue
        const pin = keys.indexOf(key) + 1
        if (pin !== dialog.pin) this.change(key, { pin })
      }
    })
  }

  private putOne(dialog: tl.RawDialog, pin: number, folder?: Folder): void {
    const key = keyOf(dialog.peer)
    const known = this.all.peek(key)
    const draft = dialog.draft?._ === 'draftMessage' ? dialog.draft : undefined
    this.all.set(key, {
      key,
      folder: (dialog.folderId ?? folder ?? MAIN) as Folder,
      pin: dialog.pinned ? (folder === undefined ? (known?.pin ?? 0) || pin : pin) : 0,
      top: dialog.topMessage,
      date: this.messages.peek(key, dialog.topMessage)?.date ?? known?.date ?? 0,
      unread: dialog.unreadCount,
      mentions: dialog.unreadMentionsCount,
      reactions: dialog.unreadReactionsCount,
      marked: dialog.unreadMark === true,
      readInbox: dialog.readInboxMaxId,
      readOutbox: dialog.readOutboxMaxId,
      muteUntil: dialog.notifySettings.muteUntil ?? AS_ITS_KIND,
      draft,
      ttl: dialog.ttlPeriod,
    })
  }

  private sorted(folder: Folder): PeerKey[] {
    this.touched()
    const found = [...this.all.entries()].map(([, dialog]) => dialog).filter((dialog) => dialog.folder === folder)
    const when = (dialog: Dialog): number => Math.max(dialog.date, dialog.draft?.date ?? 0)
    const rank = (dialog: Dialog): number => dialog.pin || Number.MAX_SAFE_INTEGER
    return found.sort((a, b) => rank(a) - rank(b) || when(b) - when(a) || b.key - a.key).map((dialog) => dialog.key)
  }
}

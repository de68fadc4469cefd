// The chat list as last seen, kept on the device: it is on screen before the first answer of the server.

import type { tl } from '@mtcute/web'
import { createEffect, createRoot, on } from 'solid-js'
import { keyOf, type PeerKey } from '../telegram/peers'
import { revived } from '../telegram/revived'
import type { Account } from './account'
import { ARCHIVE, MAIN, type Dialog, type Folder } from './dialogs'
import { senderOf, type Msg } from './messages'
import type { Person, Room } from './peers'

const NAME = 'list'
const MOST = 60
const PAUSE_MS = 2000

interface Kept {
  version: 1
  selfId: number
  dialogs: Dialog[]
  messages: Msg[]
  people: Person[]
  rooms: Room[]
}

export class Snapshot {
  private timer = 0
  private restored = new Set<PeerKey>()

  constructor(private readonly account: Account) {}

  async restore(): Promise<void> {
    const kept = revived(await this.account.keep.get<Kept>('things', NAME).catch(() => undefined)) as Kept | undefined
    if (kept?.version !== 1) return
    const { peers, messages, dialogs } = this.account
    peers.selfId = kept.selfId
    peers.put(kept.people, kept.rooms as tl.TypeChat[])
    messages.putAll(kept.messages)
    dialogs.restore(kept.dialogs)
    this.restored = new Set(kept.dialogs.map((dialog) => dialog.key))
  }

  /** Chats restored that the server's first page should have held, and has not, are gone. */
  correct(folder: Folder, page: tl.messages.RawDialogs | tl.messages.RawDialogsSlice): void {
    const held = new Set(page.dialogs.map((dialog) => keyOf(dialog.peer)))
    for (const key of this.restored) {
      if (this.account.dialogs.all.peek(key)?.folder === folder && !held.has(key)) this.account.dialogs.remove(key)
    }
  }

  /** From now on the list is kept as it changes. */
  follow(): void {
    const { dialogs } = this.account
    createRoot(() => {
      createEffect(
        on([() => dialogs.keys(MAIN), () => dialogs.keys(ARCHIVE).length, () => dialogs.unread(MAIN)], () => {
          this.timer ||= window.setTimeout(() => void this.save(), PAUSE_MS)
        }),
      )
    })
  }

  private async save(): Promise<void> {
    this.timer = 0
    const { dialogs, messages, peers, keep } = this.account
    const keys = [...dialogs.keys(MAIN).slice(0, MOST), ...dialogs.keys(ARCHIVE).slice(0, MOST)]
    const lines = keys.map((key) => dialogs.all.peek(key)).filter((one) => one !== undefined)
    const tops = lines.map((line) => messages.peek(line.key, line.top)).filter((one) => one !== undefined)
    const people = new Set<PeerKey>([peers.selfId, ...keys, ...tops.map(senderOf)])
    const kept: Kept = {
      version: 1,
      selfId: peers.selfId,
      dialogs: lines,
      messages: tops.map(withoutWeight),
      people: [...people].map((key) => peers.people.peek(key)).filter((one) => one !== undefined),
      rooms: [...people].map((key) => peers.rooms.peek(key)).filter((one) => one !== undefined),
    }
    await keep.put('things', NAME, structuredClone(kept)).catch(() => undefined)
  }
}

/** A message as the list needs it. */
function withoutWeight(message: Msg): Msg {
  return message._ === 'message' ? { ...message, replyMarkup: undefined, reactions: undefined } : message
}

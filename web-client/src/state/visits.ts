// Rooms that are looked at from outside: the server pushes nothing to who is no member, so what happens there is asked
// for while the room is on screen, and only then. Source: method/updates.getChannelDifference

import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import { bareId, type PeerKey } from '../telegram/peers'
import type { Account } from './account'

export class Visits {
  constructor(private readonly account: Account) {}

  /** True for a channel or group this person reads without being in it; reactive. */
  outside(key: PeerKey): boolean {
    return this.account.peers.channel(key)?.left === true
  }

  /** Where the room stands, before its messages are read: what follows is told from there. */
  async standing(key: PeerKey): Promise<number | undefined> {
    if (!this.outside(key)) return undefined
    const peer = { _: 'inputDialogPeer', peer: this.account.peers.input(key) } as const
    const page = await this.account.call({ _: 'messages.getPeerDialogs', peers: [peer] })
    const [line] = page.dialogs
    return line?._ === 'dialog' ? line.pts : undefined
  }

  /** The room is followed from `pts` on for as long as it is on screen. To be called by what shows it. */
  follow(key: PeerKey, pts: () => number | undefined): void {
    const [shown, setShown] = createSignal(document.visibilityState === 'visible')
    const look = (): void => void setShown(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', look)
    onCleanup(() => document.removeEventListener('visibilitychange', look))
    const from = createMemo(() => (shown() && this.outside(key) ? pts() : undefined))
    const { link } = this.account
    createEffect(
      // A look that failed for want of a line is not tried again by the library: each new line begins anew.
      on([from, () => link.connections()], ([known]) => {
        if (known === undefined) return
        link.client.notifyChannelOpened(bareId(key), known).catch(() => undefined)
        onCleanup(() => void link.client.notifyChannelClosed(bareId(key)).catch(() => undefined))
      }),
    )
  }
}

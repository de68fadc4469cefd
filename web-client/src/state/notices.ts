// Notices on the desktop while nobody looks, for chats that are not silenced.

import { createSignal } from 'solid-js'
import type { PeerKey } from '../telegram/peers'
import { textOf } from '../ui/conversation/summary'
import type { Account } from './account'
import type { Msg } from './messages'

const ALLOWED = 'chappe.notices'

export class Notices {
  private readonly wanted = createSignal(localStorage.getItem(ALLOWED) === 'yes')

  constructor(private readonly account: Account) {}

  /** True if the person wants notices and the browser may show them. */
  on(): boolean {
    return this.wanted[0]() && 'Notification' in window && Notification.permission === 'granted'
  }

  /** Asks the browser for leave where that is needed; true if notices will be shown. */
  async want(yes: boolean): Promise<boolean> {
    const allowed = yes && 'Notification' in window && (await Notification.requestPermission()) === 'granted'
    localStorage.setItem(ALLOWED, allowed ? 'yes' : 'no')
    this.wanted[1](allowed)
    return allowed
  }

  arrived(key: PeerKey, message: Msg): void {
    const dialog = this.account.dialogs.all.peek(key)
    const silent = (message._ === 'message' && message.silent) || (dialog !== undefined && dialog.muteUntil > Date.now() / 1000)
    if (document.hasFocus() || silent || !this.on()) return
    const notice = new Notification(this.account.peers.name(key), { body: textOf(this.account, message), tag: `${key}` })
    notice.onclick = () => {
      window.focus()
      location.hash = `#/c/${key}`
      notice.close()
    }
  }
}

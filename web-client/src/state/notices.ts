// Notices on the desktop while nobody looks, for chats that are not silenced.

import { createSignal } from 'solid-js'
import type { PeerKey } from '../telegram/peers'
import { slots } from '../telegram/slots'
import { t } from '../texts'
import { textOf } from '../ui/conversation/summary'
import { shownSlot } from '../ui/shown-slot'
import type { Account } from './account'
import type { Msg } from './messages'

const ALLOWED = 'chappe.notices'
/** What came while this browser was away is read in the list, not told one by one. */
const LATE_S = 120

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
    const { account } = this
    const shown = account.slot === shownSlot()
    const late = message.date < Date.now() / 1000 - LATE_S
    if ((shown && document.hasFocus()) || silent || late || !this.on()) return
    const name = account.peers.name(key)
    const title = slots().length > 1 ? t('notice.whose', { name, account: account.peers.name(account.self) }) : name
    const notice = new Notification(title, { body: textOf(account, message), tag: `${account.self}/${key}` })
    notice.onclick = () => {
      window.focus()
      location.hash = `#/c/${key}?as=${account.self}`
      notice.close()
    }
  }
}

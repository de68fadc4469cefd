// Notices on the desktop while nobody looks, for chats that are not silenced.

import { createSignal } from 'solid-js'
import { isUser, type PeerKey } from '../telegram/peers'
import { slots } from '../telegram/slots'
import { t } from '../texts'
import { textOf } from '../ui/conversation/summary'
import { shownSlot } from '../ui/shown-slot'
import type { Account } from './account'
import { AS_ITS_KIND } from './dialogs'
import type { Msg } from './messages'
import { showNotice } from './show-notice'

const ALLOWED = 'chappe.notices'
/** What came while this browser was away is read in the list, not told one by one. */
const LATE_S = 120
/** One wish for all accounts of this browser. */
const [wanted, setWanted] = createSignal(localStorage.getItem(ALLOWED) === 'yes')

export class Notices {
  private readonly kinds = new Map<string, Promise<number>>()

  constructor(private readonly account: Account) {}

  /** True if the person wants notices and the browser may show them. */
  on(): boolean {
    return wanted() && 'Notification' in window && Notification.permission === 'granted'
  }

  /** Asks the browser for leave where that is needed; true if notices will be shown. */
  async want(yes: boolean): Promise<boolean> {
    const allowed = yes && 'Notification' in window && (await Notification.requestPermission()) === 'granted'
    localStorage.setItem(ALLOWED, allowed ? 'yes' : 'no')
    setWanted(allowed)
    return allowed
  }

  /** What is set for all chats of a kind is asked for anew. */
  forgetKinds(): void {
    this.kinds.clear()
  }

  arrived(key: PeerKey, message: Msg): void {
    if (!this.on()) return
    const set = this.account.dialogs.all.peek(key)?.muteUntil ?? AS_ITS_KIND
    const until = set === AS_ITS_KIND ? this.ofKind(key) : Promise.resolve(set)
    void until.then((time) => time > Date.now() / 1000 || this.tell(key, message), () => undefined)
  }

  /** Something came in a secret chat: who it is from is told, and nothing else. */
  secret(key: PeerKey, chat: number): void {
    const { account } = this
    if (!this.on() || (account.slot === shownSlot() && document.hasFocus())) return
    showNotice(account.peers.name(key), { body: t('secret.notice'), tag: `${account.self}/s${chat}` }, `#/s/${chat}?as=${account.self}`)
  }

  /** Until when all chats of this one's kind are silenced. */
  private ofKind(key: PeerKey): Promise<number> {
    const kind = isUser(key) ? 'inputNotifyUsers' : this.account.peers.isBroadcast(key) ? 'inputNotifyBroadcasts' : 'inputNotifyChats'
    let known = this.kinds.get(kind)
    if (!known) {
      known = this.account.call({ _: 'account.getNotifySettings', peer: { _: kind } }).then((found) => found.muteUntil ?? 0)
      this.kinds.set(kind, known)
      known.catch(() => this.kinds.delete(kind))
    }
    return known
  }

  private tell(key: PeerKey, message: Msg): void {
    const silent = message._ === 'message' && message.silent === true
    const { account } = this
    const shown = account.slot === shownSlot()
    const late = message.date < Date.now() / 1000 - LATE_S
    if ((shown && document.hasFocus()) || silent || late) return
    const name = account.peers.name(key)
    const title = slots().length > 1 ? t('notice.whose', { name, account: account.peers.name(account.self) }) : name
    showNotice(title, { body: textOf(account, message), tag: `${account.self}/${key}` }, `#/c/${key}?as=${account.self}`)
  }
}

// Where links lead: to places of this server inside the client, to the rest of the world after a look at the address.

import type { Account } from '../state/account'
import { linkPrefix } from '../telegram/here'
import { t } from '../texts'
import { keyOf } from '../telegram/peers'
import { asHere, innerPath } from './inner-path'
import { confirm } from './parts/dialog'
import { sayError } from './parts/toast'
import { chatPath, go } from './router'

/** Where a link leads from here. */
export const leadsTo = (address: string): string => asHere(address, `${location.origin}/`, linkPrefix())

/** A link was clicked. A name that hides its address is asked about first. */
export function followLink(event: MouseEvent, address: string, named: boolean): void {
  const inner = innerPath(address, `${location.origin}/`, linkPrefix())
  if (inner !== undefined) {
    event.preventDefault()
    go(inner)
    return
  }
  if (!named || leadsTo(address).startsWith(`${location.origin}/`)) return
  event.preventDefault()
  void confirm({ title: t('link.leave'), text: address, yes: t('link.open') }).then((yes) => {
    if (yes) window.open(address, '_blank', 'noopener,noreferrer')
  })
}

/** The chat a name leads to is opened. */
export async function openName(account: Account, name: string, message?: number): Promise<void> {
  try {
    const found = await account.call({ _: 'contacts.resolveUsername', username: name })
    go(chatPath(keyOf(found.peer), message), true)
  } catch (error) {
    sayError(error)
    go('', true)
  }
}

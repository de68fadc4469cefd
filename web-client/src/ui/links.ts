// Where links lead: to places of this server inside the client, to the rest of the world after a look at the address.

import type { Account } from '../state/account'
import { t } from '../texts'
import { channelKey, keyOf } from '../telegram/peers'
import { confirm } from './parts/dialog'
import { sayError } from './parts/toast'
import { chatPath, go } from './router'

/** A link was clicked. A name that hides its address is asked about first. */
export function followLink(event: MouseEvent, account: Account, address: string, named: boolean): void {
  const inner = innerPath(address)
  if (inner !== undefined) {
    event.preventDefault()
    go(inner)
    return
  }
  if (!named || address.startsWith(location.origin)) return
  event.preventDefault()
  void confirm({ title: t('link.leave'), text: address, yes: t('link.open') }).then((yes) => {
    if (yes) window.open(address, '_blank', 'noopener,noreferrer')
  })
  void account
}

/** The client's own path for an address of this server; undefined for any other. */
export function innerPath(address: string, origin = location.origin): string | undefined {
  const tg = /^tg:\/\/(resolve|join|privatepost)\?(.*)$/i.exec(address)
  if (tg) {
    const facts = new URLSearchParams(tg[2])
    const post = facts.get('post') ?? ''
    if (tg[1] === 'resolve' && facts.get('domain')) return `to/${facts.get('domain')}${post ? `/${post}` : ''}`
    if (tg[1] === 'join' && facts.get('invite')) return `invited/${facts.get('invite')}`
    if (tg[1] === 'privatepost' && facts.get('channel')) return chatPath(channelKey(Number(facts.get('channel'))), Number(post) || undefined)
    return undefined
  }
  if (!address.startsWith(`${origin}/`)) return undefined
  const path = address.slice(origin.length + 1)
  if (path.startsWith('app/#/')) return path.slice(6)
  const invite = /^(?:\+|joinchat\/)([\w-]+)$/.exec(path)
  if (invite) return `invited/${invite[1]}`
  const own = /^c\/(\d+)\/(\d+)/.exec(path)
  if (own) return chatPath(channelKey(Number(own[1])), Number(own[2]))
  const named = /^(?:@)?([a-z][\w]{3,31})(?:\/(\d+))?\/?$/i.exec(path)
  if (named && !RESERVED.has(named[1]!.toLowerCase())) return `to/${named[1]}${named[2] ? `/${named[2]}` : ''}`
  return undefined
}

const RESERVED = new Set(['static', 'invite', 'operator', 'health', 'ready', 'metrics', 'install'])

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

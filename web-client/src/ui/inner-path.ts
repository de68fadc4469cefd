// Which addresses lead to places of this server. Pure.

import { channelKey } from '../telegram/peers'

/** The client's own path for an address that begins as this server's do; undefined for any other. */
export function innerPath(address: string, ...prefixes: string[]): string | undefined {
  const tg = /^tg:\/\/(resolve|join|privatepost)\?(.*)$/i.exec(address)
  if (tg) {
    const facts = new URLSearchParams(tg[2])
    const post = facts.get('post') ?? ''
    if (tg[1] === 'resolve' && facts.get('domain')) return `to/${facts.get('domain')}${post ? `/${post}` : ''}`
    if (tg[1] === 'join' && facts.get('invite')) return `invited/${facts.get('invite')}`
    if (tg[1] === 'privatepost' && facts.get('channel')) return `c/${channelKey(Number(facts.get('channel')))}${post ? `/${post}` : ''}`
    return undefined
  }
  const prefix = prefixes.find((one) => address.startsWith(one))
  if (!prefix) return undefined
  const path = address.slice(prefix.length)
  if (path.startsWith('app/#/')) return path.slice(6)
  const invite = /^(?:\+|joinchat\/)([\w-]+)$/.exec(path)
  if (invite) return `invited/${invite[1]}`
  const own = /^c\/(\d+)\/(\d+)/.exec(path)
  if (own) return `c/${channelKey(Number(own[1]))}/${own[2]}`
  const named = /^(?:@)?([a-z][\w]{3,31})(?:\/(\d+))?\/?$/i.exec(path)
  if (named && !RESERVED.has(named[1]!.toLowerCase())) return `to/${named[1]}${named[2] ? `/${named[2]}` : ''}`
  return undefined
}

/** An address of this server as who reads it here reaches it: the statement's page, say, on the machine that runs it. */
export function asHere(address: string, home: string, prefix: string): string {
  return address.startsWith(prefix) ? home + address.slice(prefix.length) : address
}

/** What pages of the server are called. */
const RESERVED = new Set([
  'static', 'invite', 'operator', 'health', 'ready', 'metrics', 'install', 'design', 'channels', 'terms', 'hashtag', 'notice', 'reports', 'goals',
  'territories', 'continuity', 'hotline', 'authorities', 'demo', 'export', 'recover', 'refuse',
])

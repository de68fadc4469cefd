// What may be done with a member, by whom.

import type { Account } from '../../state/account'
import { isChannel, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { confirm } from '../parts/dialog'
import type { MenuItem } from '../parts/menu'
import { sayError } from '../parts/toast'
import { adminRights, bannedRights, can } from './rights'
import { remove, type Member } from './roster'

/** What needs a form of its own. */
export type Step = 'rights' | 'restrict'

export function memberItems(account: Account, room: PeerKey, member: Member, open: (step: Step) => void, done: () => void): MenuItem[] {
  const items: MenuItem[] = []
  const run = (act: () => Promise<unknown>) => (): void => void act().then(done, sayError)
  const admin = member.role === 'admin' || member.role === 'owner'
  if (isChannel(room) && can(account, room, 'addAdmins') && member.editable && member.role !== 'banned') {
    items.push({ label: t(admin ? 'rooms.change_rights' : 'rooms.make_admin'), icon: 'star', run: () => open('rights') })
    if (admin) items.push({ label: t('rooms.unmake_admin'), icon: 'minus', run: run(() => demote(account, room, member)) })
  }
  if (!can(account, room, 'banUsers') || (admin && !member.editable)) return items
  if (member.role === 'banned' || member.role === 'restricted') {
    items.push({ label: t('rooms.lift'), icon: 'check', run: run(() => lift(account, room, member)) })
  }
  if (isChannel(room) && !account.peers.isBroadcast(room) && !admin && member.role !== 'banned') {
    items.push({ label: t('rooms.restrict'), icon: 'lock', run: () => open('restrict') })
  }
  if (member.role !== 'banned') {
    items.push({ label: t('rooms.remove'), icon: 'minus', danger: true, run: run(() => sure(account, member, 'rooms.remove', () => remove(account, room, member.key, false))) })
    if (isChannel(room)) items.push({ label: t('rooms.ban'), icon: 'trash', danger: true, run: run(() => sure(account, member, 'rooms.ban', () => remove(account, room, member.key, true))) })
  }
  return items
}

async function sure(account: Account, member: Member, word: 'rooms.remove' | 'rooms.ban', act: () => Promise<unknown>): Promise<void> {
  const text = t(`${word}_sure`, { name: account.peers.name(member.key) })
  if (await confirm({ title: t(word), text, yes: t(word), danger: true })) await act()
}

const demote = (account: Account, room: PeerKey, member: Member): Promise<unknown> =>
  account.act({ _: 'channels.editAdmin', channel: account.peers.inputChannel(room), userId: account.peers.inputUser(member.key), adminRights: adminRights([]), rank: '' })

const lift = (account: Account, room: PeerKey, member: Member): Promise<unknown> =>
  account.act({ _: 'channels.editBanned', channel: account.peers.inputChannel(room), participant: account.peers.input(member.key), bannedRights: bannedRights([]) })

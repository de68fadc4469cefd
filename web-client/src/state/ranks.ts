// What the admins of a group are called beside their names.

import Long from 'long'
import { isChannel, userKey, type PeerKey } from '../telegram/peers'
import { t } from '../texts'
import type { Account } from './account'
import { Cells } from './cells'

const MOST = 100

export class Ranks {
  private readonly rooms = new Cells<PeerKey, ReadonlyMap<PeerKey, string>>()

  constructor(private readonly account: Account) {}

  /** The title of this person here; undefined for who is no admin; reactive. */
  of(room: PeerKey, person: PeerKey): string | undefined {
    return this.rooms.get(room)?.get(person)
  }

  /** The admins of a large group are known afterwards. */
  async load(room: PeerKey): Promise<void> {
    const { peers } = this.account
    if (!isChannel(room) || peers.isBroadcast(room)) return
    const filter = { _: 'channelParticipantsAdmins' } as const
    const found = await this.account.call({ _: 'channels.getParticipants', channel: peers.inputChannel(room), filter, offset: 0, limit: MOST, hash: Long.ZERO })
    if (found._ !== 'channels.channelParticipants') return
    const ranks = new Map<PeerKey, string>()
    for (const one of found.participants) {
      if (one._ === 'channelParticipantCreator') ranks.set(userKey(one.userId), one.rank || t('rooms.role_owner'))
      if (one._ === 'channelParticipantAdmin') ranks.set(userKey(one.userId), one.rank || t('rooms.role_admin'))
    }
    this.rooms.set(room, ranks)
  }

  /** Rights have changed: what is shown is asked for anew. */
  changed(room: PeerKey): void {
    if (this.rooms.has(room)) void this.load(room).catch(() => undefined)
  }
}

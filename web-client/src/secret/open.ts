// The door from inside: what the messenger loads when secret chats are wanted.

import type { tl } from '@mtcute/web'
import Long from 'long'
import type { Account } from '../state/account'
import { secretDatabase } from '../telegram/slots'
import { t } from '../texts'
import { say } from '../ui/parts/toast'
import { Secrets, type Hooks } from './secrets'
import { BrowserShelf, Overtaken } from './shelf'
import { letterOf, relayOf, standingOf } from './wire'

export interface Opened {
  secrets: Secrets
  /** An update of the server's that concerns secret chats. */
  hear(update: tl.TypeUpdate): void
  /** What the server says was missed. */
  missed(letters: tl.TypeEncryptedMessage[], qts: number): void
}

export async function open(account: Account, hooks: Omit<Hooks, 'now' | 'person' | 'failed'>): Promise<Opened> {
  const shelf = await BrowserShelf.open(secretDatabase(account.slot))
  const secrets = await Secrets.load(shelf, relayOf(account), account.link.client.crypto, {
    now: () => Math.floor(Date.now() / 1000),
    person: (id) => {
      const found = account.peers.people.peek(id)
      return found && { accessHash: BigInt(found.accessHash?.toString() ?? 0), firstName: found.firstName ?? '', lastName: found.lastName ?? '' }
    },
    failed: (error) => {
      if (!(error instanceof Overtaken)) say(t('secret.not_stored'))
    },
    ...hooks,
  })
  introduce(account, secrets)
  return {
    secrets,
    hear: (update) => void secrets.hear(() => heard(secrets, update)).catch(() => undefined),
    missed: (letters, qts) => void secrets.hear(() => secrets.letters(letters.map(letterOf), qts)).catch(() => undefined),
  }
}

async function heard(secrets: Secrets, update: tl.TypeUpdate): Promise<void> {
  switch (update._) {
    case 'updateEncryption':
      return secrets.stand(standingOf(update.chat))
    case 'updateNewEncryptedMessage':
      return secrets.letter(letterOf(update.message), update.qts)
    case 'updateEncryptedMessagesRead':
      return secrets.room(update.chatId)?.read(update.maxDate, update.date)
    case 'updateEncryptedChatTyping':
      return secrets.room(update.chatId)?.heardTyping()
  }
}

/** People of secret chats have a name before the server has said anything, and a fresh one when it has. */
function introduce(account: Account, secrets: Secrets): void {
  const { peers } = account
  const unknown = secrets.rooms().filter((room) => room.kept.person && !peers.people.has(room.chat.peer))
  if (!unknown.length) return
  const people = unknown.map((room): tl.RawUser => {
    const { accessHash, firstName, lastName } = room.kept.person!
    return { _: 'user', id: room.chat.peer, accessHash: Long.fromString(accessHash.toString()), firstName, lastName } as tl.RawUser
  })
  peers.put(people, [])
  void account.call({ _: 'users.getUsers', id: people.map((one) => peers.inputUser(one.id)) }).then((users) => peers.put(users, []), () => undefined)
}

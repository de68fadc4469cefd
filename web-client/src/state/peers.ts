// People and rooms as the server last described them.

import type { tl } from '@mtcute/web'
import Long from 'long'
import { t } from '../texts'
import { bareId, channelKey, chatKey, isChannel, isGroup, isUser, roomKey, type PeerKey } from '../telegram/peers'
import { Cells } from './cells'

export type Person = tl.RawUser
export type Room = tl.RawChat | tl.RawChannel | tl.RawChatForbidden | tl.RawChannelForbidden

export class Peers {
  readonly people = new Cells<number, Person>()
  readonly rooms = new Cells<PeerKey, Room>()
  /** Where a person known only by name was seen: the server lets us speak of them through that message. */
  private readonly seenIn = new Map<PeerKey, { peer: PeerKey; msgId: number }>()
  selfId = 0

  put(users: tl.TypeUser[], chats: tl.TypeChat[]): void {
    for (const user of users) if (user._ === 'user') this.putPerson(user)
    for (const chat of chats) if (chat._ !== 'chatEmpty') this.putRoom(chat)
  }

  private putPerson(user: Person): void {
    if (user.self) this.selfId = user.id
    const known = this.people.peek(user.id)
    if (user.min && known && !known.min) {
      // A min person lacks what we may not see from there; what we know stays.
      this.people.set(user.id, { ...known, firstName: user.firstName, lastName: user.lastName, usernames: user.usernames ?? known.usernames, username: user.username ?? known.username })
      return
    }
    this.people.set(user.id, user)
  }

  private putRoom(chat: Room): void {
    const key = roomKey(chat)
    const known = this.rooms.peek(key)
    if (chat._ === 'channel' && chat.min && known?._ === 'channel' && !known.min) {
      this.rooms.set(key, { ...known, title: chat.title, photo: chat.photo, username: chat.username })
      return
    }
    this.rooms.set(key, chat)
  }

  /** A message in which this peer was seen. */
  saw(key: PeerKey, peer: PeerKey, msgId: number): void {
    if (isUser(key) && this.people.peek(key)?.min) this.seenIn.set(key, { peer, msgId })
  }

  changePerson(id: number, change: Partial<Person>): void {
    this.people.update(id, (person) => ({ ...person, ...change }))
  }

  person(key: PeerKey): Person | undefined {
    return isUser(key) ? this.people.get(key) : undefined
  }

  room(key: PeerKey): Room | undefined {
    return isUser(key) ? undefined : this.rooms.get(key)
  }

  channel(key: PeerKey): tl.RawChannel | undefined {
    const room = this.room(key)
    return room?._ === 'channel' ? room : undefined
  }

  /** The name to show; reactive. */
  name(key: PeerKey): string {
    if (isUser(key)) {
      const person = this.people.get(key)
      if (!person) return t('peer.unknown')
      if (person.deleted) return t('peer.deleted')
      return [person.firstName, person.lastName].filter(Boolean).join(' ') || t('peer.unknown')
    }
    return this.rooms.get(key)?.title ?? t('peer.unknown')
  }

  /** The first name, or the room's title. */
  shortName(key: PeerKey): string {
    const person = isUser(key) ? this.people.get(key) : undefined
    return person && !person.deleted ? person.firstName || this.name(key) : this.name(key)
  }

  username(key: PeerKey): string | undefined {
    const named = isUser(key) ? this.people.get(key) : this.channel(key)
    return named?.username ?? named?.usernames?.find((one) => one.active)?.username
  }

  photo(key: PeerKey): { id: Long; stripped?: Uint8Array } | undefined {
    const photo = isUser(key) ? this.people.get(key)?.photo : roomPhoto(this.rooms.get(key))
    if (photo?._ !== 'userProfilePhoto' && photo?._ !== 'chatPhoto') return undefined
    return { id: photo.photoId, stripped: photo.strippedThumb }
  }

  /** True for a channel in which only its admins speak. */
  isBroadcast(key: PeerKey): boolean {
    return this.channel(key)?.broadcast === true
  }

  isForum(key: PeerKey): boolean {
    return this.channel(key)?.forum === true
  }

  isRoom(key: PeerKey): boolean {
    return !isUser(key)
  }

  isSelf(key: PeerKey): boolean {
    return key === this.selfId
  }

  input(key: PeerKey): tl.TypeInputPeer {
    if (key === this.selfId) return { _: 'inputPeerSelf' }
    if (isUser(key)) {
      const person = this.people.peek(key)
      const seen = this.seenIn.get(key)
      if (seen && (!person?.accessHash || person.min)) {
        return { _: 'inputPeerUserFromMessage', peer: this.input(seen.peer), msgId: seen.msgId, userId: key }
      }
      return { _: 'inputPeerUser', userId: key, accessHash: person?.accessHash ?? Long.ZERO }
    }
    if (isGroup(key)) return { _: 'inputPeerChat', chatId: bareId(key) }
    return { _: 'inputPeerChannel', channelId: bareId(key), accessHash: this.channelHash(key) }
  }

  inputUser(key: PeerKey): tl.TypeInputUser {
    const peer = this.input(key)
    if (peer._ === 'inputPeerSelf') return { _: 'inputUserSelf' }
    if (peer._ === 'inputPeerUserFromMessage') return { ...peer, _: 'inputUserFromMessage' }
    return { _: 'inputUser', userId: key, accessHash: this.people.peek(key)?.accessHash ?? Long.ZERO }
  }

  inputChannel(key: PeerKey): tl.RawInputChannel {
    return { _: 'inputChannel', channelId: bareId(key), accessHash: this.channelHash(key) }
  }

  private channelHash(key: PeerKey): Long {
    const room = this.rooms.peek(key)
    return (room?._ === 'channel' || room?._ === 'channelForbidden' ? room.accessHash : undefined) ?? Long.ZERO
  }
}

function roomPhoto(room: Room | undefined): tl.TypeChatPhoto | undefined {
  return room?._ === 'chat' || room?._ === 'channel' ? room.photo : undefined
}

/** One of the seven colours of people, always the same for the same peer. */
export function hueOf(key: PeerKey): number {
  return (Math.abs(isChannel(key) ? bareId(key) : key) % 7) + 1
}

/** One or two letters that stand for a name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean)
  const letters = words.length > 1 ? [words[0]!, words[words.length - 1]!] : words
  return letters.map((word) => [...word][0] ?? '').join('')
}

export { channelKey, chatKey }

// Every message known, by chat and id. What shows a message reads its cell and changes with it.

import type { tl } from '@mtcute/web'
import type Long from 'long'
import { isChannel, keyOf, type PeerKey } from '../telegram/peers'
import { Cells } from './cells'

export type Msg = tl.RawMessage | tl.RawMessageService

export class Messages {
  private readonly books = new Map<PeerKey, Cells<number, Msg>>()
  /** Where a poll or a link card is shown: their changes come without saying in which message. */
  private readonly shown = new Map<string, Array<[PeerKey, number]>>()

  book(key: PeerKey): Cells<number, Msg> {
    let book = this.books.get(key)
    if (!book) this.books.set(key, (book = new Cells()))
    return book
  }

  get(key: PeerKey, id: number): Msg | undefined {
    return this.book(key).get(id)
  }

  peek(key: PeerKey, id: number): Msg | undefined {
    return this.books.get(key)?.peek(id)
  }

  /** The message is known afterwards; its chat is the answer. An empty message is none. */
  put(message: tl.TypeMessage): PeerKey | undefined {
    if (message._ === 'messageEmpty') return undefined
    const key = keyOf(message.peerId)
    this.book(key).set(message.id, message)
    const part = message._ === 'message' ? partOf(message.media) : undefined
    if (part) this.shown.set(part, [...(this.shown.get(part) ?? []).slice(-8).filter(([, id]) => id !== message.id), [key, message.id]])
    return key
  }

  putAll(messages: readonly tl.TypeMessage[]): Msg[] {
    const real = messages.filter((message): message is Msg => message._ !== 'messageEmpty')
    real.forEach((message) => this.put(message))
    return real
  }

  change(key: PeerKey, id: number, change: (message: Msg) => Msg): void {
    this.books.get(key)?.update(id, change)
  }

  pollChanged(id: Long, poll: tl.TypePoll | undefined, results: tl.TypePollResults): void {
    this.eachWith(`poll/${id.toString()}`, (media) => {
      if (media?._ !== 'messageMediaPoll') return media
      return { ...media, poll: poll ?? media.poll, results: results.min ? withOwnVotes(results, media.results) : results }
    })
  }

  pageChanged(webpage: tl.TypeWebPage): void {
    if (!('id' in webpage)) return
    this.eachWith(`page/${webpage.id.toString()}`, (media) => {
      if (webpage._ === 'webPageEmpty') return undefined
      return media?._ === 'messageMediaWebPage' ? { ...media, webpage } : media
    })
  }

  private eachWith(part: string, how: (media: tl.TypeMessageMedia | undefined) => tl.TypeMessageMedia | undefined): void {
    for (const [key, id] of this.shown.get(part) ?? []) {
      this.change(key, id, (message) => (message._ === 'message' ? { ...message, media: how(message.media) } : message))
    }
  }

  remove(key: PeerKey, ids: readonly number[]): void {
    const book = this.books.get(key)
    ids.forEach((id) => book?.delete(id))
  }

  /** The chats, channels aside, in which one of these ids is: a box has one row of ids for all of them. */
  chatsWith(ids: readonly number[]): PeerKey[] {
    return [...this.books].filter(([key, book]) => !isChannel(key) && ids.some((id) => book.has(id))).map(([key]) => key)
  }

  /** How many messages of the chat are known. */
  count(key: PeerKey): number {
    return this.books.get(key)?.count() ?? 0
  }

  /** The ids known of the chat, in order. */
  ids(key: PeerKey): number[] {
    return [...(this.books.get(key)?.keys() ?? [])].sort((a, b) => a - b)
  }

  /** The messages take no room any more. They must not be on screen. */
  release(key: PeerKey, ids: readonly number[]): void {
    const book = this.books.get(key)
    ids.forEach((id) => book?.release(id))
  }

  forget(key: PeerKey): void {
    this.books.get(key)?.clear()
  }
}

function partOf(media: tl.TypeMessageMedia | undefined): string | undefined {
  if (media?._ === 'messageMediaPoll') return `poll/${media.poll.id.toString()}`
  if (media?._ === 'messageMediaWebPage' && 'id' in media.webpage) return `page/${media.webpage.id.toString()}`
  return undefined
}

/** Results told to everybody do not say what oneself has chosen: that stays as known. */
function withOwnVotes(results: tl.TypePollResults, known: tl.TypePollResults): tl.TypePollResults {
  const own = (option: Uint8Array): boolean => known.results?.some((one) => one.chosen && same(one.option, option)) === true
  return { ...results, results: results.results?.map((one) => ({ ...one, chosen: own(one.option) })) }
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index])

/** Who speaks: the sender, or the chat itself where posts are anonymous. */
export function senderOf(message: Msg): PeerKey {
  return keyOf(message.fromId ?? message.peerId)
}

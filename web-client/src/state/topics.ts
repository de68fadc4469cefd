// The topics of a forum, the pinned first, then by their newest message.

import type { tl } from '@mtcute/web'
import { batch } from 'solid-js'
import type { PeerKey } from '../telegram/peers'
import type { Account } from './account'
import { Cells } from './cells'

export const GENERAL = 1
const PAGE = 100

export class Topics {
  private readonly lists = new Cells<PeerKey, readonly tl.RawForumTopic[]>()

  constructor(private readonly account: Account) {}

  of(key: PeerKey): readonly tl.RawForumTopic[] | undefined {
    return this.lists.get(key)
  }

  one(key: PeerKey, id: number): tl.RawForumTopic | undefined {
    return this.lists.get(key)?.find((topic) => topic.id === id)
  }

  async load(key: PeerKey, more = false): Promise<void> {
    const known = more ? (this.lists.peek(key) ?? []) : []
    const last = known.at(-1)
    const page = await this.account.call({
      _: 'messages.getForumTopics', peer: this.account.peers.input(key), offsetDate: last?.date ?? 0, offsetId: last?.topMessage ?? 0, offsetTopic: last?.id ?? 0, limit: PAGE,
    })
    const found = page.topics.filter((topic): topic is tl.RawForumTopic => topic._ === 'forumTopic')
    batch(() => {
      this.account.messages.putAll(page.messages)
      this.lists.set(key, [...known, ...found.filter((topic) => !known.some((one) => one.id === topic.id))])
    })
  }

  /** The line of a topic is another: something was read or said. */
  change(key: PeerKey, id: number, change: (topic: tl.RawForumTopic) => Partial<tl.RawForumTopic>): void {
    this.lists.update(key, (all) => {
      const next = all.map((topic) => (topic.id === id ? { ...topic, ...change(topic) } : topic))
      return next.sort((a, b) => Number(b.pinned ?? false) - Number(a.pinned ?? false) || b.topMessage - a.topMessage)
    })
  }

  /** A message has come into a forum. */
  arrived(key: PeerKey, message: tl.RawMessage | tl.RawMessageService): void {
    if (!this.lists.has(key)) return
    const id = topicOf(message)
    if (!this.lists.peek(key)?.some((topic) => topic.id === id)) void this.load(key).catch(() => undefined)
    else this.change(key, id, (topic) => ({ topMessage: message.id, unreadCount: topic.unreadCount + (message.out ? 0 : 1) }))
  }
}

/** The topic a message of a forum belongs to. */
export function topicOf(message: tl.RawMessage | tl.RawMessageService): number {
  if (message._ === 'messageService' && message.action._ === 'messageActionTopicCreate') return message.id
  const header = message.replyTo
  if (header?._ !== 'messageReplyHeader' || !header.forumTopic) return GENERAL
  return header.replyToTopId ?? header.replyToMsgId ?? GENERAL
}

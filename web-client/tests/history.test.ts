import type { tl } from '@mtcute/web'
import Long from 'long'
import { expect, test } from 'vitest'
import { History, PAGE, RESTING, type Ask } from '../src/state/history'
import { Messages } from '../src/state/messages'

const said = (id: number, album?: number): tl.RawMessage => ({
  _: 'message', id, date: id, message: `${id}`, peerId: { _: 'peerUser', userId: 7 }, groupedId: album === undefined ? undefined : Long.fromNumber(album),
})

/** A server with these messages: what offsets mean is as its protocol says. */
function server(all: tl.RawMessage[]) {
  return async ({ offsetId, addOffset, limit, offsetDate }: Ask) => {
    const newest = [...all].sort((a, b) => b.id - a.id)
    const from = offsetDate ? newest.findIndex((one) => one.date < offsetDate) : offsetId ? newest.findIndex((one) => one.id < offsetId) : 0
    const start = (from < 0 ? newest.length : from) + addOffset
    return { messages: newest.slice(Math.max(0, start), Math.max(0, start + limit)), count: all.length }
  }
}

function opened(all: tl.RawMessage[]): History {
  return new History(7, new Messages(), server(all))
}

const many = (count: number): tl.RawMessage[] => Array.from({ length: count }, (_, index) => said(index + 1))

test('pages join without a hole, in both directions', async () => {
  const history = opened(many(200))
  await history.around(100)
  expect(history.atStart() || history.atEnd()).toBe(false)
  while (!history.atStart()) await history.older()
  while (!history.atEnd()) await history.newer()
  expect(history.rows()).toEqual(many(200).map((one) => one.id))
})

test('a short chat is whole at once', async () => {
  const history = opened(many(3))
  await history.latest()
  expect([history.atStart(), history.atEnd(), history.rows().length]).toEqual([true, true, 3])
})

test('a new message is shown only where the end is loaded', async () => {
  const all = many(200)
  const history = opened(all)
  await history.around(50)
  history.append(said(201))
  expect(history.has(201)).toBe(false)
  await history.latest()
  expect(history.all()).toHaveLength(PAGE)
  const messages = history as unknown as { messages: Messages }
  messages.messages.put(said(201))
  history.append(said(201))
  history.append(said(201))
  expect(history.rows().slice(-2)).toEqual([200, 201])
})

test('messages of one album are one row, and fall apart again', async () => {
  const history = opened([said(1), said(2, 9), said(3, 9), said(4, 9), said(5)])
  await history.latest()
  expect(history.rows()).toEqual([1, 2, 5])
  expect(history.albums.peek(2)).toEqual([2, 3, 4])
  history.remove([2])
  expect(history.rows()).toEqual([1, 3, 5])
  expect(history.albums.peek(3)).toEqual([3, 4])
})

test('a day leads to its first message', async () => {
  const history = opened(many(300))
  expect(await history.aroundDate(120)).toBe(120)
  expect(history.has(120)).toBe(true)
})

test('a long stretch that nobody looks at keeps its newest messages and can be read back', async () => {
  const all = many(PAGE)
  const messages = new Messages()
  const history = new History(7, messages, server(all), (ids) => messages.release(7, ids))
  await history.latest()
  for (const one of many(1000).slice(PAGE)) {
    all.push(one)
    messages.put(one)
    history.append(one)
  }
  expect(messages.count(7)).toBe(1000)
  history.rest()
  expect([history.rows().length, messages.count(7), history.atStart(), history.atEnd()]).toEqual([RESTING, RESTING, false, true])
  while (!history.atStart()) await history.older()
  expect(history.rows()).toEqual(all.map((one) => one.id))
})

test('a stretch whose end is elsewhere rests as it is', async () => {
  const history = opened(many(2000))
  await history.around(100)
  while (history.all().length <= 2 * RESTING) await history.newer()
  history.rest()
  expect(history.all().length).toBeGreaterThan(2 * RESTING)
})

// A line that loses, repeats and reorders, while both talk and keys change: everything arrives once, in order.

import { expect, test } from 'vitest'
import { equal } from '../../src/secret/bytes'
import { Refused } from '../../src/secret/refused'
import type { End } from '../../src/secret/end'
import { letters, NOW, pair, saidIn, words } from './kit'

/** Chance that is the same each time. */
function chance(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

class Line {
  private readonly under: Uint8Array[] = []
  readonly heard: string[] = []

  constructor(
    private readonly from: End,
    private readonly to: End,
    private readonly roll: (below: number) => number,
  ) {}

  /** What was sent since is under way, or lost. */
  takes(lost: number): void {
    for (const one of letters(this.from)) if (this.roll(100) >= lost) this.under.push(one)
  }

  get busy(): boolean {
    return this.under.length > 0
  }

  /** One of those under way arrives; some stay, to arrive again. */
  brings(now: number): void {
    const one = this.under.splice(this.roll(Math.min(this.under.length, 4)), 1)[0]
    if (!one) return
    if (this.roll(10) === 0) this.under.push(one)
    try {
      this.heard.push(...saidIn(this.to.take(one, now, now)))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }
}

test.each(Array.from({ length: 6 }, (_, index) => index + 1))('storm %i', (seed) => {
  const roll = chance(seed)
  const { alice, bob } = pair()
  const [there, back] = [new Line(alice, bob, roll), new Line(bob, alice, roll)]
  const said = { alice: [] as string[], bob: [] as string[] }
  let now = NOW
  const say = (who: 'alice' | 'bob', end: End): void => {
    const text = `${who} ${said[who].length}`
    said[who].push(text)
    end.say(words(text), now)
  }
  for (let step = 0; step < 160; step += 1) {
    // A week goes by now and then, so that keys change in the middle of it.
    if (roll(40) === 0) now += 8 * 86_400
    if (roll(3) === 0) say('alice', alice)
    if (roll(3) === 0) say('bob', bob)
    there.takes(12)
    back.takes(12)
    there.brings(now)
    back.brings(now)
  }
  // The storm is over: what is said now shows what is missing.
  for (let round = 0; round < 60; round += 1) {
    if (round % 10 === 0) {
      say('alice', alice)
      say('bob', bob)
      alice.askOnceMore(now)
      bob.askOnceMore(now)
    }
    there.takes(0)
    back.takes(0)
    for (let one = 0; one < 60 && (there.busy || back.busy); one += 1) {
      there.brings(now)
      back.brings(now)
      there.takes(0)
      back.takes(0)
    }
  }
  expect(there.heard).toEqual(said.alice)
  expect(back.heard).toEqual(said.bob)
  expect(equal(alice.chat.key!.bytes, bob.chat.key!.bytes)).toBe(true)
  expect([alice.early.size, bob.early.size]).toEqual([0, 0])
}, 60_000)

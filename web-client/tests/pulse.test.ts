import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Pulse } from '../src/telegram/pulse'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('window', globalThis)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function heart(answers: boolean) {
  const told: string[] = []
  const ask = (): Promise<unknown> => (told.push('asked'), answers ? Promise.resolve() : new Promise(() => undefined))
  const pulse = new Pulse({ ask, open: () => true, doubt: (yes) => void told.push(yes ? 'doubted' : 'trusted'), cut: () => void told.push('cut') })
  return { told, pulse }
}

test('a silent line that answers is left alone', async () => {
  const { told, pulse } = heart(true)
  await vi.advanceTimersByTimeAsync(30_000)
  expect(told).toEqual(['asked', 'asked'])
  pulse.stop()
})

test('a dead line is doubted, then cut', async () => {
  const { told, pulse } = heart(false)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(told).toEqual(['asked', 'doubted', 'cut'])
  pulse.beat()
  expect(told.at(-1)).toBe('trusted')
  pulse.stop()
})

test('who waits for an answer finds out sooner', async () => {
  const { told, pulse } = heart(false)
  void pulse.during(new Promise(() => undefined))
  await vi.advanceTimersByTimeAsync(12_000)
  expect(told).toEqual(['asked', 'doubted', 'cut'])
  pulse.stop()
})

test('a line that speaks is never asked', async () => {
  const { told, pulse } = heart(false)
  for (let second = 0; second < 60; second += 5) {
    pulse.beat()
    await vi.advanceTimersByTimeAsync(5000)
  }
  expect(told).toEqual([])
  pulse.stop()
})

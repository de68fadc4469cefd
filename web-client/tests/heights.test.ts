import { expect, test } from 'vitest'
import { Heights } from '../src/ui/parts/heights'

const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

test('a row lies below all rows before it', () => {
  const heights = new Heights(10)
  heights.setRows([1, 2, 3])
  heights.measure([[2, 30]])
  expect([heights.offset(0), heights.offset(1), heights.offset(2), heights.total]).toEqual([0, 10, 40, 50])
  expect([0, 9, 10, 39, 40, 999].map((y) => heights.indexAt(y))).toEqual([0, 0, 1, 1, 2, 2])
})

test('what is measured stays known when rows come before and after', () => {
  const heights = new Heights(10)
  heights.setRows([5, 6])
  heights.measure([[5, 25]])
  heights.setRows([3, 4, 5, 6])
  expect(heights.offset(3)).toBe(45)
  heights.append([3, 4, 5, 6, 7])
  expect(heights.total).toBe(65)
  expect(heights.measure([[5, 25]])).toBe(false)
})

test('a hundred thousand rows, grown one by one, are where they should be', () => {
  const heights = new Heights(10)
  const rows = many(100_060)
  heights.setRows(rows.slice(0, 100_000))
  for (let turn = 1; turn <= 60; turn++) {
    heights.append(rows.slice(0, 100_000 + turn))
    heights.measure([[100_000 + turn, 25]])
  }
  expect(heights.total).toBe(100_000 * 10 + 60 * 25)
  expect(heights.indexAt(1_000_000 + 26)).toBe(100_001)
  expect(heights.offset(heights.indexOf(50_001))).toBe(500_000)
})

test('an empty list has no height and no rows', () => {
  const heights = new Heights()
  heights.setRows([])
  expect([heights.total, heights.indexAt(50), heights.indexOf(1)]).toEqual([0, 0, -1])
})

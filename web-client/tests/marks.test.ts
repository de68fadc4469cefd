import { expect, test } from 'vitest'
import { readMarks, roomFor, writeMarks } from '../src/ui/rooms/marks'

test.each([
  ['News of the line', { text: 'News of the line', unlisted: false, open: false }],
  ['News #noindex', { text: 'News', unlisted: true, open: false }],
  ['#WorldReadable\n#NOINDEX', { text: '', unlisted: true, open: true }],
  ['Talk\n#worldreadable', { text: 'Talk', unlisted: false, open: true }],
  ['#noindexing and x#noindex', { text: '#noindexing and x#noindex', unlisted: false, open: false }],
])('%s', (about, marked) => {
  expect(readMarks(about)).toEqual(marked)
  expect(readMarks(writeMarks(marked))).toEqual(marked)
})

test('words and tags together fit', () => {
  const marked = { text: '', unlisted: true, open: true }
  expect(writeMarks({ ...marked, text: 'x'.repeat(roomFor(marked)) }).length).toBe(255)
})

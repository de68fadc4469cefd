import { expect, test } from 'vitest'
import { parse, treeOf, unparse, type Entity } from '../src/ui/conversation/rich'

test.each([
  ['plain', 'plain', []],
  ['**bold**', 'bold', [['messageEntityBold', 0, 4]]],
  ['a **b __c__** d', 'a b c d', [['messageEntityBold', 2, 3], ['messageEntityItalic', 4, 1]]],
  ['2 ** 3 ** 4', '2 ** 3 ** 4', []],
  ['`**raw**`', '**raw**', [['messageEntityCode', 0, 7]]],
  ['||x|| ~~y~~ ++z++', 'x y z', [['messageEntitySpoiler', 0, 1], ['messageEntityStrike', 2, 1], ['messageEntityUnderline', 4, 1]]],
  ['[here](https://example.org)', 'here', [['messageEntityTextUrl', 0, 4]]],
  ['[no](javascript:alert(1))', '[no](javascript:alert(1))', []],
  ['> one\n> two\nafter', 'one\ntwo\nafter', [['messageEntityBlockquote', 0, 7]]],
  ['```py\nx = 1\n```', 'x = 1', [['messageEntityPre', 0, 5]]],
  ['before\n```\ncode\n```\nafter', 'before\ncode\nafter', [['messageEntityPre', 7, 4]]],
  ['  **padded**  ', 'padded', [['messageEntityBold', 0, 6]]],
  ['**open', '**open', []],
])('%s', (source, text, entities) => {
  const rich = parse(source)
  expect(rich.text).toBe(text)
  expect(rich.entities.map((one) => [one._, one.offset, one.length])).toEqual(entities)
})

test.each(['**bold** and __it__', 'a [b](https://example.org) c', '```py\nx\n```', '> quoted', '`code` ||hidden||'])('%s comes back as it was', (source) => {
  const { text, entities } = parse(source)
  expect(unparse(text, entities)).toBe(source)
})

test('entities that lie or overlap never lose a letter', () => {
  const wrong: Entity[] = [
    { _: 'messageEntityBold', offset: 0, length: 5 },
    { _: 'messageEntityItalic', offset: 3, length: 6 },
    { _: 'messageEntityCode', offset: 90, length: 5 },
    { _: 'messageEntityBold', offset: -4, length: 2 },
  ]
  const flat = (nodes: ReturnType<typeof treeOf>): string => nodes.map((one) => (typeof one === 'string' ? one : flat(one.inside))).join('')
  expect(flat(treeOf('0123456789', wrong))).toBe('0123456789')
})

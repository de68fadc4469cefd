// Text with entities as a tree: what is inside what. And back and forth between entities and the marks people type.

import type { tl } from '@mtcute/web'

export type Entity = tl.TypeMessageEntity
export type Node = string | { entity: Entity; text: string; inside: Node[] }

/** The text as nested pieces, in order. Overlapping entities are cut at the outer one's end. */
export function treeOf(text: string, entities: readonly Entity[] = []): Node[] {
  const sorted = entities.filter((one) => one.length > 0 && one.offset >= 0 && one.offset < text.length)
  sorted.sort((a, b) => a.offset - b.offset || b.length - a.length)
  return piece(text, 0, text.length, sorted)
}

function piece(text: string, from: number, to: number, entities: readonly Entity[]): Node[] {
  const out: Node[] = []
  let at = from
  for (let index = 0; index < entities.length; ) {
    const entity = entities[index]!
    const start = Math.max(entity.offset, at)
    const end = Math.min(entity.offset + entity.length, to)
    index += 1
    if (end <= start) continue
    if (start > at) out.push(text.slice(at, start))
    const inside: Entity[] = []
    while (index < entities.length && entities[index]!.offset < end) inside.push(entities[index++]!)
    out.push({ entity, text: text.slice(start, end), inside: piece(text, start, end, inside) })
    at = end
  }
  if (at < to) out.push(text.slice(at, to))
  return out
}

type Marked = 'messageEntityBold' | 'messageEntityItalic' | 'messageEntityStrike' | 'messageEntityUnderline' | 'messageEntitySpoiler' | 'messageEntityCode'
export const MARKS: ReadonlyArray<readonly [mark: string, kind: Marked]> = [
  ['**', 'messageEntityBold'],
  ['__', 'messageEntityItalic'],
  ['~~', 'messageEntityStrike'],
  ['++', 'messageEntityUnderline'],
  ['||', 'messageEntitySpoiler'],
  ['`', 'messageEntityCode'],
]

export interface Rich {
  text: string
  entities: Entity[]
}

const FENCE = /^```([\w+-]*)\n([\s\S]*?)\n?```(?:\n|$)/
const LINK = /^\[([^\]\n]{1,400})\]\(((?:https?:\/\/|mailto:|tg:\/\/)[^\s)]{1,2000}|mention:\d+)\)/

/** What a person typed, marks read: **bold**, __italic__, ~~strike~~, ++underline++, ||spoiler||, `code`, ```block```, [text](address), > quote. */
export function parse(source: string): Rich {
  const out: Rich = { text: '', entities: [] }
  const lines = source.split('\n')
  for (let index = 0; index < lines.length; ) {
    if (out.text || index > 0) out.text += index > 0 ? '\n' : ''
    const fence = FENCE.exec(lines.slice(index).join('\n'))
    if (fence && fence[2]) {
      out.entities.push({ _: 'messageEntityPre', offset: out.text.length, length: fence[2].length, language: fence[1] ?? '' })
      out.text += fence[2]
      index += fence[0].replace(/\n$/, '').split('\n').length
      continue
    }
    let end = index
    while (end < lines.length && lines[end]!.startsWith('> ')) end += 1
    if (end > index) {
      const offset = out.text.length
      inline(lines.slice(index, end).map((line) => line.slice(2)).join('\n'), out)
      if (out.text.length > offset) out.entities.push({ _: 'messageEntityBlockquote', offset, length: out.text.length - offset })
      index = end
      continue
    }
    inline(lines[index]!, out)
    index += 1
  }
  return trimmed(out)
}

function inline(source: string, out: Rich): void {
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at)
    const link = LINK.exec(rest)
    if (link) {
      const offset = out.text.length
      inline(link[1]!, out)
      const length = out.text.length - offset
      const address = link[2]!
      if (address.startsWith('mention:')) out.entities.push({ _: 'messageEntityMentionName', offset, length, userId: Number(address.slice(8)) })
      else out.entities.push({ _: 'messageEntityTextUrl', offset, length, url: address })
      at += link[0].length
      continue
    }
    const found = MARKS.find(([mark]) => rest.startsWith(mark))
    const close = found ? closing(rest, found[0]) : -1
    if (!found || close < 0) {
      out.text += rest[0]
      at += 1
      continue
    }
    const [mark, kind] = found
    const inner = rest.slice(mark.length, close)
    const offset = out.text.length
    if (kind === 'messageEntityCode') out.text += inner
    else inline(inner, out)
    out.entities.push({ _: kind, offset, length: out.text.length - offset })
    at += close + mark.length
  }
}

/** Where the mark that opens this text closes; −1 if nowhere: then it is only letters. */
function closing(text: string, mark: string): number {
  if (/\s/.test(text[mark.length] ?? ' ')) return -1
  let at = text.indexOf(mark, mark.length + 1)
  while (at > 0 && /\s/.test(text[at - 1]!)) at = text.indexOf(mark, at + 1)
  return at
}

function trimmed(rich: Rich): Rich {
  const text = rich.text.trim()
  const cut = rich.text.indexOf(text)
  const entities = rich.entities
    .map((one) => {
      const offset = Math.max(0, one.offset - cut)
      return { ...one, offset, length: Math.min(text.length, one.offset - cut + one.length) - offset }
    })
    .filter((one) => one.length > 0)
    .sort((a, b) => a.offset - b.offset || b.length - a.length)
  return { text, entities }
}

/** Entities as the marks a person would have typed, so that a message can be edited. */
export function unparse(text: string, entities: readonly Entity[] = []): string {
  return treeOf(text, entities).map(source).join('')
}

function source(node: Node): string {
  if (typeof node === 'string') return node
  const inner = node.inside.map(source).join('')
  const mark = MARKS.find(([, kind]) => kind === node.entity._)?.[0]
  if (mark) return `${mark}${inner}${mark}`
  switch (node.entity._) {
    case 'messageEntityPre':
      return `\`\`\`${node.entity.language}\n${node.text}\n\`\`\``
    case 'messageEntityTextUrl':
      return `[${inner}](${node.entity.url})`
    case 'messageEntityMentionName':
      return `[${inner}](mention:${node.entity.userId})`
    case 'messageEntityBlockquote':
      return inner.split('\n').map((line) => `> ${line}`).join('\n')
    default:
      return inner
  }
}

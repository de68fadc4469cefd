// Formatting keys: marks are put around what is selected.

import { MARKS } from './rich'

const KEYS: Record<string, string> = { b: '**', i: '__', u: '++', 'shift+x': '~~', 'shift+p': '||', 'shift+m': '`' }

/** True if the key was one for formatting, and the text is formatted. */
export function keyFormat(event: KeyboardEvent, area: HTMLTextAreaElement): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false
  const name = `${event.shiftKey ? 'shift+' : ''}${event.key.toLowerCase()}`
  if (name === 'shift+k') {
    wrap(area, '[', '](https://)')
    return true
  }
  const mark = KEYS[name]
  if (!mark || !MARKS.some(([one]) => one === mark)) return false
  wrap(area, mark, mark)
  return true
}

/** What is selected stands between the two afterwards; the browser can undo it. */
export function wrap(area: HTMLTextAreaElement, before: string, after: string): void {
  const { selectionStart: from, selectionEnd: to, value } = area
  area.focus()
  area.setRangeText(before + value.slice(from, to) + after, from, to, 'end')
  const start = from + before.length
  area.setSelectionRange(start, start + (to - from))
}

// Two choices of a room's owner stand as tags in its description, where every client can read and change them.
// Source: requirements/public-pages

export interface Marked {
  /** The description as people wrote it. */
  text: string
  /** Search engines and the lists of this server leave the room out. */
  unlisted: boolean
  /** Who has no account reads the messages of the group. */
  open: boolean
}

const UNLISTED = /(?<![\p{L}\p{N}_])#noindex(?![\p{L}\p{N}_])/giu
const OPEN = /(?<![\p{L}\p{N}_])#worldreadable(?![\p{L}\p{N}_])/giu

export function readMarks(about: string): Marked {
  const text = about.replace(UNLISTED, '').replace(OPEN, '').replace(/[ \t]{2,}/g, ' ').replace(/[ \t]+$/gm, '').trim()
  return { text, unlisted: about.search(UNLISTED) >= 0, open: about.search(OPEN) >= 0 }
}

export function writeMarks({ text, unlisted, open }: Marked): string {
  return [text.trim(), [unlisted && '#noindex', open && '#worldreadable'].filter(Boolean).join(' ')].filter(Boolean).join('\n')
}

/** How long a description may be, tags included. */
const ABOUT = 255
export const roomFor = (marked: Marked): number => ABOUT - writeMarks({ ...marked, text: 'x' }).length + 1

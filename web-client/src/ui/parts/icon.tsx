// Signs, drawn by us on a field of 24, as strokes.

import type { JSX } from 'solid-js'

const PATHS = {
  archive: 'M4 8h16v11H4zM3 4h18v4H3zM10 12h4',
  attach: 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.5 8.5a1.7 1.7 0 0 1-2.5-2.5L14.500 7.500',
  back: 'M15 5l-7 7 7 7',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  'bell-off': 'M6 16V11a6 6 0 0 1 9-5.200M18 11v5l2 2H4M10 21h4M4 3l17 18',
  bookmark: 'M6 3h12v18l-6-5-6 5z',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v4M16 3v4',
  channel: 'M4 10v4l11 5V5zM15 9a3 3 0 0 1 0 6M6 15l2 5',
  chart: 'M4 20V4M4 20h16M9 16v-5M14 16V8M19 16v-8',
  check: 'M5 13l4.500 4.500L19 7',
  'check-twice': 'M2 13l4.500 4.500L15 8M10.500 16l1.500 1.500L22 7',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.500 2',
  close: 'M6 6l12 12M18 6L6 18',
  comment: 'M4 5h16v11H10l-5 4v-4H4z',
  copy: 'M8 8h12v12H8zM4 16V4h12',
  down: 'M5 9l7 7 7-7',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  edit: 'M4 20l1-4.500L16.500 4l3.500 3.500L8.500 19z',
  eye: 'M2 12s3.500-6 10-6 10 6 10 6-3.500 6-10 6-10-6-10-6zM12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  forward: 'M14 5l6 6-6 6v-4c-5 0-8 1.500-10 5 0-6 4-9 10-9z',
  gear: 'M12 8.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2',
  group: 'M9 4a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM2 20c0-4 3-6 7-6s7 2 7 6M16 4.500a3.500 3.500 0 0 1 0 6M18 14.500c2.500.7 4 2.500 4 5.500',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  menu: 'M4 7h16M4 12h16M4 17h16',
  mention: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM16 8v5.500a2.500 2.500 0 0 0 5 0V12a9 9 0 1 0-4 7.500',
  mic: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5.500 11a6.500 6.500 0 0 0 13 0M12 17.500V21',
  minus: 'M5 12h14',
  more: 'M12 5v.1M12 12v.1M12 19v.1',
  pause: 'M8 5v14M16 5v14',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-4.500 3.500-7 8-7s8 2.500 8 7',
  photo: 'M4 5h16v14H4zM4 16l5-5 4 4 2.500-2.500L20 17M15 9v.1',
  pin: 'M9 3h6l-1 6 4 4H6l4-4zM12 13v8',
  play: 'M8 5l11 7-11 7z',
  plus: 'M12 5v14M5 12h14',
  poll: 'M5 20v-7M12 20V4M19 20v-10',
  qr: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18v2',
  reply: 'M10 5l-6 6 6 6v-4c5 0 8 1.500 10 5 0-6-4-9-10-9z',
  search: 'M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500L21 21',
  send: 'M4 12L3.500 4 21 12 3.500 20 4 12h9',
  shield: 'M12 3l8 3v6c0 5-3.500 7.500-8 9-4.500-1.500-8-4-8-9V6z',
  smile: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 14c1 2 2.500 2.500 4 2.500s3-.5 4-2.500M9 9v.1M15 9v.1',
  star: 'M12 3l2.600 6 6.400.500-5 4.200 1.600 6.300-5.600-3.500L6.400 20 8 13.700 3 9.500 9.400 9z',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6',
  unread: 'M4 5h16v11H10l-5 4v-4H4zM12 10.500v.1',
  up: 'M5 15l7-7 7 7',
  warn: 'M12 4l9 16H3zM12 10v5M12 17.500v.1',
} as const

export type IconName = keyof typeof PATHS
/** Signs that point along the line of reading and turn with it. */
const TURNS = new Set<IconName>(['back', 'forward', 'reply', 'send'])

/** A sign; it says nothing to a screen reader, its button does. */
export function Icon(props: { name: IconName; class?: string }): JSX.Element {
  return (
    <svg class={`icon ${TURNS.has(props.name) ? 'turns ' : ''}${props.class ?? ''}`} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[props.name]} />
    </svg>
  )
}

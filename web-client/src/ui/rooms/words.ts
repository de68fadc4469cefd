// Small wordings that several screens of people and rooms share.

import { linkPrefix } from '../../telegram/here'
import { language, t } from '../../texts'

/** A phone number as people read it; an anonymous one in groups of four. */
export function numberOf(phone: string | undefined): string {
  if (!phone) return ''
  return phone.startsWith('888') ? `+888 ${phone.slice(3, 7)} ${phone.slice(7)}`.trim() : `+${phone}`
}

/** 3600 → "1 hour", in the reader's language. */
export function spanOf(seconds: number): string {
  const units: Array<[number, string]> = [[31_536_000, 'year'], [2_592_000, 'month'], [604_800, 'week'], [86_400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']]
  const [size, unit] = units.find(([size]) => seconds >= size && seconds % size === 0) ?? units.at(-1)!
  return (seconds / size).toLocaleString(language(), { style: 'unit', unit, unitDisplay: 'long' })
}

/** "for 1 hour" choices; 0 is `never`. */
export const spans = (never: string, seconds: readonly number[]): Array<{ value: number; label: string }> => [
  { value: 0, label: never },
  ...seconds.map((value) => ({ value, label: spanOf(value) })),
]

/** The address that leads to a public name. */
export const addressOf = (username: string): string => `${linkPrefix()}${username}`

export const membersWord = (broadcast: boolean, n: number): string => t(broadcast ? 'subscribers' : 'members', { n })

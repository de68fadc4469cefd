// What a line says in the list, in a quote and to a screen reader.

import type { Account } from '../../state/account'
import { language, t } from '../../texts'
import type { Attribute } from '../inner'
import { isVeiled, type Line } from '../line'
import type { Room } from '../room'

/** Values of the timer, in seconds. */
export const TIMERS = [0, 5, 15, 30, 60, 3600, 86_400, 604_800]

const UNITS = [
  [604_800, 'secret.weeks'],
  [86_400, 'secret.days'],
  [3600, 'secret.hours'],
  [60, 'secret.minutes'],
] as const

export function spanOf(seconds: number): string {
  if (!seconds) return t('secret.timer_off')
  const [size, key] = UNITS.find(([one]) => seconds >= one && seconds % one === 0) ?? [1, 'secret.seconds' as const]
  return t(key as never, { n: seconds / size })
}

/** The same where there is little room: 15s, 2h. */
export function shortSpanOf(seconds: number): string {
  const [size, unit] = SHORT.find(([one]) => seconds >= one && seconds % one === 0) ?? [1, 'second']
  return (seconds / size).toLocaleString(language(), { style: 'unit', unit, unitDisplay: 'narrow' })
}

const SHORT = [
  [604_800, 'week'],
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
] as const

export const find = <K extends Attribute['_']>(attributes: readonly Attribute[], kind: K): Extract<Attribute, { _: K }> | undefined =>
  attributes.find((one): one is Extract<Attribute, { _: K }> => one._ === kind)

export function fileNameOf(line: Line): string {
  const { media } = line
  if (media?._ === 'document') return find(media.attributes, 'documentAttributeFilename')?.fileName || t('secret.file')
  return `${t('secret.photo')}.jpg`
}

/** What happened, where nothing was said. */
export function happened(line: Line, name: string): string {
  switch (line.kind) {
    case 'timer':
      if (!line.ttl) return line.out ? t('secret.timer_off_we') : t('secret.timer_off_they', { name })
      return line.out ? t('secret.timer_we', { time: spanOf(line.ttl) }) : t('secret.timer_they', { name, time: spanOf(line.ttl) })
    case 'screenshot':
      return t(line.out ? 'secret.screenshot_we' : 'secret.screenshot_they', { name })
    case 'unknown':
      return t('secret.unknown', { name })
    default:
      return ''
  }
}

/** One line about a line. */
export function briefly(account: Account, room: Room, line: Line | undefined): string {
  if (!line) return t('secret.opened')
  if (line.kind !== 'said') return happened(line, account.peers.shortName(room.chat.peer))
  if (isVeiled(line) && !line.dies) return t('secret.veil_word')
  if (line.text) return line.text
  switch (line.media?._) {
    case 'photo':
      return t('secret.photo')
    case 'document':
      return find(line.media.attributes, 'documentAttributeAudio')?.voice ? t('media.voice') : fileNameOf(line)
    case 'geo':
      return t('secret.place', { place: line.media.title ?? `${line.media.lat}, ${line.media.long}` })
    case 'contact':
      return t('secret.contact', { contact: `${line.media.name} ${line.media.phone}` })
    case 'page':
      return line.media.url
    case 'sticker':
      return line.media.alt
    default:
      return ''
  }
}

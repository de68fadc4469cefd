// Dates and durations in the reader's language.

import { language, locale, t } from '../../texts'

const formats = new Map<string, Intl.DateTimeFormat>()
function format(date: number, name: string, options: Intl.DateTimeFormatOptions): string {
  const key = `${locale()}/${name}`
  let found = formats.get(key)
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale(), options)))
  return found.format(date * 1000)
}

const dayOf = (date: number): string => new Date(date * 1000).toDateString()
export const sameDay = (a: number, b: number): boolean => dayOf(a) === dayOf(b)

export const clock = (date: number): string => format(date, 'clock', { hour: '2-digit', minute: '2-digit' })
export const fullDate = (date: number): string => format(date, 'full', { dateStyle: 'long', timeStyle: 'short' })

/** Above the first message of a day. */
export function dayName(date: number): string {
  const now = Date.now() / 1000
  if (sameDay(date, now)) return t('today')
  if (sameDay(date, now - 86_400)) return t('yesterday')
  const thisYear = new Date(date * 1000).getFullYear() === new Date().getFullYear()
  return thisYear ? format(date, 'day', { weekday: 'long', day: 'numeric', month: 'long' }) : format(date, 'day-year', { dateStyle: 'long' })
}

/** In the chat list: a time today, a weekday this week, else a date. */
export function shortDate(date: number): string {
  const now = Date.now() / 1000
  if (sameDay(date, now)) return clock(date)
  if (now - date < 6 * 86_400) return format(date, 'weekday', { weekday: 'short' })
  return format(date, 'short', { day: '2-digit', month: '2-digit', year: '2-digit' })
}

/** 75 → 1:15. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

export function sizeOf(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const step = Math.min(3, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)))
  const value = bytes / 1000 ** step
  return value.toLocaleString(language(), { style: 'unit', unit: units[step], unitDisplay: 'short', maximumFractionDigits: value < 10 && step ? 1 : 0 })
}

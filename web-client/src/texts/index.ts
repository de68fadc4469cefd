// Texts in the reader's language. A language is a folder of JSON files with the same keys as `en`, and an index.ts.

import { createSignal } from 'solid-js'
import type chats from './en/chats.json'
import type common from './en/common.json'
import type conversation from './en/conversation.json'
import type errors from './en/errors.json'
import type rooms from './en/rooms.json'
import type secret from './en/secret.json'
import type settings from './en/settings.json'
import type signIn from './en/sign-in.json'

type Areas = typeof common & typeof signIn & typeof chats & typeof conversation & typeof rooms & typeof secret & typeof settings & typeof errors
type Ending = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other'
type Plain<K> = K extends `${infer Start}#${Ending}` ? Start : K
/** Every text; one that changes with `n` is stored as `key#one`, `key#other`, … and asked for as `key`. */
export type Key = Plain<keyof Areas>
export type Facts = Record<string, string | number>

const files = import.meta.glob<{ default: Record<string, string> }>('./*/index.ts')
export const languages: string[] = Object.keys(files).map((path) => path.split('/')[1]!).sort()
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur', 'ps', 'ckb', 'dv', 'yi'])

const [language, setLanguage] = createSignal('en')
const [texts, setTexts] = createSignal<Record<string, string>>({})
export { language }

/** The language chosen here before, else the first of the browser's that we have, else English. */
export function preferredLanguage(): string {
  const chosen = localStorage.getItem('chappe.language')
  const wished = chosen ? [chosen] : navigator.languages
  return wished.map((tag) => tag.toLowerCase().split('-')[0]!).find((code) => languages.includes(code)) ?? 'en'
}

/** The page speaks this language afterwards. */
export async function speak(code: string): Promise<void> {
  const load = files[`./${code}/index.ts`] ?? files['./en/index.ts']!
  const found = (await load()).default
  plurals = new Intl.PluralRules(code)
  setTexts(found)
  setLanguage(code)
  document.documentElement.lang = code
  applyDirection()
}

/** Writing direction: the language's own, unless a person has chosen one. */
export function applyDirection(): void {
  const chosen = localStorage.getItem('chappe.direction')
  const own = RIGHT_TO_LEFT.has(language()) ? 'rtl' : 'ltr'
  document.documentElement.dir = chosen === 'rtl' || chosen === 'ltr' ? chosen : own
}

/** The tag dates are written by: the browser's own where it is of this language, so that habits of the place hold. */
export const locale = (): string => navigator.languages.find((tag) => tag.toLowerCase().split('-')[0] === language()) ?? language()

let plurals = new Intl.PluralRules('en')

export const hasText = (key: string): boolean => key in texts()

/** The text, with {facts} put in; `n` chooses the plural form. A text that is missing shows its key. */
export function t(key: Key, facts?: Facts): string {
  const all = texts()
  let text: string | undefined = all[key]
  if (text === undefined && facts && 'n' in facts) {
    text = all[`${key}#${plurals.select(Number(facts.n))}`] ?? all[`${key}#other`]
  }
  if (text === undefined) return key
  if (!facts) return text
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact = facts[name]
    return fact === undefined ? whole : typeof fact === 'number' ? fact.toLocaleString(language()) : fact
  })
}

// Language, light and dark, direction of writing: kept in this browser alone.

import { createSignal, type JSX } from 'solid-js'
import { applyDirection, language, languages, speak, t } from '../../texts'
import { Choices } from '../parts/form'
import { Page, Part } from '../parts/page'
import { setTheme, theme, type Theme } from '../theme'

type Direction = 'own' | 'ltr' | 'rtl'

export default function Appearance(): JSX.Element {
  const [direction, keepDirection] = createSignal<Direction>((localStorage.getItem('chappe.direction') as Direction | null) ?? 'own')
  const tongues = languages.map((code) => ({ value: code, label: new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code }))
  const speakFrom = (code: string): void => {
    localStorage.setItem('chappe.language', code)
    void speak(code)
  }
  const write = (chosen: Direction): void => {
    if (chosen === 'own') localStorage.removeItem('chappe.direction')
    else localStorage.setItem('chappe.direction', chosen)
    keepDirection(chosen)
    applyDirection()
  }
  const themes: Theme[] = ['system', 'light', 'dark']
  const ways: Direction[] = ['own', 'ltr', 'rtl']
  return (
    <Page title={t('settings.appearance')} back="settings">
      <Part><Choices label={t('settings.language')} options={tongues} value={language()} set={speakFrom} /></Part>
      <Part><Choices label={t('settings.theme')} options={themes.map((value) => ({ value, label: t(`settings.theme_${value}`) }))} value={theme()} set={setTheme} /></Part>
      <Part><Choices label={t('settings.direction')} options={ways.map((value) => ({ value, label: t(`settings.direction_${value}`) }))} value={direction()} set={write} /></Part>
    </Page>
  )
}

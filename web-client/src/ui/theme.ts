// Light or dark: the system's choice, unless a person has made one.

import { createSignal } from 'solid-js'

export type Theme = 'system' | 'light' | 'dark'
const THEME = 'chappe.theme'

const [theme, keepTheme] = createSignal<Theme>((localStorage.getItem(THEME) as Theme | null) ?? 'system')
export { theme }

export function setTheme(chosen: Theme): void {
  localStorage.setItem(THEME, chosen)
  keepTheme(chosen)
  applyTheme()
}

export function applyTheme(): void {
  const root = document.documentElement
  if (theme() === 'system') delete root.dataset.theme
  else root.dataset.theme = theme()
}

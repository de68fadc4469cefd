// The languages there are files for, by their own names.

import { For, type JSX } from 'solid-js'
import { language, languages, speak, t } from '../../texts'

function nameOfLanguage(code: string): string {
  const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1)
}

async function chooseLanguage(code: string): Promise<void> {
  localStorage.setItem('chappe.language', code)
  await speak(code)
}

export function Languages(): JSX.Element {
  return (
    <nav class="cluster sign-in-languages" aria-label={t('language')}>
      <For each={languages}>
        {(code) => (
          <button class="button plain little" lang={code} aria-pressed={language() === code} onClick={() => void chooseLanguage(code)}>
            {nameOfLanguage(code)}
          </button>
        )}
      </For>
    </nav>
  )
}

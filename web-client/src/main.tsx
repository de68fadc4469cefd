// The start: language and theme first, so that nothing is drawn twice, then the shell.

import { render } from 'solid-js/web'
import { preferredLanguage, speak } from './texts'
import { startWorker } from './telegram/push'
import { applyTheme } from './ui/theme'
import { Shell } from './ui/shell'
import './ui/styles/all.css'

// A part of this page went with a newer build of the server's: the newer page has it.
window.addEventListener('vite:preloadError', () => {
  const last = Number(sessionStorage.getItem('chappe.renewed') ?? 0)
  if (Date.now() - last < 60_000) return
  sessionStorage.setItem('chappe.renewed', String(Date.now()))
  location.reload()
})

applyTheme()
await speak(preferredLanguage())
render(() => <Shell />, document.getElementById('app')!)
startWorker()

// The start: language and theme first, so that nothing is drawn twice, then the shell.

import { render } from 'solid-js/web'
import { preferredLanguage, speak } from './texts'
import { startWorker } from './telegram/push'
import { applyTheme } from './ui/theme'
import { Shell } from './ui/shell'
import './ui/styles/all.css'

applyTheme()
await speak(preferredLanguage())
render(() => <Shell />, document.getElementById('app')!)
startWorker()

// `#/to/<name>` and `#/to/<name>/<post>`: wherever a username leads.

import { createEffect, type JSX } from 'solid-js'
import { useAccount } from '../state/account'
import { t } from '../texts'
import { openName } from './links'
import { place } from './router'

export default function To(): JSX.Element {
  const account = useAccount()
  createEffect(() => void openName(account, place().path[1] ?? '', Number(place().path[2]) || undefined))
  return <div class="centre"><span class="spinner" role="status" aria-label={t('loading')} /></div>
}

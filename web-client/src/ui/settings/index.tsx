// Settings: `#/settings` is the overview, `#/settings/<section>` one of the sections below.

import { lazy, type Component, type JSX } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { place } from '../router'
import { Overview } from './overview'

const SECTIONS: Record<string, Component> = {
  profile: lazy(() => import('./profile')),
  privacy: lazy(() => import('./privacy')),
  blocked: lazy(() => import('./blocked')),
  devices: lazy(() => import('./devices')),
  notifications: lazy(() => import('./notifications')),
  appearance: lazy(() => import('./appearance')),
  password: lazy(() => import('./password')),
  passkeys: lazy(() => import('./passkeys')),
  copy: lazy(() => import('./copy')),
  delete: lazy(() => import('./delete-account')),
}

export default function Settings(): JSX.Element {
  return <Dynamic component={SECTIONS[place().path[1] ?? ''] ?? Overview} />
}

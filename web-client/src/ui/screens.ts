// Screens that fill the pane, by the first word of their address. A new one is one line here and a file of its own,
// loaded when it is first opened.

import { lazy, type Component } from 'solid-js'

export const SCREENS: Record<string, Component> = {
  info: lazy(() => import('./rooms/info')),
  invited: lazy(() => import('./rooms/invited')),
  new: lazy(() => import('./rooms/new')),
  settings: lazy(() => import('./settings')),
  link: lazy(() => import('./settings/link-device')),
  s: lazy(() => import('../secret/ui/screen')),
  later: lazy(() => import('./conversation/later')),
  tag: lazy(() => import('./tag')),
  t: lazy(() => import('./conversation/thread')),
  to: lazy(() => import('./to')),
}

// About a person or a room: `#/info/<peer>`, and for rooms `#/info/<peer>/<section>`.

import { lazy, Show, type Component, type JSX } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { isUser, type PeerKey } from '../../telegram/peers'
import { place } from '../router'
import { PersonInfo } from './person'
import { RoomInfo } from './room'

export interface RoomProps {
  room: PeerKey
}
const SECTIONS: Record<string, Component<RoomProps>> = {
  edit: lazy(() => import('./edit')),
  members: lazy(() => import('./members')),
  permissions: lazy(() => import('./permissions')),
  links: lazy(() => import('./links')),
  requests: lazy(() => import('./requests')),
  actions: lazy(() => import('./recent-actions')),
  statistics: lazy(() => import('./statistics')),
}

export default function Info(): JSX.Element {
  const key = (): PeerKey => Number(place().path[1])
  return (
    <Show when={key()} keyed>
      {(peer) => (
        <Show when={!isUser(peer)} fallback={<PersonInfo person={peer} />}>
          <Dynamic component={SECTIONS[place().path[2] ?? ''] ?? RoomInfo} room={peer} />
        </Show>
      )}
    </Show>
  )
}

// The picture of a peer, or its initials on its colour.

import { createEffect, createSignal, on, onCleanup, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { hueOf, initialsOf } from '../../state/peers'
import type { PeerKey } from '../../telegram/peers'
import { Icon } from './icon'

export function Avatar(props: { peer: PeerKey; size?: 'little' | 'large'; saved?: boolean }): JSX.Element {
  const { peers, files } = useAccount()
  const photo = (): string => peers.photo(props.peer)?.id.toString() ?? ''
  const held = (): string | undefined => {
    const id = peers.photo(props.peer)?.id
    return id && files.ready('peer', id, String(props.size === 'large'))
  }
  const [url, setUrl] = createSignal(held())
  createEffect(
    on(photo, (id) => {
      let gone = false
      onCleanup(() => (gone = true))
      setUrl(held())
      if (id && !props.saved) files.peerPhoto(props.peer, props.size === 'large').then((found) => gone || setUrl(found), () => undefined)
    }),
  )
  return (
    <span class={`avatar ${props.size ?? ''}`} data-hue={hueOf(props.peer)} aria-hidden="true">
      <Show when={!props.saved} fallback={<Icon name="bookmark" />}>
        {initialsOf(peers.name(props.peer))}
        <Show when={url()}>{(found) => <img src={found()} alt="" decoding="async" onError={() => setUrl(undefined)} />}</Show>
      </Show>
    </span>
  )
}

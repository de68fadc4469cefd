// A photo in its bubble: the blurred few bytes first, then the picture; a click opens the viewer.

import { createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../../state/account'
import { t } from '../../../texts'
import { fit, sizeFor, strippedOf } from './sizes'
import { openViewer } from './open-viewer'
import { useChat } from '../chat'

export function PhotoTile(props: { photo: tl.RawPhoto; message: tl.RawMessage; hidden: boolean; tile?: boolean }): JSX.Element {
  const { files } = useAccount()
  const chat = useChat()
  const size = () => sizeFor(props.photo.sizes, props.tile ? 400 : 800 * Math.min(devicePixelRatio, 1.5))
  const full = () => sizeFor(props.photo.sizes, 1280)
  const known = size() && files.ready('photo', props.photo.id, size()!.type)
  const [url, setUrl] = createSignal(known)
  const [hidden, setHidden] = createSignal(props.hidden)
  const [failed, setFailed] = createSignal(false)
  const abort = new AbortController()
  const load = (): void => {
    const one = size()
    if (!one || url()) return
    setFailed(false)
    files.photo(props.photo, one, { signal: abort.signal }).then(setUrl, () => abort.signal.aborted || setFailed(true))
  }
  onMount(load)
  onCleanup(() => abort.abort())
  const room = () => fit(full()?.w ?? 0, full()?.h ?? 0)
  const open = (): void => {
    if (hidden()) setHidden(false)
    else if (failed()) load()
    else openViewer(chat, props.message.id)
  }
  return (
    <button class="tile" classList={{ hidden: hidden() }} style={props.tile ? {} : { 'aspect-ratio': `${room().width} / ${room().height}`, width: `${room().width}px` }} aria-label={t(hidden() ? 'media.show' : 'media.photo')} onClick={open}>
      <Show when={!url() && strippedOf(props.photo.sizes)}>{(blurred) => <img class="blurred" src={blurred()} alt="" />}</Show>
      <Show when={url()}>{(found) => <img src={found()} alt="" decoding="async" />}</Show>
      <Show when={failed()}><span class="tile-words">{t('media.failed')}</span></Show>
    </button>
  )
}

// Videos, short loops without sound, and stickers.

import { createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../../state/account'
import { t } from '../../../texts'
import { Icon } from '../../parts/icon'
import { useChat } from '../chat'
import { durationOf } from '../summary'
import { duration, sizeOf } from '../times'
import { openViewer } from './open-viewer'
import { fit, sizeFor, strippedOf } from './sizes'

function sizeOfVideo(document: tl.RawDocument): { w: number; h: number } {
  for (const one of document.attributes) if (one._ === 'documentAttributeVideo' || one._ === 'documentAttributeImageSize') return one
  return { w: 0, h: 0 }
}

/** The preview picture of a document: blurred bytes at once, a real one when it is there. */
function usePreview(document: tl.RawDocument): () => string | undefined {
  const { files } = useAccount()
  const thumb = sizeFor(document.thumbs, 320)
  const [url, setUrl] = createSignal(strippedOf(document.thumbs))
  onMount(() => thumb && files.document(document, undefined, thumb).then(setUrl, () => undefined))
  return url
}

export function VideoTile(props: { document: tl.RawDocument; message: tl.RawMessage; round: boolean; hidden: boolean; tile?: boolean }): JSX.Element {
  const chat = useChat()
  const preview = usePreview(props.document)
  const [hidden, setHidden] = createSignal(props.hidden)
  const room = () => fit(sizeOfVideo(props.document).w, sizeOfVideo(props.document).h, props.round ? 240 : 420)
  const open = (): void => {
    if (hidden()) setHidden(false)
    else openViewer(chat, props.message.id)
  }
  return (
    <button class="tile" classList={{ round: props.round, hidden: hidden() }} style={props.tile ? {} : { 'aspect-ratio': `${room().width} / ${room().height}`, width: `${room().width}px` }} aria-label={`${t('media.video')} ${duration(durationOf(props.document))}`} onClick={open}>
      <Show when={preview()}>{(url) => <img src={url()} alt="" />}</Show>
      <span class="tile-play" aria-hidden="true"><Icon name="play" /></span>
      <span class="tile-words">{duration(durationOf(props.document))} · {sizeOf(props.document.size)}</span>
    </button>
  )
}

const MOST_BYTES = 8_000_000

export function Animation(props: { document: tl.RawDocument }): JSX.Element {
  const { files } = useAccount()
  const preview = usePreview(props.document)
  const [url, setUrl] = createSignal<string>()
  const abort = new AbortController()
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  const play = (): void => void files.document(props.document, { signal: abort.signal }).then(setUrl, () => undefined)
  onMount(() => !still && props.document.size < MOST_BYTES && play())
  onCleanup(() => abort.abort())
  const room = () => fit(sizeOfVideo(props.document).w, sizeOfVideo(props.document).h, 360)
  const picture = (): boolean => props.document.mimeType.startsWith('image/')
  return (
    <div class="tile" style={{ 'aspect-ratio': `${room().width} / ${room().height}`, width: `${room().width}px` }}>
      <Show when={url()} fallback={<button class="tile-fill" aria-label={t('media.play')} onClick={play}><Show when={preview()}>{(found) => <img src={found()} alt="" />}</Show><span class="tile-play" aria-hidden="true"><Icon name="play" /></span></button>}>
        {(found) => (picture() ? <img src={found()} alt={t('media.animation')} /> : <video src={found()} autoplay loop muted playsinline aria-label={t('media.animation')} />)}
      </Show>
    </div>
  )
}

export function Sticker(props: { document: tl.RawDocument }): JSX.Element {
  const { files } = useAccount()
  const preview = usePreview(props.document)
  const [url, setUrl] = createSignal<string>()
  const image = (): boolean => props.document.mimeType.startsWith('image/')
  const words = (): string => {
    for (const one of props.document.attributes) if (one._ === 'documentAttributeSticker') return one.alt
    return t('media.sticker')
  }
  onMount(() => (image() || props.document.mimeType === 'video/webm') && files.document(props.document).then(setUrl, () => undefined))
  return (
    <div class="sticker" role="img" aria-label={`${t('media.sticker')} ${words()}`}>
      <Show when={url() ?? preview()} fallback={<span class="sticker-words">{words()}</span>}>
        {(found) => (image() || !url() ? <img src={found()} alt="" /> : <video src={found()} autoplay loop muted playsinline />)}
      </Show>
    </div>
  )
}

// One picture or video over the whole window; arrows go through those of the chat, Escape leaves.

import { createEffect, createMemo, createSignal, on, onCleanup, onMount, Show, type JSX } from 'solid-js'
import { Portal } from 'solid-js/web'
import type { tl } from '@mtcute/web'
import { t } from '../../../texts'
import { Icon } from '../../parts/icon'
import { sayError } from '../../parts/toast'
import { fileName, kindOf } from '../summary'
import { fullDate } from '../times'
import { senderOf } from '../../../state/messages'
import { setViewed, type Viewed } from './open-viewer'
import { sizeFor, strippedOf } from './sizes'
import { lastsFor } from './vanishing'

type Shown = { photo: tl.RawPhoto } | { document: tl.RawDocument }

function shownIn(message: tl.RawMessage | undefined): Shown | undefined {
  const media = message?.media
  if (lastsFor(media) && (message?.out || message?.mediaUnread)) return undefined
  if (media?._ === 'messageMediaPhoto' && media.photo?._ === 'photo') return { photo: media.photo }
  if (media?._ !== 'messageMediaDocument' || media.document?._ !== 'document') return undefined
  return ['video', 'round', 'animation'].includes(kindOf(media.document)) ? { document: media.document } : undefined
}

export default function Viewer(props: { viewed: Viewed }): JSX.Element {
  const { chat } = props.viewed
  const { account } = chat
  const [id, setId] = createSignal(props.viewed.id)
  const [url, setUrl] = createSignal<string>()
  const [share, setShare] = createSignal(0)
  let dialog!: HTMLDialogElement
  const messageOf = (one: number): tl.RawMessage | undefined => {
    const found = account.messages.peek(chat.peer, one)
    return found?._ === 'message' ? found : undefined
  }
  const all = createMemo(() => chat.history.all().filter((one) => shownIn(messageOf(one))))
  const message = () => messageOf(id())
  const shown = () => shownIn(message())
  const step = (by: number): void => {
    const next = all()[all().indexOf(id()) + by]
    if (next !== undefined) setId(next)
  }
  createEffect(
    on(id, () => {
      const what = shown()
      const abort = new AbortController()
      onCleanup(() => abort.abort())
      setUrl(undefined)
      setShare(0)
      if (!what) return
      const loading = { signal: abort.signal, progress: setShare }
      const size = 'photo' in what ? sizeFor(what.photo.sizes, 2560) : undefined
      const coming = 'photo' in what ? size && account.files.photo(what.photo, size, loading) : account.files.play(what.document, loading)
      coming?.then((found) => abort.signal.aborted || setUrl(found), (error: unknown) => abort.signal.aborted || sayError(error))
    }),
  )
  onMount(() => dialog.showModal())
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowLeft') step(-1)
    else if (event.key === 'ArrowRight') step(1)
    else return
    event.preventDefault()
  }
  const save = (): void => {
    const what = shown()
    if (!what || !url()) return
    if ('document' in what) return void account.files.save(what.document, fileName(what.document)).catch(sayError)
    const link = document.createElement('a')
    link.href = url()!
    link.download = `${what.photo.id.toString()}.jpg`
    link.click()
  }
  return (
    <Portal>
      <dialog ref={dialog} class="viewer" aria-label={t('media.viewer')} onClose={() => setViewed(undefined)} onKeyDown={key} onClick={(event) => event.target === dialog && dialog.close()}>
        <header class="viewer-head">
          <span class="body"><span class="title name" dir="auto">{message() ? account.peers.name(senderOf(message()!)) : ''}</span><span class="small">{message() ? fullDate(message()!.date) : ''}</span></span>
          <button class="button plain icon-only" aria-label={t('media.save')} onClick={save}><Icon name="download" /></button>
          <button class="button plain icon-only" aria-label={t('close')} onClick={() => dialog.close()}><Icon name="close" /></button>
        </header>
        <div class="viewer-stage" onClick={(event) => event.target === event.currentTarget && dialog.close()}>
          <Show when={url()} fallback={<Waiting shown={shown()} share={share()} />}>
            {(found) => (shown() && 'photo' in shown()! ? <img src={found()} alt={message()?.message || t('media.photo')} /> : <Film url={found()} />)}
          </Show>
        </div>
        <button class="button plain icon-only viewer-step before" aria-label={t('media.before')} disabled={all().indexOf(id()) <= 0} onClick={() => step(-1)}><Icon name="back" /></button>
        <button class="button plain icon-only viewer-step after" aria-label={t('media.after')} disabled={all().indexOf(id()) >= all().length - 1} onClick={() => step(1)}><Icon name="back" class="mirrored" /></button>
        <Show when={message()?.message}>{(words) => <p class="viewer-words" dir="auto">{words()}</p>}</Show>
      </dialog>
    </Portal>
  )
}

/** A video that stops loading when it goes. */
function Film(props: { url: string }): JSX.Element {
  let video!: HTMLVideoElement
  onCleanup(() => {
    video.removeAttribute('src')
    video.load()
  })
  return <video ref={video} src={props.url} controls autoplay playsinline />
}

function Waiting(props: { shown: Shown | undefined; share: number }): JSX.Element {
  const blurred = (): string | undefined => (props.shown && 'photo' in props.shown ? strippedOf(props.shown.photo.sizes) : undefined)
  return (
    <div class="viewer-waiting">
      <Show when={blurred()}>{(url) => <img class="blurred" src={url()} alt="" />}</Show>
      <progress class="progress" max="1" value={props.share} aria-label={t('media.loading')} />
    </div>
  )
}

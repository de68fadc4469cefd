// What a line of a secret chat carries: pictures, films, sounds and files, opened in this browser.

import { createEffect, createSignal, For, on, onCleanup, Show, type JSX } from 'solid-js'
import { safeType } from '../../telegram/files'
import { t } from '../../texts'
import { fit } from '../../ui/conversation/media/sizes'
import { hearable } from '../../ui/conversation/media/caf'
import { barsOf } from '../../ui/conversation/media/waveform'
import { duration, sizeOf } from '../../ui/conversation/times'
import { Dialog } from '../../ui/parts/dialog'
import { Icon } from '../../ui/parts/icon'
import { say, sayError } from '../../ui/parts/toast'
import { errorName } from '../../telegram/errors'
import { isVeiled, type Line } from '../line'
import type { Media } from '../inner'
import { Refused } from '../refused'
import type { Room } from '../room'
import { fileNameOf, find, spanOf } from './words'

interface Props {
  room: Room
  line: Line
}

const blobOf = async ({ room, line }: Props, type: string): Promise<Blob> => new Blob([(await room.post.content(line)) as BlobPart], { type })

/** Why a file does not open. */
function sayWhy(error: unknown): void {
  if (error instanceof Refused) say(t('secret.bad_file'))
  else if (errorName(error).startsWith('FILE_') || errorName(error) === 'LOCATION_INVALID') say(t('secret.file_gone'))
  else if ((error as Error).name !== 'AbortError') sayError(error)
}

export async function saveFile(room: Room, line: Line): Promise<void> {
  try {
    const url = URL.createObjectURL(await blobOf({ room, line }, 'application/octet-stream'))
    const link = document.createElement('a')
    link.href = url
    link.download = fileNameOf(line)
    link.click()
    window.setTimeout(() => URL.revokeObjectURL(url), 60_000)
  } catch (error) {
    sayWhy(error)
  }
}

export function LineMedia(props: Props): JSX.Element {
  const { media } = props.line
  if (!media) return undefined
  switch (media._) {
    case 'photo':
      return <Veil {...props}><Photo {...props} media={media} /></Veil>
    case 'document':
      return <Veil {...props}><Document {...props} media={media} /></Veil>
    case 'geo':
      return <p class="words" dir="auto">{t('secret.place', { place: [media.title, media.address, `${media.lat}, ${media.long}`].filter(Boolean).join(', ') })}</p>
    case 'contact':
      return <p class="words" dir="auto">{t('secret.contact', { contact: `${media.name} +${media.phone.replace(/^\+/, '')}` })}</p>
    case 'page':
      return undefined
    case 'sticker':
      return <span class="sticker-words">{media.alt || '🖼'}</span>
  }
}

/** What lives a minute or less is looked at by a press, and then begins to vanish. */
function Veil(props: Props & { children: JSX.Element }): JSX.Element {
  const veiled = (): boolean => isVeiled(props.line) && !props.line.out && props.line.dies === undefined
  return (
    <Show when={!veiled()} fallback={<button class="button quiet veil" onClick={() => void props.room.unveil(props.line.id).catch(sayError)}><Icon name="eye" />{t('secret.veiled', { time: spanOf(props.line.ttl) })}</button>}>
      {props.children}
    </Show>
  )
}

function Photo(props: Props & { media: Extract<Media, { _: 'photo' }> }): JSX.Element {
  const [url, setUrl] = createSignal<string>()
  const [failed, setFailed] = createSignal(false)
  const [large, setLarge] = createSignal(false)
  const blurred = props.media.thumb.length ? URL.createObjectURL(new Blob([props.media.thumb as BlobPart], { type: 'image/jpeg' })) : undefined
  const own = (): boolean => props.line.state === 'sending'
  const load = (): void => {
    setFailed(false)
    blobOf(props, 'image/jpeg').then((blob) => setUrl(URL.createObjectURL(blob)), (error: unknown) => (setFailed(true), sayWhy(error)))
  }
  // One's own picture is there when it has gone.
  createEffect(on(own, (waits) => waits || url() || load()))
  onCleanup(() => [url(), blurred].forEach((one) => one && URL.revokeObjectURL(one)))
  const room = () => fit(props.media.w, props.media.h)
  const press = (): void => {
    if (url()) setLarge(true)
    else load()
  }
  return (
    <>
      <button class="tile" style={{ 'aspect-ratio': `${room().width} / ${room().height}`, width: `${room().width}px` }} aria-label={t('media.photo')} onClick={press}>
        <Show when={!url() && blurred}><img class="blurred" src={blurred} alt="" /></Show>
        <Show when={url()}>{(found) => <img src={found()} alt="" decoding="async" />}</Show>
        <Show when={failed()}><span class="tile-words">{t('media.failed')}</span></Show>
      </button>
      <Progress {...props} />
      <Show when={large() && url()}>
        {(found) => <Dialog title={t('media.photo')} close={() => setLarge(false)} wide><img class="secret-large" src={found()} alt={props.line.text || t('media.photo')} /></Dialog>}
      </Show>
    </>
  )
}

function Document(props: Props & { media: Extract<Media, { _: 'document' }> }): JSX.Element {
  const [url, setUrl] = createSignal<string>()
  const type = safeType(props.media.mimeType)
  const playable = /^(video|audio)\//.test(type) && (find(props.media.attributes, 'documentAttributeVideo') ?? find(props.media.attributes, 'documentAttributeAudio')) !== undefined
  onCleanup(() => url() && URL.revokeObjectURL(url()!))
  const press = (): void => {
    if (busy()) return props.room.post.stop(props.line.id)
    if (playable) blobOf(props, type).then(hearable).then((blob) => setUrl(URL.createObjectURL(blob)), sayWhy)
    else void saveFile(props.room, props.line)
  }
  const busy = (): boolean => props.room.post.shares().has(props.line.id)
  const voice = find(props.media.attributes, 'documentAttributeAudio')
  const spoken = voice?.voice === true
  const name = (): string => (spoken ? t('media.voice') : fileNameOf(props.line))
  return (
    <Show
      when={url()}
      fallback={
        <div class="file-line">
          <button class="button icon-only" aria-label={t(busy() ? 'cancel' : spoken ? 'media.play' : 'media.download', { name: name() })} onClick={press}><Icon name={busy() ? 'close' : playable ? 'play' : 'download'} /></button>
          <span class="body">
            <Show when={spoken} fallback={<span class="title one-line" dir="auto" title={name()}>{name()}</span>}>
              <span class="waveform" role="img" aria-label={name()}>
                <For each={barsOf(voice?.waveform, 48)}>{(bar) => <i style={{ height: `${Math.round(15 + bar * 85)}%` }} />}</For>
              </span>
            </Show>
            <Show when={busy()} fallback={<span class="small muted">{spoken ? duration(voice?.duration ?? 0) : sizeOf(Number(props.media.size))}</span>}><Progress {...props} /></Show>
          </span>
        </div>
      }
    >
      {(found) => (type.startsWith('video/') ? <video class="secret-film" src={found()} controls autoplay playsinline /> : <audio src={found()} controls autoplay />)}
    </Show>
  )
}

function Progress(props: Props): JSX.Element {
  const share = (): number | undefined => props.room.post.shares().get(props.line.id)
  return <Show when={share() !== undefined}><progress class="progress" max="1" value={share()} aria-label={t('media.loading')} /></Show>
}


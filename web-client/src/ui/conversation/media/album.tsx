// Photos and videos sent together: one tiled picture. Files sent together: one under the other.

import { For, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { kindOf } from '../summary'
import { useChat } from '../chat'
import { FileLine } from './file'
import { PhotoTile } from './photo'
import { VideoTile } from './video'
import { Sound } from './sound'
import { lastsFor, Vanishing } from './vanishing'

type Documented = tl.RawMessageMediaDocument & { document: tl.RawDocument }

export function Album(props: { ids: readonly number[] }): JSX.Element {
  const chat = useChat()
  const all = (): tl.RawMessage[] => props.ids.map((id) => chat.message(id)).filter((one): one is tl.RawMessage => one?._ === 'message')
  const pictures = (): boolean => all().every((one) => isPicture(one.media) && !lastsFor(one.media))
  return (
    <div classList={{ album: pictures(), 'album-files': !pictures() }} data-count={Math.min(props.ids.length, 10)}>
      <For each={all()}>
        {(message) => (
          <Vanishing message={message}>
            <Show when={message.media?._ === 'messageMediaPhoto' && message.media.photo?._ === 'photo' && message.media.photo}>
              {(photo) => <PhotoTile photo={photo()} message={message} hidden={(message.media as tl.RawMessageMediaPhoto).spoiler === true} tile />}
            </Show>
            <Show when={documentOf(message.media)}>{(media) => <Part media={media()} message={message} />}</Show>
          </Vanishing>
        )}
      </For>
    </div>
  )
}

function Part(props: { media: Documented; message: tl.RawMessage }): JSX.Element {
  const kind = kindOf(props.media.document)
  if (kind === 'video') return <VideoTile document={props.media.document} message={props.message} round={false} hidden={props.media.spoiler === true} tile />
  if (kind === 'audio' || kind === 'voice') return <Sound document={props.media.document} message={props.message} voice={kind === 'voice'} />
  return <FileLine document={props.media.document} />
}

function documentOf(media: tl.TypeMessageMedia | undefined): Documented | undefined {
  return media?._ === 'messageMediaDocument' && media.document?._ === 'document' ? (media as Documented) : undefined
}

function isPicture(media: tl.TypeMessageMedia | undefined): boolean {
  const document = documentOf(media)
  return media?._ === 'messageMediaPhoto' || (document !== undefined && ['video', 'animation'].includes(kindOf(document.document)))
}

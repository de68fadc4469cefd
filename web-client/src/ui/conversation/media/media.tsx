// What a message carries, by kind.

import { Match, Show, Switch, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { t } from '../../../texts'
import { kindOf, mediaWord } from '../summary'
import { Animation, Sticker, VideoTile } from './video'
import { FileLine } from './file'
import { PhotoTile } from './photo'
import { Poll } from './poll'
import { Sound } from './sound'
import { LinkCard } from './link-card'
import { Vanishing } from './vanishing'

/** `card`: only the link card, which stands below the words. */
export function Media(props: { message: tl.RawMessage; card?: boolean }): JSX.Element {
  const media = () => props.message.media
  const document = (): tl.RawDocument | undefined => {
    const one = media()
    return one?._ === 'messageMediaDocument' && one.document?._ === 'document' ? one.document : undefined
  }
  const photo = (): tl.RawPhoto | undefined => {
    const one = media()
    return one?._ === 'messageMediaPhoto' && one.photo?._ === 'photo' ? one.photo : undefined
  }
  const page = (): tl.RawWebPage | undefined => {
    const one = media()
    return one?._ === 'messageMediaWebPage' && one.webpage._ === 'webPage' ? one.webpage : undefined
  }
  const hidden = (): boolean => {
    const one = media()
    return (one?._ === 'messageMediaPhoto' || one?._ === 'messageMediaDocument') && one.spoiler === true
  }
  return (
    <Show when={!props.card} fallback={<Show when={page()}>{(found) => <LinkCard page={found()} />}</Show>}>
      <Vanishing message={props.message}>
        <Switch fallback={<Other media={media()} />}>
          <Match when={photo()}>{(found) => <PhotoTile photo={found()} message={props.message} hidden={hidden()} />}</Match>
          <Match when={document()}>{(found) => <Document document={found()} message={props.message} hidden={hidden()} />}</Match>
          <Match when={media()?._ === 'messageMediaPoll' && (media() as tl.RawMessageMediaPoll)}>{(found) => <Poll media={found()} message={props.message} />}</Match>
        </Switch>
      </Vanishing>
    </Show>
  )
}

export function Document(props: { document: tl.RawDocument; message: tl.RawMessage; hidden: boolean }): JSX.Element {
  const kind = () => kindOf(props.document)
  return (
    <Switch fallback={<FileLine document={props.document} />}>
      <Match when={kind() === 'voice' || kind() === 'audio'}><Sound document={props.document} message={props.message} voice={kind() === 'voice'} /></Match>
      <Match when={kind() === 'video' || kind() === 'round'}><VideoTile document={props.document} message={props.message} round={kind() === 'round'} hidden={props.hidden} /></Match>
      <Match when={kind() === 'animation'}><Animation document={props.document} /></Match>
      <Match when={kind() === 'sticker'}><Sticker document={props.document} /></Match>
    </Switch>
  )
}

/** A kind this client has no picture of yet is named, with whatever it says of itself. */
function Other(props: { media: tl.TypeMessageMedia | undefined }): JSX.Element {
  const shown = (): boolean => props.media !== undefined && props.media._ !== 'messageMediaWebPage' && props.media._ !== 'messageMediaEmpty'
  return (
    <Show when={shown()}>
      <Switch fallback={<div class="notice small">{mediaWord(props.media)}</div>}>
        <Match when={props.media?._ === 'messageMediaContact' && (props.media as tl.RawMessageMediaContact)}>
          {(contact) => (
            <div class="file-line">
              <span class="body"><span class="title" dir="auto">{contact().firstName} {contact().lastName}</span><a href={`tel:+${contact().phoneNumber.replace(/\D/g, '')}`}>+{contact().phoneNumber.replace(/\D/g, '')}</a></span>
            </div>
          )}
        </Match>
        <Match when={props.media?._ === 'messageMediaGeo' && props.media.geo._ === 'geoPoint' && props.media.geo}>
          {(geo) => <div class="notice small">{t('media.place')} {geo().lat.toFixed(5)}, {geo().long.toFixed(5)}</div>}
        </Match>
      </Switch>
    </Show>
  )
}

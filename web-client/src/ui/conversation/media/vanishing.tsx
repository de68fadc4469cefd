// What shall be looked at once: it is not shown before somebody asks for it, which tells the server to let go of it.

import { createSignal, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { t } from '../../../texts'
import { useChat } from '../chat'

/** How many seconds the media last once they were opened; 0 for ever. */
export function lastsFor(media: tl.TypeMessageMedia | undefined): number {
  return media?._ === 'messageMediaPhoto' || media?._ === 'messageMediaDocument' ? (media.ttlSeconds ?? 0) : 0
}

function isThere(media: tl.TypeMessageMedia | undefined): boolean {
  if (media?._ === 'messageMediaPhoto') return media.photo?._ === 'photo'
  return media?._ === 'messageMediaDocument' && media.document?._ === 'document'
}

export function Vanishing(props: { message: tl.RawMessage; children: JSX.Element }): JSX.Element {
  const chat = useChat()
  const [opened, setOpened] = createSignal(false)
  const there = (): boolean => isThere(props.message.media)
  const look = (): void => {
    setOpened(true)
    chat.account.reading.heard(chat.peer, props.message.id)
  }
  const words = (): JSX.Element => (
    <div class="notice small">{t(there() && props.message.mediaUnread ? 'media.vanishes' : 'media.vanished')}</div>
  )
  const closed = (): JSX.Element => (
    <Show when={there() && !props.message.out && props.message.mediaUnread} fallback={words()}>
      <div><button class="button quiet" type="button" onClick={look}>{t('media.look')}</button></div>
    </Show>
  )
  return (
    <Show when={lastsFor(props.message.media) > 0} fallback={props.children}>
      <Show when={there() && opened()} fallback={closed()}>{props.children}</Show>
    </Show>
  )
}

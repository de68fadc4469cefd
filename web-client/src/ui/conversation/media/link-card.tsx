// What a link in a message leads to.

import { createSignal, onMount, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../../state/account'
import { followLink, leadsTo } from '../../links'
import { sizeFor, strippedOf } from './sizes'

export function LinkCard(props: { page: tl.RawWebPage }): JSX.Element {
  const account = useAccount()
  const photo = (): tl.RawPhoto | undefined => (props.page.photo?._ === 'photo' ? props.page.photo : undefined)
  const [url, setUrl] = createSignal(strippedOf(photo()?.sizes))
  onMount(() => {
    const found = photo()
    const size = sizeFor(found?.sizes, 480)
    if (found && size) account.files.photo(found, size).then(setUrl, () => undefined)
  })
  const safe = (): boolean => /^https?:/i.test(props.page.url)
  return (
    <a class="link-card quote" href={safe() ? leadsTo(props.page.url) : undefined} target="_blank" rel="noopener noreferrer" onClick={(event) => followLink(event, props.page.url, false)}>
      <span class="small muted one-line">{props.page.siteName ?? props.page.displayUrl}</span>
      <Show when={props.page.title}>{(title) => <span class="title" dir="auto">{title()}</span>}</Show>
      <Show when={props.page.description}>{(words) => <span class="clamp" dir="auto">{words()}</span>}</Show>
      <Show when={url()}>{(found) => <img src={found()} alt="" decoding="async" />}</Show>
    </a>
  )
}

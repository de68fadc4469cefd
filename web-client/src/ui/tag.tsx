// `#/tag/#word`: messages with a hashtag, in one's own chats and in public channels.

import { createResource, For, Show, type JSX } from 'solid-js'
import { useAccount } from '../state/account'
import { pageOf } from '../state/histories'
import type { Msg } from '../state/messages'
import { keyOf } from '../telegram/peers'
import { t } from '../texts'
import { textOf } from './conversation/summary'
import { shortDate } from './conversation/times'
import { Avatar } from './parts/avatar'
import { Page, Part } from './parts/page'
import { chatPath, place } from './router'

const MOST = 50
const NOWHERE = { offsetRate: 0, offsetPeer: { _: 'inputPeerEmpty' as const }, offsetId: 0, limit: MOST }

export default function Tag(): JSX.Element {
  const account = useAccount()
  const tag = (): string => place().path[1] ?? ''
  const [found] = createResource(tag, async (word) => {
    const mine = account.call({ _: 'messages.searchGlobal', q: word, filter: { _: 'inputMessagesFilterEmpty' }, minDate: 0, maxDate: 0, ...NOWHERE })
    const posts = account.call({ _: 'channels.searchPosts', hashtag: word.replace(/^[#$]/, ''), ...NOWHERE })
    const [own, open] = await Promise.allSettled([mine, posts])
    const all = (page: typeof own): Msg[] => (page.status === 'fulfilled' ? account.messages.putAll(pageOf(page.value).messages) : [])
    return { own: all(own), open: all(open) }
  })
  return (
    <Page title={tag()} back="">
      <Results title={t('tag.mine')} found={found()?.own ?? []} />
      <Results title={t('tag.public')} found={found()?.open ?? []} />
      <Show when={found() && !found()!.own.length && !found()!.open.length}><div class="empty" role="status"><p class="title">{t('search.nothing')}</p></div></Show>
    </Page>
  )
}

function Results(props: { title: string; found: readonly Msg[] }): JSX.Element {
  const account = useAccount()
  return (
    <Show when={props.found.length}>
      <Part title={props.title}>
        <For each={props.found}>
          {(message) => {
            const key = keyOf(message.peerId)
            return (
              <a class="row" href={`#/${chatPath(key, message.id)}`}>
                <Avatar peer={key} size="little" />
                <span class="body"><span class="title one-line" dir="auto">{account.peers.name(key)}</span><span class="sub one-line" dir="auto">{textOf(account, message)}</span></span>
                <span class="end">{shortDate(message.date)}</span>
              </a>
            )
          }}
        </For>
      </Part>
    </Show>
  )
}

// What waits for its time in a chat: `#/later/<peer>`.

import Long from 'long'
import { createResource, For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { pageOf } from '../../state/histories'
import { t } from '../../texts'
import { showMenu } from '../parts/menu'
import { Page } from '../parts/page'
import { sayError } from '../parts/toast'
import { chatPath, place } from '../router'
import { RichText } from './rich-text'
import { mediaWord } from './summary'
import { fullDate } from './times'

export default function Later(): JSX.Element {
  const account = useAccount()
  const peer = (): number => Number(place().path[1])
  const [found, { refetch }] = createResource(peer, async (key) => {
    const page = pageOf(await account.call({ _: 'messages.getScheduledHistory', peer: account.peers.input(key), hash: Long.ZERO }))
    return page.messages.filter((one) => one._ === 'message').sort((a, b) => a.date - b.date)
  })
  const menu = (event: MouseEvent, id: number): void => {
    const input = account.peers.input(peer())
    showMenu(event, t('message.menu'), [
      { label: t('later.now'), icon: 'send', run: () => void account.act({ _: 'messages.sendScheduledMessages', peer: input, id: [id] }).then(refetch, sayError) },
      { label: t('delete'), icon: 'trash', danger: true, run: () => void account.act({ _: 'messages.deleteScheduledMessages', peer: input, id: [id] }).then(refetch, sayError) },
    ])
  }
  return (
    <Page title={t('later.title', { name: account.peers.name(peer()) })} back={chatPath(peer())}>
      <Show when={found()?.length} fallback={<div class="empty" role="status"><p class="title">{found.loading ? t('loading') : t('later.none')}</p></div>}>
        <ul class="list stack">
          <For each={found()}>
            {(message) => (
              <li>
                <button class="card wide-card" onClick={(event) => menu(event, message.id)}>
                  <span class="small muted">{fullDate(message.date)}</span>
                  <span class="words" dir="auto">{mediaWord(message.media)} <RichText text={message.message} entities={message.entities} /></span>
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Page>
  )
}

// Where one was mentioned and has not looked yet: a press goes from one to the next.

import { Show, type JSX } from 'solid-js'
import { pageOf } from '../../state/histories'
import { t } from '../../texts'
import { Icon } from '../parts/icon'
import { sayError } from '../parts/toast'
import { useChat } from './chat'

export function MentionButton(): JSX.Element {
  const chat = useChat()
  const { account, peer, thread } = chat
  const n = (): number => (thread ? 0 : (account.dialogs.get(peer)?.mentions ?? 0))
  const go = async (): Promise<void> => {
    const rest = { offsetId: 1, addOffset: -1, limit: 1, maxId: 0, minId: 0 }
    const page = pageOf(await account.call({ _: 'messages.getUnreadMentions', peer: account.peers.input(peer), ...rest }))
    const first = account.messages.putAll(page.messages)[0]
    if (!first) return account.dialogs.change(peer, { mentions: 0 })
    chat.jump(first.id)
    account.reading.heard(peer, first.id)
  }
  return (
    <Show when={n() > 0}>
      <button class="button quiet icon-only to-mention" aria-label={t('conversation.mentions', { n: n() })} onClick={() => go().catch(sayError)}>
        <Icon name="mention" /><span class="badge">{n()}</span>
      </button>
    </Show>
  )
}

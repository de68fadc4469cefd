// While messages are being chosen: how many, and what to do with them.

import type { JSX } from 'solid-js'
import { t } from '../../texts'
import { Icon } from '../parts/icon'
import { say } from '../parts/toast'
import { useChat } from './chat'
import { forward } from './forward'
import { mayDelete, remove } from './message-menu'

export function ChosenBar(): JSX.Element {
  const chat = useChat()
  const ids = (): number[] => [...(chat.chosen() ?? [])].sort((a, b) => a - b)
  const copy = (): void => {
    const words = ids().map((id) => chat.account.messages.peek(chat.peer, id)).map((one) => (one?._ === 'message' ? one.message : ''))
    void navigator.clipboard.writeText(words.filter(Boolean).join('\n\n')).then(() => say(t('copied')))
    chat.setChosen(undefined)
  }
  const drop = async (): Promise<void> => {
    if (await remove(chat, ids())) chat.setChosen(undefined)
  }
  return (
    <div class="bar chosen-bar" role="toolbar" aria-label={t('conversation.choose')}>
      <button class="button plain icon-only" aria-label={t('cancel')} onClick={() => chat.setChosen(undefined)}><Icon name="close" /></button>
      <span class="grow strong" role="status">{t('conversation.chosen', { n: ids().length })}</span>
      <button class="button plain" disabled={!ids().length} onClick={copy}>{t('message.copy')}</button>
      <button class="button plain" disabled={!ids().length} onClick={() => forward(chat, ids())}>{t('message.forward')}</button>
      <button class="button danger quiet" disabled={!ids().length || !ids().every((id) => mayDelete(chat, id))} onClick={() => void drop()}>{t('delete')}</button>
    </div>
  )
}

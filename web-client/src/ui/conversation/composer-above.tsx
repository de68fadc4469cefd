// Above the line one writes on: the message being answered or edited, with a way out.

import { Show, type JSX } from 'solid-js'
import { senderOf } from '../../state/messages'
import { t } from '../../texts'
import { Icon, type IconName } from '../parts/icon'
import { useChat } from './chat'
import { textOf } from './summary'

export function ComposerAbove(): JSX.Element {
  const chat = useChat()
  const { account } = chat
  const editing = () => (chat.editing() === undefined ? undefined : chat.message(chat.editing()!))
  const answered = () => (chat.replying() ? chat.message(chat.replying()!.id) : undefined)
  return (
    <Show
      when={editing()}
      fallback={
        <Show when={answered()}>
          {(message) => <Line icon="reply" title={account.peers.name(senderOf(message()))} text={chat.replying()?.quote ?? textOf(account, message())} label={t('composer.no_reply')} close={() => chat.setReplying(undefined)} />}
        </Show>
      }
    >
      {(message) => <Line icon="edit" title={t('composer.editing')} text={textOf(account, message())} label={t('composer.no_edit')} close={() => chat.setEditing(undefined)} />}
    </Show>
  )
}

function Line(props: { icon: IconName; title: string; text: string; label: string; close: () => void }): JSX.Element {
  return (
    <div class="composer-above">
      <Icon name={props.icon} class="little" />
      <span class="body"><span class="title small one-line" dir="auto">{props.title}</span><span class="sub one-line" dir="auto">{props.text}</span></span>
      <button class="button plain icon-only" aria-label={props.label} onClick={() => props.close()}><Icon name="close" /></button>
    </div>
  )
}

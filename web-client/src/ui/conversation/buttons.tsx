// Buttons a bot puts under its message; those that open a page or call the bot back.

import { For, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../state/account'
import { followLink } from '../links'
import { say, sayError } from '../parts/toast'
import { useChat } from './chat'

export function Buttons(props: { message: tl.RawMessage }): JSX.Element {
  const chat = useChat()
  const account = useAccount()
  const rows = (): tl.TypeKeyboardButtonRow[] => (props.message.replyMarkup?._ === 'replyInlineMarkup' ? props.message.replyMarkup.rows : [])
  const press = async (event: MouseEvent, button: tl.TypeKeyboardButton): Promise<void> => {
    if (button._ === 'keyboardButtonUrl') {
      followLink(event, button.url, true)
      return
    }
    if (button._ !== 'keyboardButtonCallback') return
    const answer = await account.call({ _: 'messages.getBotCallbackAnswer', peer: account.peers.input(chat.peer), msgId: props.message.id, data: button.data })
    if (answer.message) say(answer.message)
  }
  return (
    <Show when={rows().length}>
      <div class="bot-buttons">
        <For each={rows()}>
          {(row) => (
            <div class="bot-row">
              <For each={row.buttons}>{(button) => <button class="button quiet little" dir="auto" onClick={(event) => press(event, button).catch(sayError)}>{button.text}</button>}</For>
            </div>
          )}
        </For>
      </div>
    </Show>
  )
}

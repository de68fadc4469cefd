// To a day in the past.

import { createRoot, createSignal, Show, type JSX } from 'solid-js'
import { render } from 'solid-js/web'
import { t } from '../../texts'
import { Dialog } from '../parts/dialog'
import { sayError } from '../parts/toast'
import type { Chat } from './chat'

const [asking, setAsking] = createSignal<Chat>()
let placed = false

/** Asks for a day and goes to its first message. */
export function askDate(chat: Chat): void {
  if (!placed) createRoot(() => render(() => <Show when={asking()} keyed>{(one) => <Ask chat={one} />}</Show>, document.body.appendChild(document.createElement('div'))))
  placed = true
  setAsking(chat)
}

function Ask(props: { chat: Chat }): JSX.Element {
  const [day, setDay] = createSignal(new Date().toISOString().slice(0, 10))
  const close = (): void => void setAsking(undefined)
  const jump = (event: Event): void => {
    event.preventDefault()
    const date = new Date(`${day()}T00:00:00`).getTime() / 1000
    close()
    props.chat.history.aroundDate(date).then((id) => id && props.chat.jump(id), sayError)
  }
  return (
    <Dialog title={t('conversation.jump')} close={close}>
      <form class="stack" onSubmit={jump}>
        <div class="field">
          <label for="jump-day">{t('conversation.day')}</label>
          <input id="jump-day" class="input" type="date" max={new Date().toISOString().slice(0, 10)} value={day()} onInput={(event) => setDay(event.currentTarget.value)} required />
        </div>
        <button class="button" type="submit">{t('conversation.jump')}</button>
      </form>
    </Dialog>
  )
}

// When to send: a day and a time still to come.

import { createSignal, type JSX } from 'solid-js'
import { render } from 'solid-js/web'
import { t } from '../../texts'
import { Dialog } from '../parts/dialog'

/** Seconds since 1970 as the person has chosen, or undefined if they have not. */
export function askWhen(): Promise<number | undefined> {
  return new Promise((answer) => {
    const place = document.body.appendChild(document.createElement('div'))
    const end = (date?: number): void => {
      dispose()
      place.remove()
      answer(date)
    }
    const dispose = render(() => <Ask end={end} />, place)
  })
}

function local(date: Date): string {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function Ask(props: { end: (date?: number) => void }): JSX.Element {
  const [when, setWhen] = createSignal(local(new Date(Date.now() + 3_600_000)))
  return (
    <Dialog title={t('composer.later')} close={() => props.end()}>
      <form class="stack" onSubmit={(event) => (event.preventDefault(), props.end(Math.floor(new Date(when()).getTime() / 1000)))}>
        <div class="field">
          <label for="when">{t('schedule.when')}</label>
          <input id="when" class="input" type="datetime-local" required min={local(new Date(Date.now() + 60_000))} value={when()} onInput={(event) => setWhen(event.currentTarget.value)} />
        </div>
        <button class="button" type="submit">{t('schedule.send')}</button>
      </form>
    </Dialog>
  )
}

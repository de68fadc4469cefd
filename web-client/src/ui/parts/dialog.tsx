// A window over the page: the browser's own dialog, which keeps the focus inside and closes with Escape.

import { createSignal, onMount, Show, type JSX, type ParentProps } from 'solid-js'
import { Portal } from 'solid-js/web'
import { t } from '../../texts'
import { Icon } from './icon'

export function Dialog(props: ParentProps<{ title: string; close: () => void; foot?: JSX.Element; wide?: boolean }>): JSX.Element {
  let element!: HTMLDialogElement
  onMount(() => element.showModal())
  const outside = (event: MouseEvent): void => {
    if (event.target === element) element.close()
  }
  return (
    <Portal>
      <dialog ref={element} class="dialog" classList={{ wide: props.wide }} aria-label={props.title} onClose={() => props.close()} onClick={outside}>
        <header class="dialog-head">
          <h2>{props.title}</h2>
          <button class="button plain icon-only" aria-label={t('close')} onClick={() => element.close()}>
            <Icon name="close" />
          </button>
        </header>
        <div class="body">{props.children}</div>
        <Show when={props.foot}>
          <footer>{props.foot}</footer>
        </Show>
      </dialog>
    </Portal>
  )
}

interface Question {
  title: string
  text: string
  yes: string
  danger?: boolean
  answer: (yes: boolean) => void
}
const [question, setQuestion] = createSignal<Question>()

/** Asks; true if the person says yes. */
export function confirm(asked: Omit<Question, 'answer'>): Promise<boolean> {
  return new Promise((answer) => setQuestion({ ...asked, answer }))
}

/** The place where `confirm` asks; once in the shell. */
export function Confirmations(): JSX.Element {
  const end = (yes: boolean): void => {
    question()?.answer(yes)
    setQuestion(undefined)
  }
  return (
    <Show when={question()} keyed>
      {(asked) => (
        <Dialog
          title={asked.title}
          close={() => end(false)}
          foot={
            <>
              <button class="button quiet" onClick={() => end(false)}>{t('cancel')}</button>
              <button class="button" classList={{ danger: asked.danger }} onClick={() => end(true)}>{asked.yes}</button>
            </>
          }
        >
          <p>{asked.text}</p>
        </Dialog>
      )}
    </Show>
  )
}

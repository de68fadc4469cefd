// A new poll or quiz.

import { createSignal, Index, Show, type JSX } from 'solid-js'
import { t } from '../../texts'
import { Dialog } from '../parts/dialog'
import { useChat } from './chat'

const MOST = 10

export default function PollDialog(props: { close: () => void }): JSX.Element {
  const chat = useChat()
  const [question, setQuestion] = createSignal('')
  const [answers, setAnswers] = createSignal<readonly string[]>(['', ''])
  const [open, setOpen] = createSignal(false)
  const [multiple, setMultiple] = createSignal(false)
  const [quiz, setQuiz] = createSignal(false)
  const [right, setRight] = createSignal(0)
  const [solution, setSolution] = createSignal('')
  const filled = (): string[] => answers().map((one) => one.trim()).filter(Boolean)
  const change = (index: number, value: string): void => {
    const next = answers().map((one, at) => (at === index ? value : one))
    if (next.every((one) => one.trim()) && next.length < MOST) next.push('')
    setAnswers(next)
  }
  const send = (event: Event): void => {
    event.preventDefault()
    const chosen = answers().slice(0, right() + 1).filter((one) => one.trim()).length - 1
    chat.account.outbox.send({
      key: chat.peer, thread: chat.thread, text: '', entities: [], replyTo: chat.replying(),
      poll: { question: question().trim(), answers: filled(), public: open(), multiple: multiple() && !quiz(), right: quiz() ? Math.max(0, chosen) : undefined, solution: solution().trim() },
    })
    chat.setReplying(undefined)
    props.close()
  }
  return (
    <Dialog title={t('poll.new')} close={props.close}>
      <form class="stack" onSubmit={send}>
        <div class="field">
          <label for="poll-question">{t('poll.question')}</label>
          <input id="poll-question" class="input" dir="auto" maxlength="255" required value={question()} onInput={(event) => setQuestion(event.currentTarget.value)} />
        </div>
        <Index each={answers()}>
          {(answer, index) => (
            <div class="cluster nowrap">
              <Show when={quiz()}><input type="radio" name="right" checked={right() === index} aria-label={t('poll.mark_right', { n: index + 1 })} onChange={() => setRight(index)} /></Show>
              <input class="input" dir="auto" maxlength="100" aria-label={t('poll.answer', { n: index + 1 })} placeholder={t('poll.answer', { n: index + 1 })} required={index < 2} value={answer()} onInput={(event) => change(index, event.currentTarget.value)} />
            </div>
          )}
        </Index>
        <label class="choice"><input type="checkbox" checked={open()} onChange={(event) => setOpen(event.currentTarget.checked)} />{t('poll.show_names')}</label>
        <Show when={!quiz()}><label class="choice"><input type="checkbox" checked={multiple()} onChange={(event) => setMultiple(event.currentTarget.checked)} />{t('poll.several')}</label></Show>
        <label class="choice"><input type="checkbox" checked={quiz()} onChange={(event) => setQuiz(event.currentTarget.checked)} />{t('poll.as_quiz')}</label>
        <Show when={quiz()}>
          <div class="field">
            <label for="poll-solution">{t('poll.solution')}</label>
            <input id="poll-solution" class="input" dir="auto" maxlength="200" value={solution()} onInput={(event) => setSolution(event.currentTarget.value)} />
          </div>
        </Show>
        <button class="button" type="submit" disabled={filled().length < 2}>{t('poll.create')}</button>
      </form>
    </Dialog>
  )
}

// A poll or a quiz: vote, see what others chose, and why an answer is right.

import { createSignal, For, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../../state/account'
import { t } from '../../../texts'
import { sayError } from '../../parts/toast'
import { useChat } from '../chat'
import { RichText } from '../rich-text'

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, index) => byte === b[index])

export function Poll(props: { media: tl.RawMessageMediaPoll; message: tl.RawMessage }): JSX.Element {
  const account = useAccount()
  const chat = useChat()
  const [marked, setMarked] = createSignal<readonly number[]>([])
  const [busy, setBusy] = createSignal(false)
  const poll = () => props.media.poll
  const results = () => props.media.results.results ?? []
  const result = (answer: tl.TypePollAnswer): tl.TypePollAnswerVoters | undefined => results().find((one) => 'option' in answer && same(one.option, answer.option))
  const voted = (): boolean => results().some((one) => one.chosen)
  const shown = (): boolean => voted() || poll().closed === true
  const total = (): number => props.media.results.totalVoters ?? 0
  const share = (answer: tl.TypePollAnswer): number => (total() ? (result(answer)?.voters ?? 0) / total() : 0)

  const vote = (indexes: readonly number[]): void => {
    setBusy(true)
    const options = indexes.flatMap((index) => {
      const answer = poll().answers[index]
      return answer && 'option' in answer ? [answer.option] : []
    })
    account.act({ _: 'messages.sendVote', peer: account.peers.input(chat.peer), msgId: props.message.id, options }).catch(sayError).finally(() => setBusy(false))
  }
  const press = (index: number): void => {
    if (!poll().multipleChoice) return vote([index])
    setMarked((now) => (now.includes(index) ? now.filter((one) => one !== index) : [...now, index]))
  }
  const kind = (): string => {
    if (poll().closed) return t('poll.closed')
    if (poll().quiz) return t(poll().publicVoters ? 'poll.quiz' : 'poll.quiz_secret')
    return t(poll().publicVoters ? 'poll.public' : 'poll.secret')
  }
  return (
    <fieldset class="poll" disabled={busy()}>
      <legend dir="auto"><RichText text={poll().question.text} entities={poll().question.entities} /></legend>
      <p class="small muted">{kind()}</p>
      <For each={poll().answers}>
        {(answer, index) => (
          <Show
            when={!shown()}
            fallback={
              <div class="poll-answer">
                <span class="poll-share">{Math.round(share(answer) * 100)} %</span>
                <span class="body" dir="auto">
                  {answer.text.text} <Show when={result(answer)?.chosen}><b>✓</b></Show>
                  <Show when={result(answer)?.correct}><span class="small"> ({t('poll.right')})</span></Show>
                  <progress class="progress" max="1" value={share(answer)} aria-label={answer.text.text} />
                </span>
              </div>
            }
          >
            <label class="choice">
              <input type={poll().multipleChoice ? 'checkbox' : 'radio'} name={`poll-${props.message.id}`} checked={marked().includes(index())} onChange={() => press(index())} />
              <span dir="auto">{answer.text.text}</span>
            </label>
          </Show>
        )}
      </For>
      <Show when={shown() && props.media.results.solution}>{(solution) => <p class="quote" dir="auto"><RichText text={solution()} entities={props.media.results.solutionEntities} /></p>}</Show>
      <div class="cluster">
        <span class="small muted">{t('poll.votes', { n: total() })}</span>
        <Show when={!shown() && poll().multipleChoice}><button class="button little" disabled={!marked().length} onClick={() => vote(marked())}>{t('poll.vote')}</button></Show>
        <Show when={voted() && !poll().closed && !poll().quiz}><button class="button plain little" onClick={() => vote([])}>{t('poll.retract')}</button></Show>
      </div>
    </fieldset>
  )
}

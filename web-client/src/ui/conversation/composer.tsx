// Where one writes. Enter sends, Shift+Enter begins a line; what is half written is kept.

import { createEffect, createSignal, lazy, on, onMount, Show, Suspense, type JSX } from 'solid-js'
import { outgoing, type Attachment } from '../../state/deliver'
import { t } from '../../texts'
import { Icon } from '../parts/icon'
import { showMenu } from '../parts/menu'
import { say, sayError } from '../parts/toast'
import { go } from '../router'
import { AttachDialog, takeFiles } from './attach'
import { useChat } from './chat'
import { ComposerAbove } from './composer-above'
import { JoinBar } from './join-bar'
import { keyFormat, wrap } from './format'
import { mayEdit } from './message-menu'
import { parse, unparse } from './rich'
import { split } from './split'
import { fullDate } from './times'
import { tellTyping } from './typing'
import { MentionList, useMentions } from './mentions'

const Recorder = lazy(() => import('./recorder'))
const PollDialog = lazy(() => import('./poll-dialog'))
const EmojiPanel = lazy(() => import('./emoji'))

export function Composer(): JSX.Element {
  const chat = useChat()
  const { account, peer, thread } = chat
  const draft = thread ? undefined : account.drafts.of(peer)
  const [text, setText] = createSignal(draft ? unparse(draft.message, draft.entities) : '')
  const [recording, setRecording] = createSignal(false)
  const [asking, setAsking] = createSignal(false)
  const [smiling, setSmiling] = createSignal(false)
  const [silent, setSilent] = createSignal(false)
  let area!: HTMLTextAreaElement
  let picker!: HTMLInputElement
  const mentions = useMentions(chat, () => area, (value) => change(value))
  if (draft?.replyTo?._ === 'inputReplyToMessage') chat.setReplying({ id: draft.replyTo.replyToMsgId })
  chat.focusComposer = () => area?.focus()
  onMount(() => matchMedia('(pointer: fine)').matches && area?.focus())

  // Written on another device.
  createEffect(
    on(
      () => (thread ? undefined : account.dialogs.get(peer)?.draft),
      (now) => {
        if (chat.editing() !== undefined || account.drafts.writing(peer)) return
        const written = now ? unparse(now.message, now.entities) : ''
        if (parse(text()).text !== (now?.message ?? '')) setText(written)
      },
      { defer: true },
    ),
  )
  createEffect(
    on(chat.editing, (id, before) => {
      const message = id === undefined ? undefined : account.messages.peek(peer, id)
      if (message?._ === 'message') setText(unparse(message.message, message.entities))
      else if (before !== undefined) setText('')
      queueMicrotask(grow)
    }, { defer: true }),
  )
  createEffect(on(chat.replying, () => keep(), { defer: true }))
  createEffect(on(text, () => queueMicrotask(grow)))

  const grow = (): void => {
    if (!area) return
    area.style.setProperty('height', 'auto')
    area.style.setProperty('height', `${Math.min(area.scrollHeight, 260)}px`)
  }
  const keep = (): void => {
    if (thread || chat.editing() !== undefined) return
    account.drafts.write(peer, { ...parse(text()), replyTo: chat.replying()?.id })
  }
  const change = (value: string): void => {
    setText(value)
    keep()
    mentions.look()
    if (value && chat.editing() === undefined) tellTyping(chat)
  }
  const rest = () => ({ key: peer, thread, replyTo: chat.replying(), silent: silent() })
  const clear = (): void => {
    setText('')
    chat.setReplying(undefined)
  }
  const send = (scheduleDate?: number): void => {
    const editing = chat.editing()
    const rich = parse(text())
    if (!rich.text) return
    if (editing !== undefined) return void edit(editing)
    // What is too long for one message becomes several, in order.
    const parts = split(rich.text)
    parts.forEach((part, index) => {
      const inside = parts.length === 1 ? rich.entities : []
      account.outbox.send({ ...rest(), text: part, entities: inside, replyTo: index ? undefined : chat.replying(), scheduleDate })
    })
    clear()
    if (scheduleDate) say(t('later.done', { date: fullDate(scheduleDate) }), { label: t('forward.open'), run: () => go(`later/${peer}`) })
    area.focus()
  }
  const speak = (voice: Attachment): void => {
    account.outbox.send({ ...rest(), text: '', entities: [], attachments: [voice] })
    chat.setReplying(undefined)
  }
  const edit = async (id: number): Promise<void> => {
    const rich = parse(text())
    chat.setEditing(undefined)
    clear()
    try {
      await account.act({ _: 'messages.editMessage', peer: account.peers.input(peer), id, message: rich.text, entities: outgoing(account, rich.entities) })
    } catch (error) {
      sayError(error)
    }
  }
  const editLast = (): void => {
    const last = [...chat.history.all()].reverse().find((id) => account.messages.peek(peer, id)?.out)
    if (last !== undefined && mayEdit(chat, last)) chat.setEditing(last)
  }
  const key = (event: KeyboardEvent): void => {
    if (mentions.key(event)) return
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send()
    else if (event.key === 'ArrowUp' && !text() && chat.editing() === undefined) editLast()
    else if (keyFormat(event, area)) change(area.value)
    else return
    event.preventDefault()
  }
  const attach = (event: MouseEvent): void => {
    showMenu(event, t('composer.attach'), [
      { label: t('composer.files'), icon: 'photo', run: () => picker.click() },
      { label: t('composer.poll'), icon: 'poll', run: () => setAsking(true) },
      { label: t(silent() ? 'composer.loud' : 'composer.silent'), icon: silent() ? 'bell' : 'bell-off', run: () => setSilent(!silent()) },
      { label: t('composer.later'), icon: 'clock', run: () => void later() },
    ])
  }
  const later = async (): Promise<void> => {
    const { askWhen } = await import('./schedule')
    const date = await askWhen()
    if (date) send(date)
  }
  const paste = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length) {
      event.preventDefault()
      takeFiles(chat, files)
    }
  }
  return (
    <Show when={chat.mayWrite()} fallback={<JoinBar />}>
      <div class="composer">
        <ComposerAbove />
        <MentionList mentions={mentions} />
        <Show when={!recording()} fallback={<Suspense><Recorder close={() => setRecording(false)} done={speak} heard={() => tellTyping(chat, { _: 'sendMessageRecordAudioAction' })} /></Suspense>}>
          <div class="composer-line">
            <button class="button plain icon-only" aria-label={t('composer.attach')} aria-haspopup="menu" onClick={attach}><Icon name="attach" /></button>
            <input ref={picker} class="seen-only-by-readers" type="file" multiple tabindex="-1" aria-hidden="true" onChange={() => (takeFiles(chat, [...(picker.files ?? [])]), (picker.value = ''))} />
            <textarea
              ref={area} class="input" rows="1" dir="auto" aria-label={t('composer.label')} placeholder={t(!chat.mayType() ? 'composer.forbidden' : silent() ? 'composer.label_silent' : 'composer.label')}
              disabled={!chat.mayType()}
              value={text()} onInput={(event) => change(event.currentTarget.value)} onKeyDown={key} onPaste={paste} onBlur={() => thread || account.drafts.flush(peer)}
            />
            <button class="button plain icon-only" aria-label={t('composer.emoji')} aria-expanded={smiling()} onClick={() => setSmiling(!smiling())}><Icon name="smile" /></button>
            <Show
              when={text().trim() || chat.editing() !== undefined}
              fallback={<button class="button icon-only" aria-label={t('composer.voice')} onClick={() => setRecording(true)}><Icon name="mic" /></button>}
            >
              <button class="button icon-only" aria-label={t(chat.editing() !== undefined ? 'save' : 'send')} onClick={() => send()}>
                <Icon name={chat.editing() !== undefined ? 'check' : 'send'} />
              </button>
            </Show>
          </div>
        </Show>
        <Show when={smiling()}>
          <Suspense><EmojiPanel choose={(sign) => (wrap(area, sign, ''), change(area.value))} close={() => (setSmiling(false), area.focus())} /></Suspense>
        </Show>
        <AttachDialog />
        <Show when={asking()}><Suspense><PollDialog close={() => setAsking(false)} /></Suspense></Show>
      </div>
    </Show>
  )
}

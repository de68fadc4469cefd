// Where one writes in a secret chat. Enter sends, Shift+Enter begins a line. Nothing half written leaves this page.

import { createSignal, For, lazy, onMount, Show, Suspense, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import type { Attachment } from '../../state/deliver'
import { t } from '../../texts'
import { keyFormat } from '../../ui/conversation/format'
import { parse } from '../../ui/conversation/rich'
import { split } from '../../ui/conversation/split'
import { sizeOf } from '../../ui/conversation/times'
import { Icon } from '../../ui/parts/icon'
import { say, sayError } from '../../ui/parts/toast'
import type { Entity } from '../inner'
import type { Line } from '../line'
import type { Room } from '../room'
import { albums, enclose, enclosed } from './enclose'
import { briefly } from './words'

const Recorder = lazy(() => import('../../ui/conversation/recorder'))
const MOST_BYTES = 200 * 1024 * 1024
const TYPING_MS = 4000

interface Props {
  room: Room
  replying: Line | undefined
  setReplying: (line: Line | undefined) => void
  sent: () => void
}

export function Composer(props: Props): JSX.Element {
  const { room } = props
  const account = useAccount()
  const [text, setText] = createSignal('')
  const [files, setFiles] = createSignal<readonly File[]>([])
  const [recording, setRecording] = createSignal(false)
  let area!: HTMLTextAreaElement
  let picker!: HTMLInputElement
  let told = 0
  onMount(() => matchMedia('(pointer: fine)').matches && area.focus())

  const grow = (): void => {
    area.style.setProperty('height', 'auto')
    area.style.setProperty('height', `${Math.min(area.scrollHeight, 260)}px`)
  }
  const change = (value: string): void => {
    setText(value)
    queueMicrotask(grow)
    if (!value || Date.now() - told < TYPING_MS) return
    told = Date.now()
    void room.house.relay.typing(room.chat, true).catch(() => undefined)
  }
  const take = (chosen: readonly File[]): void => {
    const large = chosen.find((one) => one.size > MOST_BYTES)
    if (large) say(t('secret.too_big', { name: large.name, size: sizeOf(MOST_BYTES) }))
    setFiles([...files(), ...chosen.filter((one) => one.size <= MOST_BYTES && one.size > 0)])
  }
  const send = (): void => {
    const rich = parse(text())
    const entities = rich.entities.filter((one) => one._ !== 'messageEntityMentionName') as unknown as Entity[]
    const chosen = files()
    if (!rich.text && !chosen.length) return
    const replyTo = props.replying?.randomId
    setText('')
    setFiles([])
    props.setReplying(undefined)
    queueMicrotask(grow)
    told = 0
    void deliver(rich.text, entities, chosen, replyTo).catch(sayError)
    area.focus()
  }
  const deliver = async (words: string, entities: Entity[], chosen: readonly File[], replyTo: bigint | undefined): Promise<void> => {
    if (!chosen.length) {
      const parts = split(words)
      for (const [index, part] of parts.entries()) await room.say(part, parts.length === 1 ? entities : [], index ? undefined : replyTo)
    }
    const first = { words, entities, replyTo }
    for (const album of albums(await Promise.all(chosen.map(enclose)))) {
      const groupedId = album.length > 1 ? room.random() : undefined
      for (const one of album) {
        // What was written stands under the first.
        const { words, entities, replyTo } = first
        Object.assign(first, { words: '', entities: [], replyTo: undefined })
        const going = room.sendFile(one.media, one.blob, words, entities, { replyTo, groupedId })
        queueMicrotask(() => props.sent())
        await going
      }
    }
    props.sent()
  }
  const speak = (voice: Attachment): void => {
    const replyTo = props.replying?.randomId
    props.setReplying(undefined)
    const name = voice.blob.type === 'audio/ogg' ? 'voice.ogg' : `voice.${voice.blob.type.split('/')[1]}`
    const going = enclosed({ ...voice, name }).then(({ media, blob }) => room.sendFile(media, blob, '', [], { replyTo }))
    queueMicrotask(() => props.sent())
    void going.then(() => props.sent(), sayError)
  }
  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send()
    else if (keyFormat(event, area)) change(area.value)
    else return
    event.preventDefault()
  }
  const paste = (event: ClipboardEvent): void => {
    const pasted = [...(event.clipboardData?.files ?? [])]
    if (!pasted.length) return
    event.preventDefault()
    take(pasted)
  }
  return (
    <div class="composer" onDragOver={(event) => event.preventDefault()} onDrop={(event) => (event.preventDefault(), take([...(event.dataTransfer?.files ?? [])]))}>
      <Show when={props.replying}>
        {(line) => (
          <div class="composer-above">
            <Icon name="reply" class="little" />
            <span class="body"><span class="title small one-line" dir="auto">{account.peers.name(line().out ? account.self : room.chat.peer)}</span><span class="sub one-line" dir="auto">{briefly(account, room, line())}</span></span>
            <button class="button plain icon-only" aria-label={t('composer.no_reply')} onClick={() => props.setReplying(undefined)}><Icon name="close" /></button>
          </div>
        )}
      </Show>
      <Show when={files().length}>
        <ul class="secret-files">
          <For each={files()}>
            {(file) => <li class="chip"><span class="one-line" dir="auto">{file.name}</span><button class="button plain icon-only little" aria-label={t('secret.remove_file', { name: file.name })} onClick={() => setFiles(files().filter((one) => one !== file))}><Icon name="close" class="little" /></button></li>}
          </For>
        </ul>
      </Show>
      <Show when={!recording()} fallback={<Suspense><Recorder close={() => (setRecording(false), queueMicrotask(() => area.focus()))} done={speak} heard={() => undefined} /></Suspense>}>
        <div class="composer-line">
          <button class="button plain icon-only" aria-label={t('composer.attach')} onClick={() => picker.click()}><Icon name="attach" /></button>
          <input ref={picker} class="seen-only-by-readers" type="file" multiple tabindex="-1" aria-hidden="true" onChange={() => (take([...(picker.files ?? [])]), (picker.value = ''), area.focus())} />
          <textarea ref={area} class="input" rows="1" dir="auto" aria-label={t('secret.write')} placeholder={t('secret.write')} value={text()} onInput={(event) => change(event.currentTarget.value)} onKeyDown={key} onPaste={paste} />
          <Show when={text().trim() || files().length} fallback={<button class="button icon-only" aria-label={t('composer.voice')} onClick={() => setRecording(true)}><Icon name="mic" /></button>}>
            <button class="button icon-only" aria-label={t('send')} onClick={send}><Icon name="send" /></button>
          </Show>
        </div>
      </Show>
    </div>
  )
}

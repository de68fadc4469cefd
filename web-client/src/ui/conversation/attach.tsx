// Files chosen, pasted or dropped: looked at once more, with a caption, then sent.

import { createSignal, For, onCleanup, Show, type JSX } from 'solid-js'
import type { Attachment } from '../../state/deliver'
import { t } from '../../texts'
import { Dialog } from '../parts/dialog'
import { Icon } from '../parts/icon'
import { useChat, type Chat } from './chat'
import { measure } from './measure'
import { parse } from './rich'
import { sizeOf } from './times'

const ALBUM = 10

export function takeFiles(chat: Chat, files: readonly File[]): void {
  if (files.length && chat.mayWrite()) chat.setFiles([...chat.files(), ...files].slice(0, 100))
}

export function dropFiles(event: DragEvent, chat: Chat): void {
  const files = [...(event.dataTransfer?.files ?? [])]
  if (!files.length) return
  event.preventDefault()
  takeFiles(chat, files)
}

export function AttachDialog(): JSX.Element {
  const chat = useChat()
  return <Show when={chat.files().length}><Asking /></Show>
}

function Asking(): JSX.Element {
  const chat = useChat()
  const [caption, setCaption] = createSignal('')
  const [asFiles, setAsFiles] = createSignal(false)
  const [hidden, setHidden] = createSignal(false)
  const close = (): void => void chat.setFiles([])
  const pictures = (): boolean => chat.files().some((file) => /^(image|video)\//.test(file.type))
  const send = async (): Promise<void> => {
    const files = chat.files()
    const { text, entities } = parse(caption())
    const replyTo = chat.replying()
    close()
    chat.setReplying(undefined)
    const all = await Promise.all(files.map((file) => measure(file, asFiles(), hidden())))
    batches(all).forEach((attachments, index) => {
      const words = index ? { text: '', entities: [] } : { text, entities }
      chat.account.outbox.send({ key: chat.peer, thread: chat.thread, replyTo: index ? undefined : replyTo, attachments, ...words })
    })
  }
  return (
    <Dialog
      title={t('attach.title', { n: chat.files().length })} close={close}
      foot={<><button class="button quiet" onClick={close}>{t('cancel')}</button><button class="button" onClick={() => void send()}>{t('send')}</button></>}
    >
      <div class="stack">
        <ul class="list attach-list">
          <For each={chat.files()}>
            {(file) => (
              <li class="file-line">
                <Preview file={file} />
                <span class="body"><span class="one-line" dir="auto">{file.name}</span><span class="small muted">{sizeOf(file.size)}</span></span>
                <button class="button plain icon-only" aria-label={t('attach.without', { name: file.name })} onClick={() => chat.setFiles(chat.files().filter((one) => one !== file))}><Icon name="close" /></button>
              </li>
            )}
          </For>
        </ul>
        <Show when={pictures()}>
          <label class="choice"><input type="checkbox" checked={asFiles()} onChange={(event) => setAsFiles(event.currentTarget.checked)} />{t('attach.as_files')}</label>
          <Show when={!asFiles()}><label class="choice"><input type="checkbox" checked={hidden()} onChange={(event) => setHidden(event.currentTarget.checked)} />{t('attach.spoiler')}</label></Show>
        </Show>
        <div class="field">
          <label for="caption">{t('attach.caption')}</label>
          <textarea id="caption" class="input" rows="2" dir="auto" maxlength="1024" value={caption()} onInput={(event) => setCaption(event.currentTarget.value)} onKeyDown={(event) => event.key === 'Enter' && !event.shiftKey && !event.isComposing && (event.preventDefault(), void send())} />
        </div>
      </div>
    </Dialog>
  )
}

function Preview(props: { file: File }): JSX.Element {
  const url = props.file.type.startsWith('image/') ? URL.createObjectURL(props.file) : undefined
  onCleanup(() => url && URL.revokeObjectURL(url))
  return <Show when={url} fallback={<Icon name="file" />}>{(found) => <img class="attach-preview" src={found()} alt="" />}</Show>
}

/** What goes together: pictures with pictures, the rest with its kind, ten at most. */
function batches(all: readonly Attachment[]): Attachment[][] {
  const out: Attachment[][] = []
  const group = (one: Attachment): string => (one.kind === 'photo' || one.kind === 'video' ? 'picture' : one.kind)
  for (const one of all) {
    const last = out.at(-1)
    if (last && last.length < ALBUM && group(last[0]!) === group(one) && one.kind !== 'voice') last.push(one)
    else out.push([one])
  }
  return out
}

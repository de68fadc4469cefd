// A message on its way: at once where it will be, with its progress, or why it could not be sent.

import { For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { Icon } from '../parts/icon'
import { useChat } from './chat'
import { RichText } from './rich-text'
import { textOf } from './summary'
import { clock, sizeOf } from './times'

export function UnsentRow(props: { row: number }): JSX.Element {
  const account = useAccount()
  const chat = useChat()
  const item = () => account.outbox.get(props.row)
  return (
    <Show when={item()}>
      {(unsent) => {
        const answered = () => unsent().replyTo && chat.message(unsent().replyTo!.id)
        return (
          <div class="message mine">
            <div class="bubble own" classList={{ failed: unsent().state === 'failed' }}>
              <Show when={answered()}>{(target) => <span class="quote"><span class="one-line" dir="auto">{unsent().replyTo?.quote ?? textOf(account, target())}</span></span>}</Show>
              <For each={unsent().attachments ?? []}>
                {(one) => (
                  <div class="file-line">
                    <Icon name={one.kind === 'photo' ? 'photo' : one.kind === 'voice' ? 'mic' : 'file'} />
                    <span class="body"><span class="one-line" dir="auto">{one.kind === 'voice' ? t('media.voice') : one.name}</span><span class="small muted">{sizeOf(one.blob.size)}</span></span>
                  </div>
                )}
              </For>
              <Show when={unsent().poll}>{(poll) => <div class="words">{poll().question}</div>}</Show>
              <Show when={unsent().attachments?.length && unsent().state !== 'failed'}>
                <progress class="progress" max="1" value={unsent().progress} aria-label={t('sending')} />
              </Show>
              <div class="words" dir="auto"><RichText text={unsent().text} entities={unsent().entities} /></div>
              <span class="meta">
                <time>{clock(unsent().date)}</time>
                <Icon name={unsent().state === 'failed' ? 'warn' : 'clock'} class="little" />
                <span class="seen-only-by-readers">{t(unsent().state === 'failed' ? 'unsent.failed' : 'sending')}</span>
              </span>
              <Show when={unsent().state === 'failed' || unsent().attachments?.length}>
                <div class="cluster">
                  <Show when={unsent().error}><span class="small danger-words" role="alert">{unsent().error}</span></Show>
                  <Show when={unsent().state === 'failed'}><button class="button quiet little" onClick={() => account.outbox.retry(props.row)}>{t('retry')}</button></Show>
                  <button class="button plain little" onClick={() => account.outbox.cancel(props.row)}>{t(unsent().state === 'failed' ? 'delete' : 'cancel')}</button>
                </div>
              </Show>
            </div>
          </div>
        )
      }}
    </Show>
  )
}

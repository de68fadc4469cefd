// A copy of one's own data, as a file: what the server knows, and every message if wished.

import { createSignal, onCleanup, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { takeOut } from '../../state/takeout'
import { errorName, explain, waitSeconds } from '../../telegram/errors'
import { t } from '../../texts'
import { Toggle } from '../parts/form'
import { Page, Part } from '../parts/page'

export default function Copy(): JSX.Element {
  const account = useAccount()
  const [messages, setMessages] = createSignal(true)
  const [busy, setBusy] = createSignal(false)
  const [said, setSaid] = createSignal('')
  let going: AbortController | undefined
  onCleanup(() => going?.abort())
  const take = async (): Promise<void> => {
    going = new AbortController()
    setBusy(true)
    setSaid(t('settings.copy_going', { chats: 0, messages: 0 }))
    try {
      const progress = (chats: number, count: number): void => void setSaid(t('settings.copy_going', { chats, messages: count }))
      const file = await takeOut(account, { messages: messages(), signal: going.signal, progress })
      save(file, `chappe-${new Date().toISOString().slice(0, 10)}.json`)
      setSaid(t('settings.copy_done', { size: Math.max(1, Math.round(file.size / 1024)) }))
    } catch (error) {
      const early = errorName(error).startsWith('TAKEOUT_INIT_DELAY')
      setSaid(going.signal.aborted ? '' : early ? t('settings.copy_early', { hours: Math.ceil(waitSeconds(error) / 3600) }) : explain(error))
    }
    setBusy(false)
  }
  return (
    <Page title={t('settings.copy')} back="settings">
      <Part hint={t('settings.copy_left_out')}>
        <p>{t('settings.copy_text')}</p>
        <Toggle label={t('settings.copy_messages')} value={messages()} disabled={busy()} set={setMessages} />
        <Show when={busy()} fallback={<button class="button" onClick={() => void take()}>{t('settings.copy_take')}</button>}>
          <button class="button quiet" onClick={() => going?.abort()}>{t('cancel')}</button>
        </Show>
        <p role="status" class="muted">{said()}</p>
      </Part>
    </Page>
  )
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

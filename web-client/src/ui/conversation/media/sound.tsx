// A voice message with its waveform, or a piece of music: one plays at a time.

import { createMemo, createSignal, For, onCleanup, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../../state/account'
import { t } from '../../../texts'
import { Icon } from '../../parts/icon'
import { sayError } from '../../parts/toast'
import { useChat } from '../chat'
import { durationOf, fileName } from '../summary'
import { duration } from '../times'
import { hearable } from './caf'
import { barsOf } from './waveform'

let playing: HTMLAudioElement | undefined
const RATES = [1, 1.5, 2]

export function Sound(props: { document: tl.RawDocument; message: tl.RawMessage; voice: boolean }): JSX.Element {
  const account = useAccount()
  const chat = useChat()
  const [state, setState] = createSignal<'still' | 'loading' | 'playing'>('still')
  const [at, setAt] = createSignal(0)
  const [rate, setRate] = createSignal(1)
  const length = (): number => durationOf(props.document)
  const attribute = () => props.document.attributes.find((one): one is tl.RawDocumentAttributeAudio => one._ === 'documentAttributeAudio')
  const bars = createMemo(() => barsOf(attribute()?.waveform, 48))
  let audio: HTMLAudioElement | undefined
  let own = ''
  const abort = new AbortController()

  const load = async (): Promise<HTMLAudioElement> => {
    if (audio) return audio
    setState('loading')
    // Music plays while it loads; a voice is short.
    const { files } = account
    // Safari lets only that player sound later which was touched within the press, before the file is here.
    const made = new Audio()
    made.load()
    made.src = await (props.voice ? voice() : files.play(props.document, { signal: abort.signal }))
    made.ontimeupdate = () => setAt(made.currentTime)
    made.onpause = () => setState('still')
    made.onplay = () => setState('playing')
    made.onended = () => setAt(0)
    return (audio = made)
  }
  const voice = async (): Promise<string> => {
    const { files } = account
    const url = await files.document(props.document)
    const blob = files.blob(props.document)
    const found = blob && (await hearable(blob))
    return found === blob || !found ? url : (own = URL.createObjectURL(found))
  }
  const toggle = async (): Promise<void> => {
    if (state() === 'playing') return audio?.pause()
    try {
      const found = await load()
      if (playing !== found) playing?.pause()
      playing = found
      found.playbackRate = rate()
      await found.play()
      heard()
    } catch (error) {
      setState('still')
      sayError(error)
    }
  }
  const heard = (): void => account.reading.heard(chat.peer, props.message.id)
  const seek = (share: number): void => {
    void load().then((found) => {
      found.currentTime = share * (length() || found.duration || 0)
      setAt(found.currentTime)
      if (state() === 'loading') setState('still')
    }, sayError)
  }
  const faster = (): void => {
    setRate(RATES[(RATES.indexOf(rate()) + 1) % RATES.length]!)
    if (audio) audio.playbackRate = rate()
  }
  onCleanup(() => {
    audio?.pause()
    audio?.removeAttribute('src')
    URL.revokeObjectURL(own)
    abort.abort()
    if (playing === audio) playing = undefined
  })
  const share = (): number => (length() ? at() / length() : 0)
  return (
    <div class="sound">
      <button class="button icon-only" aria-label={t(state() === 'playing' ? 'media.pause' : 'media.play')} aria-busy={state() === 'loading'} onClick={() => void toggle()}>
        <Show when={state() !== 'loading'}><Icon name={state() === 'playing' ? 'pause' : 'play'} /></Show>
      </button>
      <span class="body">
        <Show when={props.voice} fallback={<span class="title one-line" dir="auto">{[attribute()?.performer, attribute()?.title].filter(Boolean).join(' – ') || fileName(props.document)}</span>}>
          <span class="waveform" aria-hidden="true">
            <For each={bars()}>{(bar, index) => <i classList={{ heard: index() / bars().length < share() }} style={{ height: `${Math.round(15 + bar * 85)}%` }} />}</For>
          </span>
        </Show>
        <input class="seek" type="range" min="0" max={Math.max(1, length())} step="0.1" value={at()} aria-label={t('media.seek')} aria-valuetext={duration(at())} onInput={(event) => seek(Number(event.currentTarget.value) / Math.max(1, length()))} />
        <span class="small muted">{duration(at() || length())}<Show when={props.message.mediaUnread && props.voice}> <span class="badge dot" title={t('media.unheard')} /></Show></span>
      </span>
      <button class="button plain little" aria-label={t('media.rate', { rate: rate() })} onClick={faster}>{rate().toLocaleString()}×</button>
    </div>
  )
}

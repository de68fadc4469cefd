// Recording a voice message: the level is drawn while one speaks; it can be thrown away or sent.

import { createSignal, For, onCleanup, onMount, Show, type JSX } from 'solid-js'
import type { Attachment } from '../../state/deliver'
import { t } from '../../texts'
import { Icon } from '../parts/icon'
import { oggOf } from './media/ogg'
import { pack } from './media/waveform'
import { duration } from './times'

const EACH_MS = 80
const KINDS = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4']
const ENDINGS: Record<string, string> = { 'audio/ogg': 'ogg', 'audio/webm': 'webm', 'audio/mp4': 'm4a' }

interface Props {
  close: () => void
  /** It is to be sent. */
  done: (voice: Attachment) => void
  /** Somebody is speaking. */
  heard: () => void
}

export default function Recorder(props: Props): JSX.Element {
  const [seconds, setSeconds] = createSignal(0)
  const [levels, setLevels] = createSignal<readonly number[]>([])
  const [error, setError] = createSignal('')
  const loudness: number[] = []
  const parts: Blob[] = []
  let recorder: MediaRecorder | undefined
  let stream: MediaStream | undefined
  let context: AudioContext | undefined
  let timer = 0
  let began = 0

  onMount(async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    } catch {
      return void setError(t('recorder.refused'))
    }
    context = new AudioContext()
    // Safari lets it stand still until it is told, since the press was before the question for the microphone.
    void context.resume().catch(() => undefined)
    const analyser = context.createAnalyser()
    context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind))
    recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 32_000 })
    recorder.ondataavailable = (event) => event.data.size && parts.push(event.data)
    recorder.start(500)
    began = performance.now()
    timer = window.setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      const level = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length)
      loudness.push(Math.min(1, level * 4))
      setLevels(loudness.slice(-48))
      setSeconds((performance.now() - began) / 1000)
      props.heard()
    }, EACH_MS)
  })
  const stop = (): void => {
    window.clearInterval(timer)
    stream?.getTracks().forEach((track) => track.stop())
    void context?.close().catch(() => undefined)
    stream = context = undefined
  }
  onCleanup(stop)
  const drop = (): void => {
    if (recorder?.state === 'recording') recorder.stop()
    stop()
    props.close()
  }
  const send = (): void => {
    if (!recorder || recorder.state !== 'recording') return
    const length = (performance.now() - began) / 1000
    const type = recorder.mimeType.split(';')[0] || 'audio/ogg'
    const { done } = props
    recorder.onstop = async () => {
      const blob = await asHeard(new Blob(parts, { type }))
      done({ kind: 'voice', blob, name: `voice.${ENDINGS[blob.type] ?? 'ogg'}`, duration: length, waveform: pack(loudness) })
    }
    recorder.stop()
    stop()
    props.close()
  }
  return (
    <div class="composer-line recorder" role="group" aria-label={t('recorder.label')} onKeyDown={(event) => event.key === 'Escape' && (event.preventDefault(), event.stopPropagation(), drop())}>
      <button class="button plain icon-only" aria-label={t('recorder.drop')} onClick={drop}><Icon name="trash" /></button>
      <Show when={!error()} fallback={<p class="danger-words grow" role="alert">{error()}</p>}>
        <span class="recorder-dot" aria-hidden="true" />
        <span class="recorder-time" role="timer">{duration(seconds())}</span>
        <span class="waveform grow" aria-hidden="true">
          <For each={levels()}>{(level) => <i class="heard" style={{ height: `${Math.round(12 + level * 88)}%` }} />}</For>
        </span>
        <button class="button icon-only" aria-label={t('send')} ref={(element) => queueMicrotask(() => element.focus())} onClick={send}><Icon name="send" /></button>
      </Show>
    </div>
  )
}

/** In Ogg, if the sound is Opus: then every client plays it. */
async function asHeard(recorded: Blob): Promise<Blob> {
  const ogg = recorded.type === 'audio/webm' ? oggOf(new Uint8Array(await recorded.arrayBuffer())) : undefined
  return ogg ? new Blob([ogg as BlobPart], { type: 'audio/ogg' }) : recorded
}

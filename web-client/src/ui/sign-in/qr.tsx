// A code that another device, already signed in, opens or scans: it lets this one in.

import type { tl } from '@mtcute/web'
import { createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js'
import { renderSVG } from 'uqr'
import { useAccount } from '../../state/account'
import { errorName, explain } from '../../telegram/errors'
import { t } from '../../texts'
import { say } from '../parts/toast'

interface Props {
  finish: (authorization: tl.auth.TypeAuthorization) => Promise<void>
  needsPassword: () => void
  back: () => void
}

export default function QrStep(props: Props): JSX.Element {
  const account = useAccount()
  const [link, setLink] = createSignal('')
  const [error, setError] = createSignal('')
  let timer = 0
  let gone = false

  const ask = async (): Promise<void> => {
    window.clearTimeout(timer)
    try {
      const answer = await account.call({ _: 'auth.exportLoginToken', apiId: 1, apiHash: 'chappe-web', exceptIds: [] })
      if (gone) return
      if (answer._ === 'auth.loginTokenSuccess') return await props.finish(answer.authorization)
      if (answer._ !== 'auth.loginToken') return
      const token = btoa(String.fromCharCode(...answer.token)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
      setLink(`${location.origin}${import.meta.env.BASE_URL}#/link/${token}`)
      const life = Math.max(3, answer.expires - Math.floor(Date.now() / 1000) - 1)
      timer = window.setTimeout(() => void ask(), life * 1000)
    } catch (reason) {
      if (errorName(reason) === 'SESSION_PASSWORD_NEEDED') props.needsPassword()
      else setError(explain(reason))
    }
  }
  // Another device has accepted: the same question now has the answer.
  const heard = account.link.client.onServerUpdate
  const accepted = (update: tl.TypeUpdates): void => {
    if (update._ === 'updateShort' && update.update._ === 'updateLoginToken') void ask()
  }
  heard.add(accepted)
  onMount(() => void ask())
  onCleanup(() => {
    gone = true
    window.clearTimeout(timer)
    heard.remove(accepted)
  })
  const picture = (): string => `data:image/svg+xml,${encodeURIComponent(renderSVG(link(), { border: 2 }))}`
  return (
    <div class="stack">
      <p class="muted">{t('sign_in.qr_hint')}</p>
      <Show when={link()} fallback={<Show when={!error()}><span class="spinner" role="status" aria-label={t('loading')} /></Show>}>
        <img class="qr" src={picture()} alt={t('sign_in.qr_alt')} />
        <button class="button plain" onClick={() => void navigator.clipboard.writeText(link()).then(() => say(t('copied')))}>{t('sign_in.qr_copy')}</button>
      </Show>
      <Show when={error()}><p class="notice danger" role="alert">{error()}</p></Show>
      <button class="button quiet wide" onClick={() => props.back()}>{t('sign_in.with_phone')}</button>
    </div>
  )
}

// Coming in with a passkey, where the browser has them.

import type { tl } from '@mtcute/web'
import { Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { errorName } from '../../telegram/errors'
import { passkeysWork, usePasskey } from '../../telegram/passkey'
import { t } from '../../texts'
import { useForm } from './steps'

interface Props {
  finish: (authorization: tl.auth.TypeAuthorization) => Promise<void>
  needsPassword: () => void
}

export default function PasskeyStep(props: Props): JSX.Element {
  const account = useAccount()
  const form = useForm(async () => {
    const { options } = await account.call({ _: 'auth.initPasskeyLogin', apiId: 1, apiHash: 'chappe-web' })
    const credential = await usePasskey(options).catch((error: DOMException) => {
      if (error.name === 'NotAllowedError') return undefined
      throw error
    })
    if (!credential) return
    try {
      await props.finish(await account.call({ _: 'auth.finishPasskeyLogin', credential }))
    } catch (error) {
      if (errorName(error) !== 'SESSION_PASSWORD_NEEDED') throw error
      props.needsPassword()
    }
  })
  return (
    <Show when={passkeysWork()}>
      <button class="button quiet wide" aria-busy={form.busy()} onClick={() => form.submit()}>{t('sign_in.passkey')}</button>
      <Show when={form.error()}><p class="notice danger" role="alert">{form.error()}</p></Show>
    </Show>
  )
}

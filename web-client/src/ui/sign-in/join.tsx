// Coming in without a telephone number: an invite, or the open door of the server, gives an anonymous number and shows
// the code for it, so that only a name is asked.

import type { tl } from '@mtcute/web'
import { createSignal, onMount, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { DoorError, invite, newNumber, type Invite } from '../../telegram/doors'
import { t } from '../../texts'
import type { Step } from './sign-in'
import { Field, useForm } from './steps'

interface Props {
  /** The invite's token; empty where everybody may join. */
  token: string
  finish: (authorization: tl.auth.TypeAuthorization, fresh?: boolean) => Promise<void>
  setStep: (step: Step) => void
}

export default function JoinStep(props: Props): JSX.Element {
  const account = useAccount()
  const [given, setGiven] = createSignal<Invite>()
  const [gone, setGone] = createSignal('')
  const [first, setFirst] = createSignal('')
  const [last, setLast] = createSignal('')
  const refused = (error: unknown): void => {
    const reason = error instanceof DoorError ? error.reason : ''
    setGone(reason === 'closed' ? t('sign_in.closed') : reason === 'wait' ? t('error.wait', { seconds: (error as DoorError).wait }) : t('sign_in.invite_gone'))
  }
  onMount(() => props.token && void invite(props.token).then(setGiven, refused))

  const form = useForm(async () => {
    const mine = given() ?? (await (props.token ? invite(props.token) : newNumber()).catch((error: unknown) => (refused(error), undefined)))
    if (!mine) return
    setGiven(mine)
    const token = props.token || mine.token!
    const phoneNumber = mine.number
    const sent = await account.call({ _: 'auth.sendCode', phoneNumber, apiId: 1, apiHash: 'chappe-web', settings: { _: 'codeSettings' } })
    if (sent._ !== 'auth.sentCode') throw new Error(sent._)
    const phoneCode = (await invite(token)).code
    if (!phoneCode) throw new Error('no code')
    const phoneCodeHash = sent.phoneCodeHash
    const entered = await account.call({ _: 'auth.signIn', phoneNumber, phoneCodeHash, phoneCode })
    if (entered._ === 'auth.authorization') return props.finish(entered)
    const firstName = first().trim()
    const lastName = last().trim()
    await props.finish(await account.call({ _: 'auth.signUp', phoneNumber, phoneCodeHash, firstName, lastName }), true)
  })
  return (
    <Show
      when={!gone()}
      fallback={
        <div class="stack">
          <p class="notice warn" role="alert">{gone()}</p>
          <button class="button quiet wide" onClick={() => props.setStep('phone')}>{t('sign_in.with_phone')}</button>
        </div>
      }
    >
      <form class="stack" onSubmit={form.submit}>
        <p class="muted">{t(props.token ? 'sign_in.invited' : 'sign_in.anonymous')}</p>
        <Field id="first" label={t('sign_in.first_name')} error={form.error()} value={first()} set={setFirst} autocomplete="given-name" maxlength={64} focus required />
        <Field id="last" label={t('sign_in.last_name')} value={last()} set={setLast} autocomplete="family-name" maxlength={64} />
        <button class="button wide" type="submit" aria-busy={form.busy()}>{t('sign_in.begin')}</button>
        <Show when={!props.token}><button type="button" class="button plain" onClick={() => props.setStep('phone')}>{t('sign_in.with_phone')}</button></Show>
      </form>
    </Show>
  )
}

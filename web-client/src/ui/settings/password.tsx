// The second password: asked for after the code, so that a code alone opens no account.

import { changeCloudPassword, enableCloudPassword, removeCloudPassword } from '@mtcute/web/methods.js'
import { createResource, createSignal, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { Loaded } from '../parts/form'
import { Page, Part } from '../parts/page'
import { say } from '../parts/toast'
import { Field, useForm } from '../sign-in/steps'
import { fullDate } from '../conversation/times'

const SHORTEST = 8

export default function Password(): JSX.Element {
  const account = useAccount()
  const [found, { refetch }] = createResource(() => account.call({ _: 'account.getPassword' }))
  return (
    <Page title={t('settings.password')} back="settings">
      <Loaded from={found} again={refetch}>
        {(state) => (
          <>
            <Edit known={state().hasPassword === true} hint={state().hint ?? ''} done={() => void refetch()} />
            <Show when={state().hasPassword}><Forgotten ready={state().pendingResetDate ?? 0} done={() => void refetch()} /></Show>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Edit(props: { known: boolean; hint: string; done: () => void }): JSX.Element {
  const account = useAccount()
  const [now, setNow] = createSignal('')
  const [wanted, setWanted] = createSignal('')
  const [again, setAgain] = createSignal('')
  const [hint, setHint] = createSignal('')
  const [wrong, setWrong] = createSignal('')
  const change = useForm(async () => {
    setWrong('')
    if (wanted().length < SHORTEST) return void setWrong(t('settings.password_short', { n: SHORTEST }))
    if (wanted() !== again()) return void setWrong(t('settings.password_differs'))
    const { client } = account.link
    if (props.known) await changeCloudPassword(client, { currentPassword: now(), newPassword: wanted(), hint: hint() })
    else await enableCloudPassword(client, { password: wanted(), hint: hint() })
    say(t('settings.saved'))
    props.done()
  })
  const remove = useForm(async () => {
    await removeCloudPassword(account.link.client, now())
    say(t('settings.password_removed'))
    props.done()
  })
  return (
    <Part hint={t('settings.password_hint')}>
      <form class="stack" onSubmit={change.submit}>
        <p>{t(props.known ? 'settings.password_is_set' : 'settings.password_is_not_set')}</p>
        <Show when={props.known}>
          <Field id="now" type="password" label={t('settings.password_now')} hint={props.hint} error={remove.error()} value={now()} set={setNow} autocomplete="current-password" required />
        </Show>
        <Field id="wanted" type="password" label={t('settings.password_new')} error={wrong() || change.error()} value={wanted()} set={setWanted} autocomplete="new-password" />
        <Field id="again" type="password" label={t('settings.password_again')} value={again()} set={setAgain} autocomplete="new-password" />
        <Field id="hint" label={t('settings.password_reminder')} hint={t('settings.password_reminder_hint')} value={hint()} set={setHint} maxlength={100} autocomplete="off" />
        <div class="cluster">
          <button class="button" type="submit" aria-busy={change.busy()}>{t(props.known ? 'settings.password_change' : 'settings.password_set')}</button>
          <Show when={props.known}>
            <button class="button danger quiet" type="button" aria-busy={remove.busy()} onClick={() => remove.submit()}>{t('settings.password_remove')}</button>
          </Show>
        </div>
      </form>
    </Part>
  )
}

/** The password goes a week after a device asked for it; until then any other says no. */
function Forgotten(props: { ready: number; done: () => void }): JSX.Element {
  const account = useAccount()
  const over = (): boolean => props.ready > 0 && props.ready * 1000 <= Date.now()
  const ask = useForm(async () => {
    const answer = await account.call({ _: 'account.resetPassword' })
    if (answer._ === 'account.resetPasswordOk') say(t('settings.password_removed'))
    if (answer._ === 'account.resetPasswordFailedWait') say(t('settings.password_reset_again', { when: fullDate(answer.retryDate) }))
    props.done()
  })
  const decline = useForm(async () => {
    await account.call({ _: 'account.declinePasswordReset' })
    say(t('settings.password_declined'))
    props.done()
  })
  return (
    <Part hint={t('settings.password_forgotten_hint')}>
      <div class="stack">
        <Show when={props.ready}><p role="status">{t('settings.password_reset_waits', { when: fullDate(props.ready) })}</p></Show>
        <Show when={ask.error() || decline.error()}>{(error) => <p class="error" role="alert">{error()}</p>}</Show>
        <div class="cluster">
          <Show when={props.ready}>
            <button class="button" type="button" aria-busy={decline.busy()} onClick={() => decline.submit()}>{t('settings.password_decline')}</button>
          </Show>
          <Show when={!props.ready || over()}>
            <button class="button danger quiet" type="button" aria-busy={ask.busy()} onClick={() => ask.submit()}>{t(over() ? 'settings.password_remove_now' : 'settings.password_forgotten')}</button>
          </Show>
        </div>
      </div>
    </Part>
  )
}

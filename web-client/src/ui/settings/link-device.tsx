// Another device asks to be let in: `#/link/<token>`, as its code says.

import { createSignal, Match, Switch, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { go, place } from '../router'
import { useForm } from '../sign-in/steps'

export default function LinkDevice(): JSX.Element {
  const account = useAccount()
  const [done, setDone] = createSignal(false)
  const form = useForm(async () => {
    const text = (place().path[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')
    const token = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
    await account.call({ _: 'auth.acceptLoginToken', token })
    setDone(true)
  })
  return (
    <div class="centre">
      <div class="card stack narrow">
        <h1>{t('link.title')}</h1>
        <Switch>
          <Match when={done()}>
            <p class="notice good" role="status">{t('link.done')}</p>
            <button class="button" onClick={() => go('', true)}>{t('link.to_chats')}</button>
          </Match>
          <Match when={true}>
            <p>{t('link.text', { name: account.peers.name(account.self) })}</p>
            {form.error() && <p class="notice danger" role="alert">{form.error()}</p>}
            <div class="cluster">
              <button class="button" aria-busy={form.busy()} onClick={() => form.submit()}>{t('link.allow')}</button>
              <button class="button quiet" onClick={() => go('', true)}>{t('cancel')}</button>
            </div>
          </Match>
        </Switch>
      </div>
    </div>
  )
}

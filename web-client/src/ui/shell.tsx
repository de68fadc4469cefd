// The frame: which account is on screen, sign-in where there is none, and what floats over everything.

import { createEffect, createResource, createSignal, Match, on, onCleanup, Show, Switch, type JSX } from 'solid-js'
import { Account, AccountProvider } from '../state/account'
import { activeSlot, forgetSlot, freshSlot, rememberSlot } from '../telegram/slots'
import { explain } from '../telegram/errors'
import { here } from '../telegram/here'
import { language, t } from '../texts'
import { Home } from './home'
import { Confirmations } from './parts/dialog'
import { Menus } from './parts/menu'
import { Toasts } from './parts/toast'
import { go, place } from './router'
import { shownSlot, showSlot } from './shown-slot'
import { SignIn } from './sign-in/sign-in'




/** True where somebody wants to come in: by the address, or because nobody is here. */
const entering = (): boolean => !shownSlot() || ['join', 'sign-in'].includes(place().path[0] ?? '')

export function Shell(): JSX.Element {
  const wanted = (): string => (entering() ? 'new' : shownSlot()!)
  return (
    <div class="app" lang={language()}>
      <Show when={wanted()} keyed>
        {(slot) => <AccountFrame slot={slot} />}
      </Show>
      <Menus />
      <Confirmations />
      <Toasts />
    </div>
  )
}

function AccountFrame(props: { slot: string }): JSX.Element {
  const known = props.slot !== 'new'
  const account = new Account(known ? props.slot : freshSlot(), known)
  const [failed, setFailed] = createSignal<unknown>()
  const [prepared] = createResource(async () => {
    await account.prepare()
    // On a server for trying out, tests may look inside.
    if ((await here()).test_mode) Object.assign(window, { chappe: account })
    if (known) account.start().catch(setFailed)
    return account
  })
  const entered = (): void => {
    rememberSlot({ id: account.slot, userId: account.self, name: account.peers.name(account.self) })
    go(sessionStorage.getItem('chappe.after') ?? '', true)
    sessionStorage.removeItem('chappe.after')
    void account.close().then(() => showSlot(account.slot))
  }
  createEffect(
    on(account.signedOut, (yes) => {
      if (yes && known) void account.close().then(() => forgetSlot(account.slot)).then(() => showSlot(activeSlot()?.id))
    }),
  )
  onCleanup(() => void account.close().catch(() => undefined))
  return (
    <Switch fallback={<Waiting />}>
      <Match when={prepared.error ?? failed()}>{(error) => <Broken error={error()} />}</Match>
      <Match when={prepared()}>
        {(ready) => (
          <AccountProvider value={ready()}>
            <Show when={known} fallback={<SignIn entered={entered} />}>
              <Home />
            </Show>
          </AccountProvider>
        )}
      </Match>
    </Switch>
  )
}

function Waiting(): JSX.Element {
  return (
    <main class="centre">
      <span class="spinner" role="status" aria-label={t('loading')} />
    </main>
  )
}

function Broken(props: { error: unknown }): JSX.Element {
  return (
    <main class="centre">
      <div class="empty" role="alert">
        <p class="title">{t('broken.title')}</p>
        <p>{explain(props.error)}</p>
        <button class="button" onClick={() => location.reload()}>{t('retry')}</button>
      </div>
    </main>
  )
}

// The frame: which account is on screen, sign-in where there is none, and what floats over everything.

import { createEffect, createResource, Match, onCleanup, Show, Switch, type JSX } from 'solid-js'
import { Account, AccountProvider } from '../state/account'
import { hold, holdAll, reveal, showUser } from '../state/accounts'
import { freshSlot, rememberSlot } from '../telegram/slots'
import { explain } from '../telegram/errors'
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

/** Who came for one of these finds it behind the door; others are about chats of whoever was here before. */
const FOR_ANYBODY = ['new', 'settings', 'to', 'invited', 'tag']

export function Shell(): JSX.Element {
  const wanted = (): string => (entering() ? 'new' : shownSlot()!)
  void holdAll()
  // A notice of another account was clicked.
  createEffect(() => {
    const user = Number(place().query.get('as'))
    if (!user) return
    showUser(user)
    go(place().path.join('/'), true)
  })
  return (
    <div class="app" lang={language()}>
      <Show when={wanted()} keyed>
        {(slot) => (slot === 'new' ? <NewAccount /> : <KnownAccount slot={slot} />)}
      </Show>
      <Menus />
      <Confirmations />
      <Toasts />
    </div>
  )
}

function KnownAccount(props: { slot: string }): JSX.Element {
  const { ready, failed } = hold(props.slot)
  const [prepared] = createResource(async () => {
    const account = await ready
    await reveal(account)
    return account
  })
  return (
    <Frame account={prepared()} failed={prepared.error ?? failed()}>
      <Home />
    </Frame>
  )
}

function NewAccount(): JSX.Element {
  const account = new Account(freshSlot(), false)
  const [prepared] = createResource(async () => {
    await account.prepare()
    await reveal(account)
    return account
  })
  const entered = (): void => {
    rememberSlot({ id: account.slot, userId: account.self, name: account.peers.name(account.self) })
    if (!FOR_ANYBODY.includes(place().path[0] ?? '')) go('', true)
    void account.close().then(() => showSlot(account.slot))
  }
  onCleanup(() => void account.close().catch(() => undefined))
  return (
    <Frame account={prepared()} failed={prepared.error}>
      <SignIn entered={entered} />
    </Frame>
  )
}

function Frame(props: { account: Account | undefined; failed: unknown; children: JSX.Element }): JSX.Element {
  return (
    <Switch fallback={<Waiting />}>
      <Match when={props.failed}>{(error) => <Broken error={error()} />}</Match>
      <Match when={props.account}>{(account) => <AccountProvider value={account()}>{props.children}</AccountProvider>}</Match>
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

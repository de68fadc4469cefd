// Before a secret chat is open: waiting for their answer, or giving ours.

import { createSignal, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { Avatar } from '../../ui/parts/avatar'
import { Icon } from '../../ui/parts/icon'
import { Page, Part } from '../../ui/parts/page'
import { sayError } from '../../ui/parts/toast'
import { go } from '../../ui/router'
import type { Room } from '../room'
import { askToKeep } from './start'

function Person(props: { room: Room; children: JSX.Element }): JSX.Element {
  const { peers } = useAccount()
  return (
    <Page title={t('secret.mark')} back="">
      <Part>
        <div class="portrait">
          <Avatar peer={props.room.chat.peer} size="large" />
          <h2 class="name" dir="auto"><Icon name="lock" class="little" /> {peers.name(props.room.chat.peer)}</h2>
        </div>
        {props.children}
      </Part>
    </Page>
  )
}

export function Asking(props: { room: Room }): JSX.Element {
  const account = useAccount()
  const [busy, setBusy] = createSignal(false)
  const back = async (): Promise<void> => {
    setBusy(true)
    try {
      await account.secret.held()!.decline(props.room)
      go('', true)
    } catch (error) {
      sayError(error)
      setBusy(false)
    }
  }
  return (
    <Person room={props.room}>
      <p role="status">{t('secret.asking', { name: account.peers.name(props.room.chat.peer) })}</p>
      <p class="muted small">{t('secret.lives_here')}</p>
      <button class="button quiet" disabled={busy()} onClick={() => void back()}>{t('secret.take_back')}</button>
    </Person>
  )
}

export function Asked(props: { room: Room }): JSX.Element {
  const account = useAccount()
  const [busy, setBusy] = createSignal(false)
  const answer = async (yes: boolean): Promise<void> => {
    setBusy(true)
    const secrets = account.secret.held()!
    if (yes) askToKeep()
    try {
      await (yes ? secrets.accept(props.room) : secrets.decline(props.room))
      if (!yes) go('', true)
    } catch (error) {
      sayError(error)
    }
    setBusy(false)
  }
  return (
    <Person room={props.room}>
      <p class="strong">{t('secret.asked', { name: account.peers.name(props.room.chat.peer) })}</p>
      <p>{t('secret.asked_text')}</p>
      <div class="cluster">
        <button class="button" disabled={busy()} onClick={() => void answer(true)}><Icon name="lock" />{t('secret.accept')}</button>
        <button class="button quiet" disabled={busy()} onClick={() => void answer(false)}>{t('secret.decline')}</button>
      </div>
    </Person>
  )
}

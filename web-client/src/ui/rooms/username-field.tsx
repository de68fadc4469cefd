// A public name being typed: whether it is free is said meanwhile.

import { createSignal, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../state/account'
import { explain } from '../../telegram/errors'
import type { PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Field } from '../sign-in/steps'
import { addressOf } from './words'

const PAUSE_MS = 400

export function UsernameField(props: { room?: PeerKey; value: string; set: (name: string) => void; error?: string }): JSX.Element {
  const account = useAccount()
  const [state, setState] = createSignal('')
  const [wrong, setWrong] = createSignal('')
  const channel = (): tl.TypeInputChannel => (props.room ? account.peers.inputChannel(props.room) : { _: 'inputChannelEmpty' })
  let turn = 0
  const typed = (value: string): void => {
    const name = value.trim().replace(/^@/, '')
    props.set(name)
    setState('')
    setWrong('')
    const mine = ++turn
    if (name.length < 5) return
    window.setTimeout(() => {
      if (mine !== turn) return
      account.call({ _: 'channels.checkUsername', channel: channel(), username: name }).then(
        (free) => mine === turn && (free ? setState(t('settings.username_free')) : setWrong(t('settings.username_taken'))),
        (error: unknown) => mine === turn && setWrong(explain(error)),
      )
    }, PAUSE_MS)
  }
  const hint = (): string => state() || (props.value ? addressOf(props.value) : t('settings.username_hint'))
  return <Field id="room-name" label={t('rooms.public_name')} hint={hint()} error={wrong() || props.error} value={props.value} set={typed} maxlength={32} autocomplete="off" />
}

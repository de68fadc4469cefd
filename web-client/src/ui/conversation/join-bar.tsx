// Where one may not write: join, or hear why.

import { Match, Switch, type JSX } from 'solid-js'
import { isUser } from '../../telegram/peers'
import { t } from '../../texts'
import { FOREVER, mute } from '../chats/chat-menu'
import { errorName } from '../../telegram/errors'
import { say } from '../parts/toast'
import { useForm } from '../sign-in/steps'
import { useChat } from './chat'

export function JoinBar(): JSX.Element {
  const chat = useChat()
  const { account, peer } = chat
  const closed = (): boolean => chat.closed()
  const room = () => account.peers.room(peer)
  const outside = (): boolean => {
    const one = room()
    return one?._ === 'channel' && one.left === true
  }
  const muted = (): boolean => (account.dialogs.get(peer)?.muteUntil ?? 0) > account.presence.now()
  const join = useForm(async () => {
    try {
      await account.act({ _: 'channels.joinChannel', channel: account.peers.inputChannel(peer) })
      await account.loadDialog(peer)
    } catch (error) {
      if (errorName(error) !== 'INVITE_REQUEST_SENT') throw error
      say(t('join.requested'))
    }
  })
  return (
    <div class="bar join-bar">
      <Switch fallback={<p class="muted">{t(closed() ? 'topics.closed' : 'composer.forbidden')}</p>}>
        <Match when={isUser(peer)}><p class="muted">{t('conversation.deleted_person')}</p></Match>
        <Match when={outside()}>
          <button class="button wide" aria-busy={join.busy()} onClick={() => join.submit()}>{t(account.peers.isBroadcast(peer) ? 'join.channel' : 'join.group')}</button>
          {join.error() && <p class="small danger-words" role="alert">{join.error()}</p>}
        </Match>
        <Match when={account.peers.isBroadcast(peer)}>
          <button class="button plain wide" onClick={() => void mute(account, peer, muted() ? 0 : FOREVER)}>{t(muted() ? 'chats.unmute' : 'chats.mute')}</button>
        </Match>
      </Switch>
    </div>
  )
}

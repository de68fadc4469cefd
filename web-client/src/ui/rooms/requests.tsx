// People who ask to come in.

import { createResource, For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { isChannel, keyOf, userKey } from '../../telegram/peers'
import { t } from '../../texts'
import { fullDate } from '../conversation/times'
import { Loaded } from '../parts/form'
import { Page, Part } from '../parts/page'
import { sayError } from '../parts/toast'
import { follow } from './full'
import type { RoomProps } from './info'
import { PeerRow } from './peer-row'

const MOST = 100

export default function Requests(props: RoomProps): JSX.Element {
  const account = useAccount()
  const peer = () => account.peers.input(props.room)
  const [found, { refetch }] = createResource(async () => {
    const answer = await account.call({ _: 'messages.getChatInviteImporters', requested: true, peer: peer(), offsetDate: 0, offsetUser: { _: 'inputUserEmpty' }, limit: MOST })
    return answer.importers
  })
  follow(account, (update) => update._ === 'updatePendingJoinRequests' && keyOf(update.peer) === props.room && refetch())
  const decide = async (userId: number, approved: boolean): Promise<void> => {
    await account.act({ _: 'messages.hideChatJoinRequest', approved, peer: peer(), userId: account.peers.inputUser(userKey(userId)) })
    await refetch()
  }
  const decideAll = async (approved: boolean): Promise<void> => {
    await account.act({ _: 'messages.hideAllChatJoinRequests', approved, peer: peer() })
    await refetch()
  }
  const hint = (): string => (isChannel(props.room) && account.peers.channel(props.room)?.joinRequest ? t('rooms.requests_public') : t('rooms.requests_hint'))
  return (
    <Page title={t('rooms.requests')} back={`info/${props.room}`}>
      <Part hint={hint()}>
        <Loaded from={found} again={refetch}>
          {(people) => (
            <>
              <ul class="list" aria-live="polite">
                <For each={people()} fallback={<li class="muted">{t('rooms.requests_none')}</li>}>
                  {(one) => (
                    <li>
                      <PeerRow peer={userKey(one.userId)} sub={one.about || fullDate(one.date)} />
                      <div class="cluster">
                        <button class="button little" onClick={() => void decide(one.userId, true).catch(sayError)}>{t('rooms.let_in')}</button>
                        <button class="button quiet little" onClick={() => void decide(one.userId, false).catch(sayError)}>{t('rooms.turn_away')}</button>
                      </div>
                    </li>
                  )}
                </For>
              </ul>
              <Show when={people().length > 1}>
                <div class="cluster">
                  <button class="button quiet" onClick={() => void decideAll(true).catch(sayError)}>{t('rooms.let_all_in')}</button>
                  <button class="button quiet" onClick={() => void decideAll(false).catch(sayError)}>{t('rooms.turn_all_away')}</button>
                </div>
              </Show>
            </>
          )}
        </Loaded>
      </Part>
    </Page>
  )
}


// People who may not write to us.

import { createResource, For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { keyOf, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Loaded } from '../parts/form'
import { Page, Part } from '../parts/page'
import { sayError } from '../parts/toast'
import { PeerRow } from '../rooms/peer-row'

const MOST = 100

export default function Blocked(): JSX.Element {
  const account = useAccount()
  const [found, { refetch, mutate }] = createResource(async () => {
    const answer = await account.call({ _: 'contacts.getBlocked', offset: 0, limit: MOST })
    return answer.blocked.map((one) => keyOf(one.peerId))
  })
  const unblock = async (key: PeerKey): Promise<void> => {
    await account.call({ _: 'contacts.unblock', id: account.peers.input(key) })
    mutate((all) => all?.filter((one) => one !== key))
  }
  return (
    <Page title={t('settings.blocked')} back="settings/privacy">
      <Part hint={t('settings.blocked_hint')}>
        <Loaded from={found} again={refetch}>
          {(keys) => (
            <Show when={keys().length} fallback={<p class="muted">{t('settings.blocked_none')}</p>}>
              <ul class="list">
                <For each={keys()}>
                  {(key) => (
                    <li>
                      <PeerRow peer={key} end={<button class="button quiet little" onClick={() => void unblock(key).catch(sayError)}>{t('settings.unblock')}</button>} />
                    </li>
                  )}
                </For>
              </ul>
            </Show>
          )}
        </Loaded>
      </Part>
    </Page>
  )
}

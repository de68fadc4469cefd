// Notices: on this device, and for each kind of chat.

import type { tl } from '@mtcute/web'
import { createResource, createSignal, For, onMount, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { everyAccount } from '../../state/accounts'
import { pushPossible, pushOn, wantPush } from '../../telegram/push'
import { t } from '../../texts'
import { FOREVER } from '../chats/chat-menu'
import { Loaded, Toggle } from '../parts/form'
import { Page, Part } from '../parts/page'
import { say } from '../parts/toast'

const KINDS = { people: 'inputNotifyUsers', groups: 'inputNotifyChats', channels: 'inputNotifyBroadcasts' } as const
type Kind = keyof typeof KINDS

export default function Notifications(): JSX.Element {
  const account = useAccount()
  const [push, setPush] = createSignal(false)
  const [possible, setPossible] = createSignal(false)
  onMount(async () => {
    setPossible(await pushPossible())
    setPush(await pushOn())
  })
  const desktop = async (yes: boolean): Promise<void> => {
    const shown = await account.notices.want(yes)
    if (yes && !shown) say(t('settings.notices_refused'))
  }
  const pushed = async (yes: boolean): Promise<void> => {
    setPush(await wantPush(everyAccount(), yes))
    if (yes && !push()) say(t('settings.notices_refused'))
  }
  return (
    <Page title={t('settings.notifications')} back="settings">
      <Part title={t('settings.on_this_device')}>
        <Toggle label={t('settings.notices')} hint={t('settings.notices_hint')} value={account.notices.on()} set={desktop} />
        <Show when={possible()}>
          <Toggle label={t('settings.push')} hint={t('settings.push_hint')} value={push()} set={pushed} />
        </Show>
      </Part>
      <For each={Object.keys(KINDS) as Kind[]}>{(kind) => <OfKind kind={kind} />}</For>
    </Page>
  )
}

function OfKind(props: { kind: Kind }): JSX.Element {
  const account = useAccount()
  const peer = (): tl.TypeInputNotifyPeer => ({ _: KINDS[props.kind] })
  const [found, { refetch }] = createResource(() => account.call({ _: 'account.getNotifySettings', peer: peer() }))
  const change = async (settings: Omit<tl.RawInputPeerNotifySettings, '_'>): Promise<void> => {
    await account.call({ _: 'account.updateNotifySettings', peer: peer(), settings: { _: 'inputPeerNotifySettings', ...settings } })
    account.notices.forgetKinds()
    await refetch()
  }
  const muted = (settings: tl.RawPeerNotifySettings): boolean => (settings.muteUntil ?? 0) > Date.now() / 1000
  return (
    <Part title={t(`settings.from_${props.kind}`)}>
      <Loaded from={found} again={refetch}>
        {(settings) => (
          <>
            <Toggle label={t('settings.tell_me')} value={!muted(settings())} set={(yes) => change({ muteUntil: yes ? 0 : FOREVER })} />
            <Toggle label={t('settings.previews')} value={settings().showPreviews !== false} set={(yes) => change({ showPreviews: yes })} />
          </>
        )}
      </Loaded>
    </Part>
  )
}

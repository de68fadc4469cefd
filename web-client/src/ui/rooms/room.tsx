// About a group or channel: what it is, who is in it, and the ways to run it for those who may.

import { createResource, For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { channelKey, isChannel, roomKey, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { FOREVER, leave, mute } from '../chats/chat-menu'
import { Avatar } from '../parts/avatar'
import { Loaded, Toggle } from '../parts/form'
import { Icon } from '../parts/icon'
import { Page, Part, Way } from '../parts/page'
import { say, sayError } from '../parts/toast'
import { chatPath, go } from '../router'
import { useRoomFull, type RoomFull } from './full'
import { readMarks } from './marks'
import type { RoomProps } from './info'
import { PeerRow } from './peer-row'
import { can, isAdmin, isMember } from './rights'
import { addressOf, membersWord } from './words'

export function RoomInfo(props: RoomProps): JSX.Element {
  const account = useAccount()
  const { peers } = account
  const key = props.room
  const { full, again } = useRoomFull(key)
  const broadcast = (): boolean => peers.isBroadcast(key)
  const muted = (): boolean => (account.dialogs.get(key)?.muteUntil ?? 0) > Date.now() / 1000
  const join = async (): Promise<void> => {
    await account.act({ _: 'channels.joinChannel', channel: peers.inputChannel(key) })
    await account.loadDialog(key)
    go(chatPath(key))
  }
  return (
    <Page title={t(broadcast() ? 'rooms.about_channel' : 'rooms.about_group')} back={chatPath(key)} end={<EditWay room={key} />}>
      <Loaded from={full} again={again}>
        {(found) => (
          <>
            <Part>
              <div class="portrait">
                <Avatar peer={key} size="large" />
                <h2 class="name" dir="auto">{peers.name(key)}</h2>
                <p class="muted">{membersWord(broadcast(), countOf(found()))}</p>
              </div>
              <Facts room={key} full={found()} />
              <Show when={isMember(account, key)} fallback={<button class="button" onClick={() => void join().catch(sayError)}>{t(broadcast() ? 'rooms.join_channel' : 'rooms.join_group')}</button>}>
                <Toggle label={t('settings.tell_me')} value={!muted()} set={(yes) => mute(account, key, yes ? 0 : FOREVER)} />
              </Show>
            </Part>
            <Ways room={key} full={found()} />
            <Show when={broadcast()}><Similar room={key} /></Show>
            <Show when={isMember(account, key)}>
              <Part>
                <button class="button danger quiet" onClick={() => void leave(account, key)}>{t(broadcast() ? 'chats.leave_channel' : 'chats.leave_group')}</button>
              </Part>
            </Show>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function countOf(full: RoomFull): number {
  if (full._ === 'channelFull') return full.participantsCount ?? 0
  return full.participants._ === 'chatParticipants' ? full.participants.participants.length : 0
}

function EditWay(props: RoomProps): JSX.Element {
  const account = useAccount()
  return (
    <Show when={can(account, props.room, 'changeInfo') && isMember(account, props.room)}>
      <a class="button plain icon-only" aria-label={t('rooms.edit')} href={`#/info/${props.room}/edit`}><Icon name="edit" /></a>
    </Show>
  )
}

function Facts(props: { room: PeerKey; full: RoomFull }): JSX.Element {
  const { peers } = useAccount()
  const link = (): string => {
    const name = peers.username(props.room)
    if (name) return addressOf(name)
    const invite = props.full.exportedInvite
    return invite?._ === 'chatInviteExported' ? invite.link : ''
  }
  const copy = (): void => void navigator.clipboard.writeText(link()).then(() => say(t('copied')), sayError)
  return (
    <dl class="facts">
      <Show when={readMarks(props.full.about).text}>{(about) => <div><dt>{t('rooms.about')}</dt><dd dir="auto">{about()}</dd></div>}</Show>
      <Show when={link()}>
        <div>
          <dt>{t('rooms.link')}</dt>
          <dd class="link-box">
            <span class="mono">{link()}</span>
            <button class="button plain icon-only" aria-label={t('rooms.copy_link')} onClick={copy}><Icon name="copy" /></button>
          </dd>
        </div>
      </Show>
    </dl>
  )
}

function Ways(props: { room: PeerKey; full: RoomFull }): JSX.Element {
  const account = useAccount()
  const at = (section: string): string => `info/${props.room}/${section}`
  const full = (): RoomFull => props.full
  const channel = () => {
    const found = full()
    return found._ === 'channelFull' ? found : undefined
  }
  const seesMembers = (): boolean => !channel() || channel()!.canViewParticipants === true
  return (
    <Part>
      <Show when={channel()?.linkedChatId}>
        {(id) => <Way to={chatPath(channelKey(id()))} icon="comment" label={t(account.peers.isBroadcast(props.room) ? 'rooms.discussion' : 'rooms.linked_channel')} value={account.peers.name(channelKey(id()))} />}
      </Show>
      <Show when={seesMembers()}><Way to={at('members')} icon="group" label={t('rooms.members')} value={countOf(full())} /></Show>
      <Show when={can(account, props.room, 'banUsers') && !account.peers.isBroadcast(props.room)}><Way to={at('permissions')} icon="lock" label={t('rooms.permissions')} /></Show>
      <Show when={can(account, props.room, 'inviteUsers') && isAdmin(account, props.room)}>
        <Way to={at('links')} icon="link" label={t('rooms.links')} />
        <Way to={at('requests')} icon="person" label={t('rooms.requests')} value={full().requestsPending || ''} />
      </Show>
      <Show when={isAdmin(account, props.room) && isChannel(props.room)}>
        <Way to={at('actions')} icon="clock" label={t('rooms.actions')} />
        <Show when={channel()?.canViewStats}><Way to={at('statistics')} icon="chart" label={t('rooms.statistics')} /></Show>
      </Show>
    </Part>
  )
}

function Similar(props: RoomProps): JSX.Element {
  const account = useAccount()
  const [rooms] = createResource(async () => {
    const answer = await account.call({ _: 'channels.getChannelRecommendations', channel: account.peers.inputChannel(props.room) }).catch(() => undefined)
    return answer?.chats.map(roomKey) ?? []
  })
  return (
    <Show when={rooms.latest?.length}>
      <Part title={t('rooms.similar')}>
        <ul class="list"><For each={rooms.latest}>{(key) => <li><PeerRow peer={key} to={chatPath(key)} /></li>}</For></ul>
      </Part>
    </Show>
  )
}

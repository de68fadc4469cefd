// What a room is and how it works: title, picture, public or by link, and its switches.

import { createSignal, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount, type Account } from '../../state/account'
import { bareId, isChannel, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Avatar } from '../parts/avatar'
import { confirm } from '../parts/dialog'
import { Area, Choices, Loaded, Select, Toggle } from '../parts/form'
import { Page, Part } from '../parts/page'
import { PhotoButton } from '../parts/photo-button'
import { say, sayError } from '../parts/toast'
import { chatPath, go } from '../router'
import { Field, useForm } from '../sign-in/steps'
import { Discussion } from './discussion'
import { useRoomFull, type RoomFull } from './full'
import type { RoomProps } from './info'
import { readMarks, roomFor, writeMarks, type Marked } from './marks'
import { isOwner } from './rights'
import { UsernameField } from './username-field'
import { spanOf, spans } from './words'

export default function Edit(props: RoomProps): JSX.Element {
  const { full, again } = useRoomFull(props.room)
  const account = useAccount()
  return (
    <Page title={t('rooms.edit')} back={`info/${props.room}`}>
      <Part>
        <div class="portrait">
          <Avatar peer={props.room} size="large" />
          <PhotoButton label={t('settings.photo')} send={(file) => setPhoto(account, props.room, file)} />
        </div>
      </Part>
      <Loaded from={full} again={again}>
        {(found) => (
          <>
            <Names room={props.room} about={found().about} again={again} />
            <Show when={isOwner(account, props.room) && isChannel(props.room)}><Kind room={props.room} /></Show>
            <Switches room={props.room} full={found()} again={again} />
            <Show when={isOwner(account, props.room)}><End room={props.room} /></Show>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function setPhoto(account: Account, key: PeerKey, file: tl.TypeInputFile): Promise<unknown> {
  const photo: tl.TypeInputChatPhoto = { _: 'inputChatUploadedPhoto', file }
  if (isChannel(key)) return account.act({ _: 'channels.editPhoto', channel: account.peers.inputChannel(key), photo })
  return account.act({ _: 'messages.editChatPhoto', chatId: bareId(key), photo })
}

function Names(props: { room: PeerKey; about: string; again: () => void }): JSX.Element {
  const account = useAccount()
  const key = props.room
  const was = account.peers.rooms.peek(key)?.title ?? ''
  const [title, setTitle] = createSignal(was)
  const marks = (): Marked => readMarks(props.about)
  const [about, setAbout] = createSignal(marks().text)
  const form = useForm(async () => {
    const wanted = title().trim()
    if (wanted !== was) {
      if (isChannel(key)) await account.act({ _: 'channels.editTitle', channel: account.peers.inputChannel(key), title: wanted })
      else await account.act({ _: 'messages.editChatTitle', chatId: bareId(key), title: wanted })
    }
    if (about().trim() !== marks().text) await describe({ ...marks(), text: about() })
    say(t('settings.saved'))
  })
  return (
    <Part>
      <form class="stack" onSubmit={form.submit}>
        <Field id="title" label={t('rooms.title')} error={form.error()} value={title()} set={setTitle} maxlength={128} required autocomplete="off" />
        <Area id="about" label={t('rooms.about')} value={about()} set={setAbout} maxlength={roomFor(marks())} />
        <button class="button" type="submit" aria-busy={form.busy()}>{t('settings.save')}</button>
      </form>
      <Show when={account.peers.username(key)}>
        <Show when={!account.peers.isBroadcast(key)}>
          <Toggle label={t('rooms.open_to_all')} hint={t('rooms.open_to_all_hint')} value={marks().open} set={(open) => describe({ ...marks(), open })} />
        </Show>
        <Toggle label={t('rooms.listed')} hint={t('rooms.listed_hint')} value={!marks().unlisted} set={(yes) => describe({ ...marks(), unlisted: !yes })} />
      </Show>
    </Part>
  )

  async function describe(next: Marked): Promise<void> {
    await account.call({ _: 'messages.editChatAbout', peer: account.peers.input(key), about: writeMarks(next) })
    props.again()
  }
}

function Kind(props: RoomProps): JSX.Element {
  const account = useAccount()
  const now = account.peers.username(props.room) ?? ''
  const [kind, setKind] = createSignal<'public' | 'private'>(now ? 'public' : 'private')
  const [name, setName] = createSignal(now)
  const form = useForm(async () => {
    const username = kind() === 'public' ? name() : ''
    await account.call({ _: 'channels.updateUsername', channel: account.peers.inputChannel(props.room), username })
    await account.loadDialog(props.room)
    say(t('settings.saved'))
  })
  const word = account.peers.isBroadcast(props.room) ? 'channel' : 'group'
  const kinds = (['public', 'private'] as const).map((value) => ({ value, label: t(`rooms.${value}_${word}`) }))
  return (
    <Part>
      <form class="stack" onSubmit={form.submit}>
        <Choices label={t('rooms.kind')} options={kinds} value={kind()} set={setKind} />
        <Show when={kind() === 'public'}><UsernameField room={props.room} value={name()} set={setName} error={form.error()} /></Show>
        <button class="button" type="submit" aria-busy={form.busy()}>{t('settings.save')}</button>
      </form>
    </Part>
  )
}

const TIMES = [86_400, 604_800, 2_592_000]
const SLOW = [10, 30, 60, 300, 900, 3600]

function Switches(props: { room: PeerKey; full: RoomFull; again: () => void }): JSX.Element {
  const account = useAccount()
  const key = props.room
  const room = () => account.peers.channel(key)
  const full = () => (props.full._ === 'channelFull' ? props.full : undefined)
  const channel = () => account.peers.inputChannel(key)
  const broadcast = (): boolean => room()?.broadcast === true
  const done = async (way: Promise<unknown>): Promise<void> => {
    await way
    props.again()
  }
  const [ttl, setTtl] = createSignal(props.full.ttlPeriod ?? 0)
  const keepTtl = (period: number): void => void done(account.act({ _: 'messages.setHistoryTTL', peer: account.peers.input(key), period })).then(() => setTtl(period), sayError)
  return (
    <>
      <Part>
        <Select label={t('rooms.ttl')} options={spans(t('rooms.never'), TIMES)} value={ttl()} other={spanOf} set={keepTtl} />
        <Toggle label={t('rooms.protected')} hint={t('rooms.protected_hint')} value={room()?.noforwards === true || (account.peers.room(key) as tl.RawChat | undefined)?.noforwards === true} set={(enabled) => done(account.act({ _: 'messages.toggleNoForwards', peer: account.peers.input(key), enabled }))} />
        <Show when={broadcast()}>
          <Toggle label={t('rooms.signatures')} value={room()?.signatures === true} set={(yes) => done(account.act({ _: 'channels.toggleSignatures', signaturesEnabled: yes, channel: channel() }))} />
        </Show>
      </Part>
      <Show when={room() && !broadcast()}>
        <Part>
          <Toggle label={t('rooms.history')} hint={t('rooms.history_hint')} value={!full()?.hiddenPrehistory} set={(yes) => done(account.act({ _: 'channels.togglePreHistoryHidden', channel: channel(), enabled: !yes }))} />
          <Toggle label={t('rooms.hidden_members')} value={full()?.participantsHidden === true} set={(enabled) => done(account.act({ _: 'channels.toggleParticipantsHidden', channel: channel(), enabled }))} />
          <Toggle label={t('rooms.join_requests')} hint={t('rooms.join_requests_hint')} value={room()?.joinRequest === true} set={(enabled) => done(account.act({ _: 'channels.toggleJoinRequest', channel: channel(), enabled }))} />
          <Toggle label={t('rooms.topics')} hint={t('rooms.topics_hint')} value={room()?.forum === true} set={(enabled) => done(account.act({ _: 'channels.toggleForum', channel: channel(), enabled, tabs: false }))} />
          <Select label={t('rooms.slow')} options={spans(t('rooms.off'), SLOW)} value={full()?.slowmodeSeconds ?? 0} other={spanOf} set={(seconds) => void done(account.act({ _: 'channels.toggleSlowMode', channel: channel(), seconds })).catch(sayError)} />
        </Part>
      </Show>
      <Show when={broadcast()}><Discussion room={key} linked={full()?.linkedChatId} again={props.again} /></Show>
    </>
  )
}

function End(props: RoomProps): JSX.Element {
  const account = useAccount()
  const key = props.room
  const end = async (): Promise<void> => {
    const name = account.peers.name(key)
    if (!(await confirm({ title: t('rooms.delete'), text: t('rooms.delete_sure', { name }), yes: t('rooms.delete'), danger: true }))) return
    if (isChannel(key)) await account.act({ _: 'channels.deleteChannel', channel: account.peers.inputChannel(key) })
    else await account.call({ _: 'messages.deleteChat', chatId: bareId(key) })
    account.dialogs.remove(key)
    go('', true)
  }
  const grow = async (): Promise<void> => {
    const updates = await account.act({ _: 'messages.migrateChat', chatId: bareId(key) })
    const made = 'chats' in updates ? updates.chats.find((one) => one._ === 'channel') : undefined
    if (made) go(chatPath(-1_000_000_000_000 - made.id), true)
  }
  return (
    <Part>
      <Show when={!isChannel(key)}><button class="button quiet" onClick={() => void grow().catch(sayError)}>{t('rooms.migrate')}</button></Show>
      <button class="button danger quiet" onClick={() => void end().catch(sayError)}>{t('rooms.delete')}</button>
    </Part>
  )
}

// A new group or channel: `#/new/group`, `#/new/channel`; and somebody to write to: `#/new/chat`, `#/new/secret`.

import type { tl } from '@mtcute/web'
import { createSignal, Match, Show, Switch, type JSX } from 'solid-js'
import { useAccount, type Account } from '../../state/account'
import { keyOf, roomKey, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Area, Choices } from '../parts/form'
import { Page, Part } from '../parts/page'
import { say, sayError } from '../parts/toast'
import { chatPath, go, place } from '../router'
import { Field, useForm } from '../sign-in/steps'
import { PeoplePicker } from './people-picker'
import { UsernameField } from './username-field'

export default function New(): JSX.Element {
  return (
    <Switch fallback={<NewChat />}>
      <Match when={place().path[1] === 'group'}><NewGroup /></Match>
      <Match when={place().path[1] === 'channel'}><NewChannel /></Match>
      <Match when={place().path[1] === 'secret'}><NewSecret /></Match>
    </Switch>
  )
}

const NewChat = (): JSX.Element => <Somebody title={t('rooms.new_chat')} chosen={async (key) => go(chatPath(key))} />

function NewSecret(): JSX.Element {
  const account = useAccount()
  const ask = async (key: PeerKey): Promise<void> => {
    const { startSecret } = await import('../../secret/ui/start')
    await startSecret(account, key)
  }
  return <Somebody title={t('secret.start')} text={t('secret.whom')} chosen={ask} />
}

/** Somebody is chosen, by name or number. */
function Somebody(props: { title: string; text?: string; chosen: (key: PeerKey) => Promise<void> }): JSX.Element {
  const account = useAccount()
  const [number, setNumber] = createSignal('')
  const [picked, setPicked] = createSignal<PeerKey[]>([])
  const pick = (keys: PeerKey[]): void => {
    const [key] = keys
    if (key === undefined) return
    setPicked([key])
    void props.chosen(key).catch(sayError).finally(() => setPicked([]))
  }
  const byNumber = useForm(async () => {
    const found = await account.call({ _: 'contacts.resolvePhone', phone: number().replace(/\D/g, '') })
    await props.chosen(keyOf(found.peer))
  })
  return (
    <Page title={props.title} back="">
      <Part>
        <Show when={props.text}>{(text) => <p>{text()}</p>}</Show>
        <PeoplePicker label={t('rooms.find_people')} picked={picked()} set={pick} />
      </Part>
      <Part title={t('rooms.by_number')}>
        <form class="stack" onSubmit={byNumber.submit}>
          <Field id="number" type="tel" inputmode="tel" label={t('sign_in.phone')} error={byNumber.error()} value={number()} set={setNumber} required />
          <button class="button quiet" type="submit" aria-busy={byNumber.busy()}>{t('rooms.find')}</button>
        </form>
      </Part>
    </Page>
  )
}

/** The room that these updates tell of. */
async function opened(account: Account, updates: tl.TypeUpdates): Promise<PeerKey> {
  const chats = 'chats' in updates ? updates.chats : []
  const key = roomKey(chats[0]!)
  account.peers.put([], chats)
  await account.loadDialog(key)
  return key
}

function NewGroup(): JSX.Element {
  const account = useAccount()
  const [title, setTitle] = createSignal('')
  const [people, setPeople] = createSignal<PeerKey[]>([])
  const form = useForm(async () => {
    // A supergroup from the start: links, rights and history work from the first message on.
    const made = await account.act({ _: 'channels.createChannel', megagroup: true, title: title().trim(), about: '' })
    const key = await opened(account, made)
    if (people().length) {
      const answer = await account.call({ _: 'channels.inviteToChannel', channel: account.peers.inputChannel(key), users: people().map((one) => account.peers.inputUser(one)) })
      account.link.apply(answer.updates)
      if (answer.missingInvitees.length) say(t('rooms.not_added', { names: answer.missingInvitees.map((one) => account.peers.name(one.userId)).join(', ') }))
    }
    go(chatPath(key), true)
  })
  return (
    <Page title={t('rooms.new_group')} back="">
      <form class="stack" onSubmit={form.submit}>
        <Part><Field id="title" label={t('rooms.group_name')} error={form.error()} value={title()} set={setTitle} maxlength={128} focus required autocomplete="off" /></Part>
        <Part title={t('rooms.members')}><PeoplePicker label={t('rooms.members')} picked={people()} set={setPeople} /></Part>
        <button class="button" type="submit" aria-busy={form.busy()}>{t('rooms.create')}</button>
      </form>
    </Page>
  )
}

function NewChannel(): JSX.Element {
  const account = useAccount()
  const [title, setTitle] = createSignal('')
  const [about, setAbout] = createSignal('')
  const [kind, setKind] = createSignal<'public' | 'private'>('public')
  const [name, setName] = createSignal('')
  const [made, setMade] = createSignal<PeerKey>()
  const form = useForm(async () => {
    let key = made()
    if (key === undefined) {
      key = await opened(account, await account.act({ _: 'channels.createChannel', broadcast: true, title: title().trim(), about: about().trim() }))
      setMade(key)
    }
    // The channel is there; if its name is refused, only the name is asked for again.
    if (kind() === 'public') await account.call({ _: 'channels.updateUsername', channel: account.peers.inputChannel(key), username: name() })
    await account.loadDialog(key).catch(sayError)
    go(chatPath(key), true)
  })
  const kinds = (['public', 'private'] as const).map((value) => ({ value, label: t(`rooms.${value}_channel`) }))
  return (
    <Page title={t('rooms.new_channel')} back="">
      <form class="stack" onSubmit={form.submit}>
        <Part>
          <Field id="title" label={t('rooms.channel_name')} value={title()} set={setTitle} maxlength={128} focus required autocomplete="off" />
          <Area id="about" label={t('rooms.about')} value={about()} set={setAbout} maxlength={255} />
        </Part>
        <Part>
          <Choices label={t('rooms.kind')} options={kinds} value={kind()} set={setKind} />
          <Show when={kind() === 'public'}><UsernameField value={name()} set={setName} /></Show>
        </Part>
        <Show when={form.error()}><p class="notice danger" role="alert">{form.error()}</p></Show>
        <button class="button" type="submit" disabled={kind() === 'public' && name().length < 5} aria-busy={form.busy()}>{t('rooms.create')}</button>
      </form>
    </Page>
  )
}

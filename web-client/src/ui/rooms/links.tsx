// Invite links: made with a limit, an end or approval, shown with who came by them, taken back.

import type { tl } from '@mtcute/web'
import { createResource, createSignal, For, Show, type JSX } from 'solid-js'
import { renderSVG } from 'uqr'
import { useAccount, type Account } from '../../state/account'
import { userKey, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { fullDate } from '../conversation/times'
import { confirm, Dialog } from '../parts/dialog'
import { Loaded, Select, Toggle } from '../parts/form'
import { Icon } from '../parts/icon'
import { showMenu, type MenuItem } from '../parts/menu'
import { Page, Part } from '../parts/page'
import { say, sayError } from '../parts/toast'
import { Field, useForm } from '../sign-in/steps'
import type { RoomProps } from './info'
import { PeerRow } from './peer-row'
import { spans } from './words'

type Link = tl.RawChatInviteExported
const MOST = 100
const LIVES = [3600, 86_400, 604_800]
const LIMITS = [1, 10, 100]

export default function Links(props: RoomProps): JSX.Element {
  const account = useAccount()
  const [found, { refetch }] = createResource(async () => {
    const [live, revoked] = await Promise.all([list(account, props.room, false), list(account, props.room, true)])
    return { live, revoked }
  })
  const [form, setForm] = createSignal<Partial<Link>>()
  const [joined, setJoined] = createSignal<Link>()
  const [picture, setPicture] = createSignal('')
  const again = (): void => void refetch()
  const run = (act: Promise<unknown>): void => void act.then(again, sayError)
  const menu = (event: MouseEvent, link: Link): void => {
    const items: MenuItem[] = [
      { label: t('rooms.copy_link'), icon: 'copy', run: () => copy(link.link) },
      { label: t('rooms.link_picture'), icon: 'qr', run: () => setPicture(link.link) },
      { label: t('rooms.link_joined'), icon: 'person', run: () => setJoined(link) },
    ]
    if (link.revoked) items.push({ label: t('rooms.link_delete'), icon: 'trash', danger: true, run: () => run(account.call({ _: 'messages.deleteExportedChatInvite', peer: account.peers.input(props.room), link: link.link })) })
    else {
      if (!link.permanent) items.push({ label: t('rooms.link_edit'), icon: 'edit', run: () => setForm(link) })
      items.push({ label: t('rooms.link_revoke'), icon: 'trash', danger: true, run: () => run(revoke(account, props.room, link)) })
    }
    showMenu(event, t('rooms.link'), items)
  }
  return (
    <Page title={t('rooms.links')} back={`info/${props.room}`}>
      <button class="button" onClick={() => setForm({})}><Icon name="plus" />{t('rooms.link_new')}</button>
      <Loaded from={found} again={again}>
        {(links) => (
          <>
            <Part><Lines links={links().live} menu={menu} none={t('rooms.links_none')} /></Part>
            <Show when={links().revoked.length}>
              <Part title={t('rooms.links_revoked')}><Lines links={links().revoked} menu={menu} none="" /></Part>
            </Show>
          </>
        )}
      </Loaded>
      <Show when={form()} keyed>{(link) => <LinkForm room={props.room} link={link} close={() => setForm(undefined)} done={again} />}</Show>
      <Show when={joined()} keyed>{(link) => <Joined room={props.room} link={link} close={() => setJoined(undefined)} />}</Show>
      <Show when={picture()}>
        <Dialog title={t('rooms.link_picture')} close={() => setPicture('')}>
          <img class="qr" src={`data:image/svg+xml,${encodeURIComponent(renderSVG(picture(), { border: 2 }))}`} alt={picture()} />
          <p class="mono">{picture()}</p>
        </Dialog>
      </Show>
    </Page>
  )
}

const copy = (link: string): void => void navigator.clipboard.writeText(link).then(() => say(t('copied')), sayError)

async function list(account: Account, room: PeerKey, revoked: boolean): Promise<Link[]> {
  const answer = await account.call({ _: 'messages.getExportedChatInvites', revoked, peer: account.peers.input(room), adminId: { _: 'inputUserSelf' }, limit: MOST })
  return answer.invites.filter((one): one is Link => one._ === 'chatInviteExported')
}

async function revoke(account: Account, room: PeerKey, link: Link): Promise<void> {
  if (!(await confirm({ title: t('rooms.link_revoke'), text: t('rooms.link_revoke_sure'), yes: t('rooms.link_revoke'), danger: true }))) return
  await account.call({ _: 'messages.editExportedChatInvite', revoked: true, peer: account.peers.input(room), link: link.link })
}

function Lines(props: { links: Link[]; none: string; menu: (event: MouseEvent, link: Link) => void }): JSX.Element {
  const words = (link: Link): string => {
    const parts = [t('rooms.link_used', { n: link.usage ?? 0 })]
    if (link.usageLimit) parts.push(t('rooms.link_limit', { n: link.usageLimit }))
    if (link.expireDate) parts.push(t('rooms.link_until', { date: fullDate(link.expireDate) }))
    if (link.requestNeeded) parts.push(t('rooms.link_approval'))
    return parts.join(' · ')
  }
  return (
    <ul class="list">
      <For each={props.links} fallback={<li class="muted">{props.none}</li>}>
        {(link) => (
          <li class="row">
            <Icon name="link" />
            <span class="body">
              <span class="title one-line" dir="auto">{link.title || link.link.replace(/^https?:\/\//, '')}</span>
              <span class="sub">{words(link)}</span>
            </span>
            <button class="button plain icon-only" aria-label={t('rooms.link_menu')} aria-haspopup="menu" onClick={(event) => props.menu(event, link)}><Icon name="more" /></button>
          </li>
        )}
      </For>
    </ul>
  )
}

function LinkForm(props: { room: PeerKey; link: Partial<Link>; close: () => void; done: () => void }): JSX.Element {
  const account = useAccount()
  const known = props.link.link
  const [title, setTitle] = createSignal(props.link.title ?? '')
  const [life, setLife] = createSignal(-1)
  const [limit, setLimit] = createSignal(props.link.usageLimit ?? 0)
  const [approval, setApproval] = createSignal(props.link.requestNeeded === true)
  const expireDate = (): number => (life() < 0 ? (props.link.expireDate ?? 0) : life() ? Math.floor(Date.now() / 1000) + life() : 0)
  const form = useForm(async () => {
    const peer = account.peers.input(props.room)
    const facts = { title: title().trim(), expireDate: expireDate(), usageLimit: approval() ? 0 : limit(), requestNeeded: approval() }
    if (known) await account.call({ _: 'messages.editExportedChatInvite', peer, link: known, ...facts })
    else await account.call({ _: 'messages.exportChatInvite', peer, ...facts })
    props.done()
    props.close()
  })
  const lives = (): Array<{ value: number; label: string }> => {
    const kept = props.link.expireDate ? [{ value: -1, label: fullDate(props.link.expireDate) }] : []
    return [...kept, ...spans(t('rooms.never'), LIVES)]
  }
  const limits = [{ value: 0, label: t('rooms.no_limit') }, ...[...new Set([...LIMITS, ...(props.link.usageLimit ? [props.link.usageLimit] : [])])].map((value) => ({ value, label: String(value) }))]
  return (
    <Dialog title={t(known ? 'rooms.link_edit' : 'rooms.link_new')} close={props.close} foot={<button class="button" aria-busy={form.busy()} onClick={() => form.submit()}>{t('settings.save')}</button>}>
      <div class="stack">
        <Field id="link-title" label={t('rooms.link_title')} error={form.error()} value={title()} set={setTitle} maxlength={32} autocomplete="off" />
        <Select label={t('rooms.link_life')} options={lives()} value={props.link.expireDate ? life() : Math.max(0, life())} set={setLife} />
        <Toggle label={t('rooms.link_approval')} hint={t('rooms.link_approval_hint')} value={approval()} set={(yes) => void setApproval(yes)} />
        <Show when={!approval()}><Select label={t('rooms.link_people')} options={limits} value={limit()} set={setLimit} /></Show>
      </div>
    </Dialog>
  )
}

function Joined(props: { room: PeerKey; link: Link; close: () => void }): JSX.Element {
  const account = useAccount()
  const [found, { refetch }] = createResource(async () => {
    const answer = await account.call({ _: 'messages.getChatInviteImporters', peer: account.peers.input(props.room), link: props.link.link, offsetDate: 0, offsetUser: { _: 'inputUserEmpty' }, limit: MOST })
    return answer.importers
  })
  return (
    <Dialog title={t('rooms.link_joined')} close={props.close}>
      <Loaded from={found} again={refetch}>
        {(people) => (
          <ul class="list">
            <For each={people()} fallback={<li class="muted">{t('rooms.nobody_yet')}</li>}>
              {(one) => <li><PeerRow peer={userKey(one.userId)} sub={fullDate(one.date)} to={`info/${one.userId}`} /></li>}
            </For>
          </ul>
        )}
      </Loaded>
    </Dialog>
  )
}

// Who is in the room, who runs it, who is restricted or kept out; and what can be done with each of them.

import { batch, createEffect, createSignal, For, on, onCleanup, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { isChannel, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Dialog } from '../parts/dialog'
import { Icon } from '../parts/icon'
import { showMenu } from '../parts/menu'
import { Page } from '../parts/page'
import { say, sayError } from '../parts/toast'
import { AdminDialog } from './admin-dialog'
import type { RoomProps } from './info'
import { memberItems, type Step } from './member-menu'
import { PeerRow } from './peer-row'
import { PeoplePicker } from './people-picker'
import { RestrictDialog } from './restrict-dialog'
import { can, isAdmin } from './rights'
import { invite, members, PAGE, type Filter, type Member } from './roster'

const PAUSE_MS = 250

export default function Members(props: RoomProps): JSX.Element {
  const account = useAccount()
  const room = props.room
  const [filter, setFilter] = createSignal<Filter>('recent')
  const [query, setQuery] = createSignal('')
  const [found, setFound] = createSignal<Member[]>([])
  const [count, setCount] = createSignal(0)
  const [busy, setBusy] = createSignal(true)
  const [step, setStep] = createSignal<{ kind: Step; member: Member }>()
  const [adding, setAdding] = createSignal(false)
  let turn = 0

  const load = async (more = false): Promise<void> => {
    const mine = ++turn
    setBusy(true)
    try {
      const page = await members(account, room, filter(), query().trim(), more ? found().length : 0)
      if (mine !== turn) return
      batch(() => {
        setFound((before) => (more ? [...before, ...page.members] : page.members))
        setCount(page.count)
      })
    } catch (error) {
      if (mine === turn) sayError(error)
    }
    if (mine === turn) setBusy(false)
  }
  createEffect(on(filter, () => void load()))
  createEffect(
    on(query, () => {
      const timer = window.setTimeout(() => void load(), PAUSE_MS)
      onCleanup(() => window.clearTimeout(timer))
    }, { defer: true }),
  )
  const filters = (): Filter[] => {
    if (!isAdmin(account, room)) return ['recent', 'admins']
    return isChannel(room) ? ['recent', 'admins', 'restricted', 'banned'] : ['recent', 'admins']
  }
  const menu = (event: MouseEvent, member: Member): void => {
    const items = memberItems(account, room, member, (kind) => setStep({ kind, member }), () => void load())
    if (items.length) showMenu(event, t('rooms.member_menu', { name: account.peers.name(member.key) }), items)
  }
  return (
    <Page
      title={t('rooms.members')} back={`info/${room}`}
      end={<Show when={can(account, room, 'inviteUsers')}><button class="button plain icon-only" aria-label={t('rooms.add_members')} onClick={() => setAdding(true)}><Icon name="plus" /></button></Show>}
    >
      <div class="tabs" role="tablist" aria-label={t('rooms.members')}>
        <For each={filters()}>
          {(one) => <button class="tab" role="tab" aria-selected={filter() === one} onClick={() => setFilter(one)}>{t(`rooms.filter_${one}`)}</button>}
        </For>
      </div>
      <Show when={filter() !== 'admins'}>
        <div class="search">
          <Icon name="search" />
          <input class="input" type="search" dir="auto" aria-label={t('rooms.find_people')} placeholder={t('rooms.find_people')} value={query()} onInput={(event) => setQuery(event.currentTarget.value)} />
        </div>
      </Show>
      <p class="muted small" role="status">{busy() ? t('loading') : t('rooms.found', { n: count() })}</p>
      <ul class="list">
        <For each={found()}>
          {(member) => (
            <li>
              <PeerRow
                peer={member.key} to={member.key === account.self ? undefined : `info/${member.key}`}
                end={
                  <span class="cluster">
                    <span>{member.rank || (member.role === 'member' ? '' : t(`rooms.role_${member.role}`))}</span>
                    <Show when={isAdmin(account, room) && member.key !== account.self}>
                      <button class="button plain icon-only" aria-label={t('rooms.member_menu', { name: account.peers.name(member.key) })} aria-haspopup="menu" onClick={(event) => menu(event, member)}><Icon name="more" /></button>
                    </Show>
                  </span>
                }
              />
            </li>
          )}
        </For>
      </ul>
      <Show when={found().length < count() && found().length >= PAGE}>
        <button class="button quiet" aria-busy={busy()} onClick={() => void load(true)}>{t('rooms.more')}</button>
      </Show>
      <Show when={step()} keyed>
        {(now) => (
          <Show when={now.kind === 'rights'} fallback={<RestrictDialog room={room} member={now.member} close={() => setStep(undefined)} done={() => void load()} />}>
            <AdminDialog room={room} member={now.member} close={() => setStep(undefined)} done={() => void load()} />
          </Show>
        )}
      </Show>
      <Show when={adding()}><AddDialog room={room} close={() => setAdding(false)} done={() => void load()} here={found().map((one) => one.key)} /></Show>
    </Page>
  )
}

function AddDialog(props: { room: PeerKey; here: PeerKey[]; close: () => void; done: () => void }): JSX.Element {
  const account = useAccount()
  const [picked, setPicked] = createSignal<PeerKey[]>([])
  const [busy, setBusy] = createSignal(false)
  const add = async (): Promise<void> => {
    setBusy(true)
    try {
      const missing = await invite(account, props.room, picked())
      if (missing.length) say(t('rooms.not_added', { names: missing.map((key) => account.peers.name(key)).join(', ') }))
      props.done()
      props.close()
    } catch (error) {
      sayError(error)
    }
    setBusy(false)
  }
  return (
    <Dialog title={t('rooms.add_members')} close={props.close} foot={<button class="button" disabled={!picked().length} aria-busy={busy()} onClick={() => void add()}>{t('rooms.add')}</button>}>
      <PeoplePicker label={t('rooms.find_people')} picked={picked()} set={setPicked} without={props.here} />
    </Dialog>
  )
}


// What the admins of a room have done lately.

import type { tl } from '@mtcute/web'
import Long from 'long'
import { batch, createEffect, createSignal, For, on, onCleanup, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { userKey } from '../../telegram/peers'
import { t } from '../../texts'
import { fullDate } from '../conversation/times'
import { Select } from '../parts/form'
import { Icon } from '../parts/icon'
import { Page, Part } from '../parts/page'
import { sayError } from '../parts/toast'
import { eventDetail, eventWords } from './event-words'
import type { RoomProps } from './info'

type Event = tl.RawChannelAdminLogEvent
type Flag = Exclude<keyof tl.RawChannelAdminLogEventsFilter, '_'>
const KINDS = { all: [], members: ['join', 'leave', 'invite'], restrictions: ['ban', 'unban', 'kick', 'unkick'], admins: ['promote', 'demote'], info: ['info', 'settings'], messages: ['delete', 'edit', 'pinned'], links: ['invites'] } as const satisfies Record<string, readonly Flag[]>
type Kind = keyof typeof KINDS
const PAGE = 50
const PAUSE_MS = 300

export default function RecentActions(props: RoomProps): JSX.Element {
  const account = useAccount()
  const [kind, setKind] = createSignal<Kind>('all')
  const [query, setQuery] = createSignal('')
  const [events, setEvents] = createSignal<Event[]>([])
  const [more, setMore] = createSignal(false)
  const [busy, setBusy] = createSignal(true)
  let turn = 0
  const filter = (): tl.RawChannelAdminLogEventsFilter | undefined =>
    kind() === 'all' ? undefined : { _: 'channelAdminLogEventsFilter', ...Object.fromEntries(KINDS[kind()].map((flag) => [flag, true])) }
  const load = async (older = false): Promise<void> => {
    const mine = ++turn
    setBusy(true)
    try {
      const maxId = older ? (events().at(-1)?.id ?? Long.ZERO) : Long.ZERO
      const answer = await account.call({ _: 'channels.getAdminLog', channel: account.peers.inputChannel(props.room), q: query().trim(), eventsFilter: filter(), maxId, minId: Long.ZERO, limit: PAGE })
      if (mine !== turn) return
      batch(() => {
        setEvents((before) => (older ? [...before, ...answer.events] : answer.events))
        setMore(answer.events.length === PAGE)
      })
    } catch (error) {
      if (mine === turn) sayError(error)
    }
    if (mine === turn) setBusy(false)
  }
  createEffect(on(kind, () => void load()))
  createEffect(
    on(query, () => {
      const timer = window.setTimeout(() => void load(), PAUSE_MS)
      onCleanup(() => window.clearTimeout(timer))
    }, { defer: true }),
  )
  const kinds = (Object.keys(KINDS) as Kind[]).map((value) => ({ value, label: t(`rooms.actions_${value}`) }))
  return (
    <Page title={t('rooms.actions')} back={`info/${props.room}`}>
      <div class="half">
        <Select label={t('rooms.actions_show')} options={kinds} value={kind()} set={setKind} />
        <div class="field">
          <label for="action-search">{t('search')}</label>
          <input id="action-search" class="input" type="search" dir="auto" value={query()} onInput={(event) => setQuery(event.currentTarget.value)} />
        </div>
      </div>
      <Part hint={t('rooms.actions_hint')}>
        <p class="seen-only-by-readers" role="status">{busy() ? t('loading') : t('rooms.found', { n: events().length })}</p>
        <ol class="list">
          <For each={events()} fallback={<Show when={!busy()} fallback={<li class="muted">{t('loading')}</li>}><li class="muted">{t('rooms.actions_none')}</li></Show>}>
            {(event) => (
              <li class="event">
                <span><a class="strong name" href={`#/info/${event.userId}`} dir="auto">{account.peers.name(userKey(event.userId))}</a> {eventWords(account, event.action)}</span>
                <Show when={eventDetail(account, event.action)}>{(detail) => <span class="quote" dir="auto">{detail()}</span>}</Show>
                <span class="muted small">{fullDate(event.date)}</span>
              </li>
            )}
          </For>
        </ol>
        <Show when={more()}><button class="button quiet" aria-busy={busy()} onClick={() => void load(true)}><Icon name="down" />{t('rooms.more')}</button></Show>
      </Part>
    </Page>
  )
}

// How a room fares: figures with how they were before, and charts over time.

import type { tl } from '@mtcute/web'
import { createResource, For, Match, Show, Switch, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { userKey } from '../../telegram/peers'
import { language, t, type Key } from '../../texts'
import { Loaded } from '../parts/form'
import { Page, Part } from '../parts/page'
import { Chart } from './chart'
import { chartOf } from './chart-data'
import type { RoomProps } from './info'
import { PeerRow } from './peer-row'

type Stats = tl.stats.RawBroadcastStats | tl.stats.RawMegagroupStats

export default function Statistics(props: RoomProps): JSX.Element {
  const account = useAccount()
  const [found, { refetch }] = createResource<Stats>(() => {
    const channel = account.peers.inputChannel(props.room)
    return account.peers.isBroadcast(props.room) ? account.call({ _: 'stats.getBroadcastStats', channel }) : account.call({ _: 'stats.getMegagroupStats', channel })
  })
  return (
    <Page title={t('rooms.statistics')} back={`info/${props.room}`}>
      <Loaded from={found} again={refetch}>
        {(stats) => (
          <>
            <Part><Figures stats={stats()} /></Part>
            <For each={graphs(stats())}>{([name, graph]) => <Graph name={name} graph={graph} />}</For>
            <Show when={best(stats()).length}>
              <Part title={t('stats.topPosters')}>
                <ul class="list">
                  <For each={best(stats())}>{(one) => <li><PeerRow peer={userKey(one.userId)} sub={t('stats.messages_sent', { n: one.messages })} to={`info/${one.userId}`} /></li>}</For>
                </ul>
              </Part>
            </Show>
          </>
        )}
      </Loaded>
    </Page>
  )
}

const best = (stats: Stats): tl.TypeStatsGroupTopPoster[] => (stats._ === 'stats.megagroupStats' ? stats.topPosters : [])

function figures(stats: Stats): Array<[string, tl.TypeStatsAbsValueAndPrev]> {
  if (stats._ === 'stats.broadcastStats') return [['followers', stats.followers], ['viewsPerPost', stats.viewsPerPost], ['sharesPerPost', stats.sharesPerPost], ['reactionsPerPost', stats.reactionsPerPost]]
  return [['members', stats.members], ['messages', stats.messages], ['viewers', stats.viewers], ['posters', stats.posters]]
}

function Figures(props: { stats: Stats }): JSX.Element {
  const number = (value: number): string => value.toLocaleString(language(), { maximumFractionDigits: 1 })
  const change = (value: tl.TypeStatsAbsValueAndPrev): string => {
    const by = Number(value.current) - Number(value.previous)
    return by ? `${by > 0 ? '+' : '−'}${number(Math.abs(by))}` : t('stats.same')
  }
  return (
    <div class="figures">
      <For each={figures(props.stats)}>
        {([name, value]) => (
          <div>
            <span class="number">{number(Number(value.current))}</span>
            <span class="small">{t(`stats.${name}` as Key)}</span>
            <span class="muted small">{change(value)}</span>
          </div>
        )}
      </For>
    </div>
  )
}

/** The graphs that have anything to show, by name. */
function graphs(stats: Stats): Array<[string, tl.TypeStatsGraph]> {
  return Object.entries(stats)
    .filter((entry): entry is [string, tl.TypeStatsGraph] => entry[0].endsWith('Graph') && typeof entry[1] === 'object')
    .filter(([name, graph]) => graph._ !== 'statsGraphError' && !name.startsWith('story') && !name.startsWith('iv'))
}

function Graph(props: { name: string; graph: tl.TypeStatsGraph }): JSX.Element {
  const account = useAccount()
  const [found, { refetch }] = createResource(async () => {
    const graph = props.graph._ === 'statsGraphAsync' ? await account.call({ _: 'stats.loadAsyncGraph', token: props.graph.token }) : props.graph
    return graph._ === 'statsGraph' ? chartOf(graph.json.data) : undefined
  })
  const title = (): string => t(`stats.${props.name}` as Key)
  return (
    <Switch>
      <Match when={found.error || found.latest}>
        <Part title={title()}>
          <Loaded from={found} again={refetch}>{(data) => <Chart title={title()} data={data()} />}</Loaded>
        </Part>
      </Match>
    </Switch>
  )
}

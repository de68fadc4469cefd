// A chart: lines or bars over time, with the same figures as a table for who does not see it.

import { For, Show, type JSX } from 'solid-js'
import { language, t } from '../../texts'
import { topOf, type ChartData, type Line } from './chart-data'

const WIDTH = 600
const HEIGHT = 220
const FOOT = 22
const SIDE = 44
/** A time of day or a number is not a date. */
const DATES_FROM = 1e10

export function Chart(props: { title: string; data: ChartData }): JSX.Element {
  const top = (): number => topOf(props.data)
  const x = (at: number): number => SIDE + ((WIDTH - SIDE) * (props.data.lines[0]!.kind === 'bar' ? at + 0.5 : at)) / Math.max(1, props.data.x.length - (props.data.lines[0]!.kind === 'bar' ? 0 : 1))
  const y = (value: number): number => (HEIGHT - FOOT) * (1 - value / top())
  const colour = (index: number): string => `var(--color-name-${(index % 7) + 1})`
  const path = (line: Line): string => line.values.map((value, at) => `${at ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('')
  const below = (index: number, at: number): number => (props.data.stacked ? props.data.lines.slice(0, index).reduce((sum, line) => sum + line.values[at]!, 0) : 0)
  const width = (): number => Math.max(1, ((WIDTH - SIDE) / props.data.x.length) * 0.8)
  const when = (value: number): string => (value > DATES_FROM ? new Intl.DateTimeFormat(language(), { day: 'numeric', month: 'short' }).format(value) : String(value))
  const marks = (): number[] => {
    const count = Math.min(6, props.data.x.length)
    return Array.from({ length: count }, (_, index) => Math.round((index * (props.data.x.length - 1)) / Math.max(1, count - 1)))
  }
  return (
    <figure class="stack">
      <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('stats.chart_of', { title: props.title })}>
        <For each={[0, 0.5, 1]}>
          {(share) => (
            <>
              <line class="axis" x1={SIDE} x2={WIDTH} y1={y(top() * share)} y2={y(top() * share)} />
              <text x={SIDE - 6} y={y(top() * share) + 4} text-anchor="end">{(top() * share).toLocaleString(language(), { notation: 'compact' })}</text>
            </>
          )}
        </For>
        <For each={marks()}>{(at) => <text x={x(at)} y={HEIGHT - 4} text-anchor="middle">{when(props.data.x[at]!)}</text>}</For>
        <For each={props.data.lines}>
          {(line, index) => (
            <Show when={line.kind === 'bar'} fallback={<><path class="line" d={path(line)} stroke={colour(index())} /><circle cx={x(line.values.length - 1)} cy={y(line.values.at(-1) ?? 0)} r="4" fill={colour(index())} /></>}>
              <For each={line.values}>
                {(value, at) => <rect x={x(at()) - width() / 2} y={y(below(index(), at()) + value)} width={width()} height={Math.max(0, y(0) - y(value))} fill={colour(index())} />}
              </For>
            </Show>
          )}
        </For>
      </svg>
      <ul class="legend">
        <For each={props.data.lines}>
          {(line, index) => <li><svg viewBox="0 0 12 7" aria-hidden="true"><rect width="12" height="7" fill={colour(index())} /></svg>{line.name}</li>}
        </For>
      </ul>
      <details>
        <summary>{t('stats.as_table')}</summary>
        <div class="table-frame" tabindex="0">
          <table class="table">
            <thead><tr><th scope="col">{t('stats.when')}</th><For each={props.data.lines}>{(line) => <th class="figure" scope="col">{line.name}</th>}</For></tr></thead>
            <tbody>
              <For each={props.data.x}>
                {(value, at) => <tr><th scope="row">{when(value)}</th><For each={props.data.lines}>{(line) => <td class="figure">{line.values[at()]!.toLocaleString(language())}</td>}</For></tr>}
              </For>
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

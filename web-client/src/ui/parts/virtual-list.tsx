// A list of any length of which only what is near the window is in the page. It keeps its place: whatever grows above
// or below, the row at the top edge stays where it is, and who is at the end stays at the end.

import { batch, createEffect, createSignal, For, on, onCleanup, onMount, untrack, type JSX } from 'solid-js'
import { Heights } from './heights'

const MARGIN = 900
const NEAR = 1200
const END = 24

export interface ListHandle {
  /** The row is on screen; false if the list does not have it. */
  show(row: number, where?: 'start' | 'middle'): boolean
  toEnd(): void
  /** Says again what is on screen. */
  look(): void
  element(): HTMLElement
}

interface Props {
  rows: readonly number[]
  children: (row: number) => JSX.Element
  label: string
  nearStart?: () => void
  nearEnd?: () => void
  /** The last row on screen, and whether the list is at its end. */
  watched?: (last: number, atEnd: boolean) => void
  handle?: (handle: ListHandle) => void
  /** The row to begin at; the end if there is none. */
  begin?: number
  onKeyDown?: (event: KeyboardEvent) => void
}

export function VirtualList(props: Props): JSX.Element {
  const heights = new Heights()
  const [range, setRange] = createSignal<readonly [number, number]>([0, 0])
  const [shift, setShift] = createSignal(0)
  const [total, setTotal] = createSignal(0)
  let box!: HTMLDivElement
  let stuck = props.begin === undefined
  let anchor: { row: number; delta: number; index: number } | undefined
  let expected = -1
  let frame = 0
  let turn = 0
  const elements = new Map<Element, number>()
  // What the list is laid out for: rows that come in one frame are laid out together.
  const [laid, setLaid] = createSignal<readonly number[]>([])

  const observer = new ResizeObserver((entries) => {
    const measured: Array<[number, number]> = []
    for (const entry of entries) {
      const row = elements.get(entry.target)
      const height = entry.borderBoxSize[0]?.blockSize ?? 0
      if (row !== undefined && height > 0) measured.push([row, height])
    }
    if (heights.measure(measured)) settle()
  })
  const frameObserver = new ResizeObserver(() => settle())

  /** Everything is where it belongs after rows or heights have changed. */
  function settle(): void {
    if (!box) return
    setTotal(heights.total)
    box.firstElementChild instanceof HTMLElement && box.firstElementChild.style.setProperty('height', `${heights.total}px`)
    if (stuck) scrollTo(heights.total - box.clientHeight)
    else if (anchor) {
      const index = heights.indexOf(anchor.row)
      scrollTo(heights.offset(index < 0 ? Math.min(anchor.index, heights.count) : index) + anchor.delta)
    }
    draw()
  }

  function scrollTo(y: number): void {
    const target = Math.max(0, y)
    if (Math.abs(box.scrollTop - target) < 0.5) return
    box.scrollTop = target
    expected = box.scrollTop
  }

  function draw(): void {
    const top = box.scrollTop
    const from = heights.indexAt(top - MARGIN)
    const to = Math.min(heights.count, heights.indexAt(top + box.clientHeight + MARGIN) + 1)
    const [oldFrom, oldTo] = range()
    if (from !== oldFrom || to !== oldTo) setRange([from, to])
    setShift(heights.offset(from))
    frame ||= requestAnimationFrame(report)
  }

  function report(): void {
    frame = 0
    if (!heights.count || box.clientHeight === 0) return
    const bottom = box.scrollTop + box.clientHeight
    const last = heights.row(heights.indexAt(bottom - 8))
    props.watched?.(last ?? 0, heights.total - bottom < END)
    if (box.scrollTop < NEAR) props.nearStart?.()
    if (heights.total - bottom < NEAR) props.nearEnd?.()
  }

  function scrolled(): void {
    const top = box.scrollTop
    if (Math.abs(top - expected) > 1) {
      stuck = heights.total - top - box.clientHeight < END
      remember(top)
    }
    expected = -1
    draw()
  }

  function remember(top: number): void {
    const index = heights.indexAt(top)
    const row = heights.row(index)
    anchor = row === undefined ? undefined : { row, index, delta: top - heights.offset(index) }
  }

  const handle: ListHandle = {
    show(row, where = 'middle') {
      take()
      const index = heights.indexOf(row)
      if (index < 0) return false
      stuck = false
      anchor = { row, index, delta: where === 'start' ? -48 : -box.clientHeight / 3 }
      settle()
      return true
    },
    toEnd() {
      take()
      stuck = true
      settle()
    },
    look: report,
    element: () => box,
  }
  function take(): void {
    cancelAnimationFrame(turn)
    turn = 0
    const rows = props.rows
    const before = laid()
    if (rows === before) return
    const grown = before.length > 0 && before.length <= rows.length && before[0] === rows[0] && before.at(-1) === rows[before.length - 1]
    if (grown) heights.append(rows)
    else heights.setRows(rows)
    if (before.length === 0) {
      if (props.begin !== undefined && heights.indexOf(props.begin) >= 0) anchor = { row: props.begin, index: 0, delta: -64 }
      else stuck = true
    }
    batch(() => {
      setLaid(rows)
      settle()
    })
  }
  createEffect(on(() => props.rows, () => untrack(laid).length ? (turn ||= requestAnimationFrame(take)) : untrack(take)))
  onMount(() => {
    frameObserver.observe(box)
    props.handle?.(handle)
    settle()
  })
  onCleanup(() => {
    observer.disconnect()
    frameObserver.disconnect()
    cancelAnimationFrame(frame)
    cancelAnimationFrame(turn)
  })
  const shown = (): readonly number[] => laid().slice(range()[0], range()[1])
  return (
    <div ref={box} class="virtual" role="log" aria-label={props.label} aria-live="off" tabindex="0" onScroll={scrolled} onKeyDown={(event) => props.onKeyDown?.(event)}>
      <div class="virtual-whole" data-total={total()}>
        <div class="virtual-part" style={{ transform: `translateY(${shift()}px)` }}>
          <For each={shown()}>
            {(row) => (
              <div
                class="virtual-row"
                data-row={row}
                ref={(element) => {
                  elements.set(element, row)
                  observer.observe(element)
                  onCleanup(() => {
                    observer.unobserve(element)
                    elements.delete(element)
                  })
                }}
              >
                {props.children(row)}
              </div>
            )}
          </For>
        </div>
      </div>
    </div>
  )
}

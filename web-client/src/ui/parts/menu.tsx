// A menu at a place: arrows move, Enter chooses, Escape leaves, and the focus goes back where it came from.

import { createSignal, For, onCleanup, onMount, Show, type JSX } from 'solid-js'
import { Portal } from 'solid-js/web'
import { Icon, type IconName } from './icon'

export interface MenuItem {
  label: string
  icon?: IconName
  danger?: boolean
  /** Something waits behind it: a number beside the label. */
  count?: number
  run: () => void
}
interface Open {
  x: number
  y: number
  items: MenuItem[]
  label: string
  from: Element | null
  /** Drawn above the items, such as a row of reactions. */
  head?: () => JSX.Element
}

const [open, setOpen] = createSignal<Open>()

/** The menu is shown at the pointer, or under the element if it was asked for with the keyboard. */
export function showMenu(event: MouseEvent | KeyboardEvent, label: string, items: MenuItem[], head?: () => JSX.Element): void {
  event.preventDefault()
  const box = (event.currentTarget as Element | null)?.getBoundingClientRect()
  const atPointer = event.type === 'contextmenu' && event instanceof MouseEvent && (event.clientX !== 0 || event.clientY !== 0)
  const x = atPointer ? event.clientX : box?.left ?? 0
  const y = atPointer ? event.clientY : (box?.bottom ?? 0) + 4
  setOpen({ x, y, items, label, head, from: document.activeElement })
}

export function closeMenu(): void {
  const from = open()?.from
  setOpen(undefined)
  if (from instanceof HTMLElement && document.contains(from)) from.focus({ preventScroll: true })
}

export function Menus(): JSX.Element {
  return (
    <Show when={open()} keyed>
      {(menu) => (
        <Portal>
          <div class="menu-scrim" onPointerDown={closeMenu} onContextMenu={(event) => (event.preventDefault(), closeMenu())} />
          <MenuBox menu={menu} />
        </Portal>
      )}
    </Show>
  )
}

function MenuBox(props: { menu: Open }): JSX.Element {
  let box!: HTMLDivElement
  const buttons = (): HTMLButtonElement[] => [...box.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')]
  onMount(() => {
    const { width, height } = box.getBoundingClientRect()
    box.style.setProperty('left', `${Math.max(8, Math.min(props.menu.x, innerWidth - width - 8))}px`)
    box.style.setProperty('top', `${Math.max(8, Math.min(props.menu.y, innerHeight - height - 8))}px`)
    buttons()[0]?.focus({ preventScroll: true })
  })
  window.addEventListener('resize', closeMenu)
  onCleanup(() => window.removeEventListener('resize', closeMenu))
  const key = (event: KeyboardEvent): void => {
    const all = buttons()
    const at = all.indexOf(document.activeElement as HTMLButtonElement)
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }
    const to = steps[event.key]
    if (to !== undefined) all[(to + all.length) % all.length]?.focus()
    else if (event.key === 'Escape' || event.key === 'Tab') closeMenu()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div ref={box} class="menu floating" role="menu" aria-label={props.menu.label} onKeyDown={key}>
      {props.menu.head?.()}
      <For each={props.menu.items}>
        {(item) => (
          <button
            class="menu-item"
            classList={{ danger: item.danger }}
            role="menuitem"
            onClick={() => {
              closeMenu()
              item.run()
            }}
          >
            <Show when={item.icon}>{(name) => <Icon name={name()} />}</Show>
            {item.label}
            <Show when={item.count}>{(n) => <span class="badge end">{n()}</span>}</Show>
          </button>
        )}
      </For>
    </div>
  )
}

// A screen that fills the pane: a bar with the way back and a title, and below it what the screen is about.

import { onMount, Show, type JSX, type ParentProps } from 'solid-js'
import { t } from '../../texts'
import { go } from '../router'
import { Icon, type IconName } from './icon'
import '../styles/screens.css'

export function Page(props: ParentProps<{ title: string; back: string; end?: JSX.Element }>): JSX.Element {
  let title!: HTMLHeadingElement
  // A reader of the screen hears where they are; the keyboard goes on from there.
  onMount(() => title.focus({ preventScroll: true }))
  return (
    <section class="page" aria-label={props.title}>
      <header class="bar">
        <button class="button plain icon-only" aria-label={t('back')} onClick={() => go(props.back)}>
          <Icon name="back" />
        </button>
        <h1 class="page-title one-line grow" dir="auto" tabindex="-1" ref={title}>{props.title}</h1>
        {props.end}
      </header>
      <div class="scroll">
        <div class="page-column">{props.children}</div>
      </div>
    </section>
  )
}

/** A part of a screen under a heading of its own. */
export function Part(props: ParentProps<{ title?: string; hint?: string }>): JSX.Element {
  return (
    <section class="card part">
      <Show when={props.title}><h2 class="part-title">{props.title}</h2></Show>
      {props.children}
      <Show when={props.hint}><p class="hint muted small">{props.hint}</p></Show>
    </section>
  )
}

/** A line that leads to another screen. */
export function Way(props: { to: string; icon: IconName; label: string; value?: string | number }): JSX.Element {
  return (
    <a class="row way" href={`#/${props.to}`}>
      <Icon name={props.icon} />
      <span class="title">{props.label}</span>
      <span class="end muted" dir="auto">{props.value}</span>
    </a>
  )
}

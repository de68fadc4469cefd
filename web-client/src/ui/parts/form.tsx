// Controls that speak to the server at once, and small helpers of forms.

import { createSignal, createUniqueId, For, Show, type JSX, type Resource } from 'solid-js'
import { explain } from '../../telegram/errors'
import { t } from '../../texts'
import { sayError } from './toast'

interface ToggleProps {
  label: string
  hint?: string
  value: boolean
  disabled?: boolean
  set: (yes: boolean) => Promise<unknown> | void
}

/** A switch. It moves at once and goes back if the server refuses. */
export function Toggle(props: ToggleProps): JSX.Element {
  const id = createUniqueId()
  const [busy, setBusy] = createSignal(false)
  const change = async (event: Event & { currentTarget: HTMLInputElement }): Promise<void> => {
    const input = event.currentTarget
    setBusy(true)
    try {
      await props.set(input.checked)
    } catch (error) {
      sayError(error)
    }
    // Also what was refused without an error has not changed.
    input.checked = props.value
    setBusy(false)
  }
  return (
    <div class="toggle">
      <label class="choice">
        <span class="grow">{props.label}</span>
        <input
          type="checkbox" class="switch" role="switch" checked={props.value} disabled={props.disabled || busy()}
          aria-describedby={props.hint ? id : undefined} onChange={(event) => void change(event)}
        />
      </label>
      <Show when={props.hint}><p class="hint muted small" id={id}>{props.hint}</p></Show>
    </div>
  )
}

export interface Option<V> {
  value: V
  label: string
}

/** One of several. */
export function Choices<V extends string | number>(props: { label: string; options: Option<V>[]; value: V | undefined; set: (value: V) => void; disabled?: boolean }): JSX.Element {
  const name = createUniqueId()
  return (
    <fieldset class="choices" disabled={props.disabled}>
      <legend class="strong">{props.label}</legend>
      <For each={props.options}>
        {(option) => (
          <label class="choice">
            <input type="radio" name={name} checked={option.value === props.value} onChange={() => props.set(option.value)} />
            <span>{option.label}</span>
          </label>
        )}
      </For>
    </fieldset>
  )
}

/** One of several, in a box that opens. A value that none of the options has stands first, as it is. */
export function Select<V extends string | number>(props: { label: string; options: Option<V>[]; value: V; set: (value: V) => void; disabled?: boolean; other?: (value: V) => string }): JSX.Element {
  const id = createUniqueId()
  const options = (): Option<V>[] => {
    const known = props.options.some((option) => option.value === props.value)
    return known ? props.options : [{ value: props.value, label: props.other?.(props.value) ?? String(props.value) }, ...props.options]
  }
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select id={id} class="input" disabled={props.disabled} onChange={(event) => props.set(options()[event.currentTarget.selectedIndex]!.value)}>
        <For each={options()}>{(option) => <option selected={option.value === props.value}>{option.label}</option>}</For>
      </select>
    </div>
  )
}

/** Several lines of text. */
export function Area(props: { id: string; label: string; hint?: string; value: string; maxlength: number; set: (value: string) => void }): JSX.Element {
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <textarea
        id={props.id} class="input" dir="auto" rows={3} maxlength={props.maxlength} aria-describedby={props.hint ? `${props.id}-hint` : undefined}
        onInput={(event) => props.set(event.currentTarget.value)}
      >
        {props.value}
      </textarea>
      <Show when={props.hint}><p class="hint" id={`${props.id}-hint`}>{props.hint}</p></Show>
    </div>
  )
}

/** What was asked for, once it is there; until then that it is coming, or why it does not. */
export function Loaded<T>(props: { from: Resource<T>; again: () => unknown; children: (value: () => NonNullable<T>) => JSX.Element }): JSX.Element {
  return (
    <Show
      when={!props.from.error}
      fallback={
        <div class="notice danger" role="alert">
          <p>{explain(props.from.error)}</p>
          <button class="button quiet little" onClick={() => props.again()}>{t('retry')}</button>
        </div>
      }
    >
      <Show when={props.from.latest} fallback={<span class="spinner" role="status" aria-label={t('loading')} />}>
        {(value) => props.children(value)}
      </Show>
    </Show>
  )
}

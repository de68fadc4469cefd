// The steps of coming in. Each is a form: Enter goes on, what is wrong stands under the field.

import { createSignal, onMount, Show, type JSX, type ParentProps } from 'solid-js'
import { explain } from '../../telegram/errors'
import { t } from '../../texts'
import type { Asked } from './sign-in'

/** A form that waits for the server and says what it refused. */
export function useForm(run: () => Promise<void>): { busy: () => boolean; error: () => string; submit: (event?: Event) => void } {
  const [busy, setBusy] = createSignal(false)
  const [error, setError] = createSignal('')
  const submit = (event?: Event): void => {
    event?.preventDefault()
    if (busy()) return
    setBusy(true)
    setError('')
    run().catch((reason: unknown) => setError(explain(reason))).finally(() => setBusy(false))
  }
  return { busy, error, submit }
}

interface FieldProps {
  id: string
  label: string
  hint?: string
  error?: string
  value: string
  type?: string
  inputmode?: 'tel' | 'numeric' | 'text'
  autocomplete?: string
  maxlength?: number
  focus?: boolean
  required?: boolean
  set: (value: string) => void
}

export function Field(props: FieldProps): JSX.Element {
  let input!: HTMLInputElement
  onMount(() => props.focus && input.focus())
  const described = (): string => [props.hint ? `${props.id}-hint` : '', props.error ? `${props.id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <input
        ref={input}
        id={props.id}
        class="input"
        dir="auto"
        type={props.type ?? 'text'}
        inputmode={props.inputmode}
        autocomplete={props.autocomplete}
        maxlength={props.maxlength}
        required={props.required}
        value={props.value}
        aria-invalid={props.error ? 'true' : undefined}
        aria-describedby={described() || undefined}
        onInput={(event) => props.set(event.currentTarget.value)}
      />
      <Show when={props.hint}><p class="hint" id={`${props.id}-hint`}>{props.hint}</p></Show>
      <Show when={props.error}><p class="error" id={`${props.id}-error`} role="alert">{props.error}</p></Show>
    </div>
  )
}

function Form(props: ParentProps<{ submit: (event: Event) => void; busy: boolean; go: string }>): JSX.Element {
  return (
    <form class="stack" onSubmit={(event) => props.submit(event)}>
      {props.children}
      <button class="button wide" type="submit" aria-busy={props.busy}>{props.go}</button>
    </form>
  )
}

export function PhoneStep(props: { ask: (phone: string) => Promise<void>; test: boolean }): JSX.Element {
  const [phone, setPhone] = createSignal('')
  const form = useForm(() => props.ask(phone().replace(/[^\d]/g, '')))
  return (
    <Form submit={form.submit} busy={form.busy()} go={t('sign_in.next')}>
      <Field
        id="phone" label={t('sign_in.phone')} hint={props.test ? t('sign_in.test_hint') : t('sign_in.phone_hint')} error={form.error()}
        value={phone()} set={setPhone} type="tel" inputmode="tel" autocomplete="tel" focus required
      />
    </Form>
  )
}

interface CodeProps {
  asked: Asked
  known: string
  tryCode: (code: string) => Promise<void>
  back: () => void
  again: () => Promise<void>
}

export function CodeStep(props: CodeProps): JSX.Element {
  const [code, setCode] = createSignal(props.known)
  const form = useForm(() => props.tryCode(code().trim()))
  const again = useForm(() => props.again())
  const length = (): number => ('length' in props.asked.type ? Number(props.asked.type.length) : 0)
  const typed = (value: string): void => {
    setCode(value)
    if (length() && /^\d+$/.test(value) && value.length === length()) form.submit()
  }
  return (
    <Form submit={form.submit} busy={form.busy()} go={t('sign_in.next')}>
      <p class="muted">{t(wayOf(props.asked), { phone: `+${props.asked.phone}` })}</p>
      <Show when={props.asked.type._ === 'auth.sentCodeTypeFragmentSms'}>
        <a class="button quiet wide" href="/sign-in" target="_blank">{t('sign_in.open_page')}</a>
      </Show>
      <Field
        id="code" label={t('sign_in.code')} error={form.error() || again.error()} value={code()} set={typed}
        inputmode="numeric" autocomplete="one-time-code" focus required
      />
      <div class="cluster">
        <button type="button" class="button plain little" onClick={() => props.back()}>{t('sign_in.other_number')}</button>
        <button type="button" class="button plain little" onClick={() => again.submit()}>{t('sign_in.again')}</button>
      </div>
    </Form>
  )
}

function wayOf(asked: Asked): 'sign_in.sent_app' | 'sign_in.sent_mail' | 'sign_in.sent_page' | 'sign_in.sent_sms' {
  if (asked.type._ === 'auth.sentCodeTypeApp') return 'sign_in.sent_app'
  if (asked.type._ === 'auth.sentCodeTypeFragmentSms') return 'sign_in.sent_page'
  return asked.type._ === 'auth.sentCodeTypeEmailCode' ? 'sign_in.sent_mail' : 'sign_in.sent_sms'
}

export function NameStep(props: { signUp: (first: string, last: string) => Promise<void> }): JSX.Element {
  const [first, setFirst] = createSignal('')
  const [last, setLast] = createSignal('')
  const form = useForm(() => props.signUp(first().trim(), last().trim()))
  return (
    <Form submit={form.submit} busy={form.busy()} go={t('sign_in.begin')}>
      <p class="muted">{t('sign_in.name_hint')}</p>
      <Field id="first" label={t('sign_in.first_name')} error={form.error()} value={first()} set={setFirst} autocomplete="given-name" maxlength={64} focus required />
      <Field id="last" label={t('sign_in.last_name')} value={last()} set={setLast} autocomplete="family-name" maxlength={64} />
    </Form>
  )
}

export function PasswordStep(props: { tryPassword: (password: string) => Promise<void> }): JSX.Element {
  const [password, setPassword] = createSignal('')
  const form = useForm(() => props.tryPassword(password()))
  return (
    <Form submit={form.submit} busy={form.busy()} go={t('sign_in.next')}>
      <Field
        id="password" label={t('sign_in.password')} hint={t('sign_in.password_hint')} error={form.error()} value={password()} set={setPassword}
        type="password" autocomplete="current-password" focus required
      />
    </Form>
  )
}

// Who sees and does what: one rule for each of these, with people who are always or never let through.

import type { tl } from '@mtcute/web'
import { createResource, createSignal, For, Show, type JSX } from 'solid-js'
import { useAccount, type Account } from '../../state/account'
import type { PeerKey } from '../../telegram/peers'
import { t, type Key } from '../../texts'
import { Choices, Loaded, Select, Toggle } from '../parts/form'
import { Page, Part, Way } from '../parts/page'
import { say } from '../parts/toast'
import { place } from '../router'
import { PeoplePicker } from '../rooms/people-picker'
import { useForm } from '../sign-in/steps'

const KEYS = {
  status: 'inputPrivacyKeyStatusTimestamp',
  phone: 'inputPrivacyKeyPhoneNumber',
  found: 'inputPrivacyKeyAddedByPhone',
  photo: 'inputPrivacyKeyProfilePhoto',
  about: 'inputPrivacyKeyAbout',
  forwards: 'inputPrivacyKeyForwards',
  rooms: 'inputPrivacyKeyChatInvite',
  voices: 'inputPrivacyKeyVoiceMessages',
} as const
type Name = keyof typeof KEYS
type Base = 'all' | 'contacts' | 'nobody'
interface Rule {
  base: Base
  allowed: PeerKey[]
  refused: PeerKey[]
}
const names = Object.keys(KEYS) as Name[]
const keyOfName = (name: Name): tl.TypeInputPrivacyKey => ({ _: KEYS[name] })

export default function Privacy(): JSX.Element {
  const name = (): Name | undefined => names.find((one) => one === place().path[2])
  return (
    <Show when={name()} keyed fallback={<All />}>
      {(one) => <One name={one} />}
    </Show>
  )
}

function All(): JSX.Element {
  const account = useAccount()
  const [days, { mutate }] = createResource(async () => (await account.call({ _: 'account.getAccountTTL' })).days)
  const [global, { refetch }] = createResource(() => account.call({ _: 'account.getGlobalPrivacySettings' }))
  const periods = [30, 90, 180, 365, 730].map((value) => ({ value, label: t('settings.days', { n: value }) }))
  const keep = async (chosen: number): Promise<void> => {
    await account.call({ _: 'account.setAccountTTL', ttl: { _: 'accountDaysTTL', days: chosen } })
    mutate(chosen)
  }
  return (
    <Page title={t('settings.privacy')} back="settings">
      <Part>
        <For each={names}>{(name) => <RuleWay name={name} />}</For>
      </Part>
      <Part>
        <Way to="settings/blocked" icon="bell-off" label={t('settings.blocked')} />
      </Part>
      <Part hint={t('settings.ttl_hint')}>
        <Loaded from={days} again={() => undefined}>
          {(value) => <Select label={t('settings.ttl')} options={periods} value={value()} other={(n) => t('settings.days', { n })} set={(chosen) => void keep(chosen)} />}
        </Loaded>
      </Part>
      <Loaded from={global} again={refetch}>
        {(value) => (
          <Part>
            <Toggle
              label={t('settings.archive_new')} hint={t('settings.archive_new_hint')} value={value().archiveAndMuteNewNoncontactPeers === true}
              set={async (yes) => {
                await account.call({ _: 'account.setGlobalPrivacySettings', settings: { ...value(), archiveAndMuteNewNoncontactPeers: yes } })
                await refetch()
              }}
            />
          </Part>
        )}
      </Loaded>
    </Page>
  )
}

function RuleWay(props: { name: Name }): JSX.Element {
  const account = useAccount()
  const [rule] = createResource(() => read(account, props.name))
  const words = (): string => {
    const found = rule.error ? undefined : rule.latest
    if (!found) return ''
    const apart = [found.refused.length ? `−${found.refused.length}` : '', found.allowed.length ? `+${found.allowed.length}` : ''].filter(Boolean).join(', ')
    return t(`privacy.${found.base}`) + (apart ? ` (${apart})` : '')
  }
  return <Way to={`settings/privacy/${props.name}`} icon="eye" label={t(`privacy.${props.name}` as Key)} value={words()} />
}

function One(props: { name: Name }): JSX.Element {
  const account = useAccount()
  const [rule, { refetch }] = createResource(() => read(account, props.name))
  return (
    <Page title={t(`privacy.${props.name}` as Key)} back="settings/privacy">
      <Loaded from={rule} again={refetch}>{(found) => <Edit name={props.name} rule={found()} />}</Loaded>
    </Page>
  )
}

function Edit(props: { name: Name; rule: Rule }): JSX.Element {
  const account = useAccount()
  const [base, setBase] = createSignal<Base>(props.rule.base)
  const [allowed, setAllowed] = createSignal(props.rule.allowed)
  const [refused, setRefused] = createSignal(props.rule.refused)
  // Who may find one by the number is everybody or one's contacts: nothing else makes sense there.
  const bases: Base[] = props.name === 'found' ? ['all', 'contacts'] : ['all', 'contacts', 'nobody']
  const form = useForm(async () => {
    await account.call({ _: 'account.setPrivacy', key: keyOfName(props.name), rules: rulesOf(account, { base: base(), allowed: allowed(), refused: refused() }) })
    say(t('settings.saved'))
  })
  return (
    <form class="stack" onSubmit={form.submit}>
      <Part hint={t(`privacy.${props.name}_hint` as Key)}>
        <Choices label={t('privacy.who')} options={bases.map((value) => ({ value, label: t(`privacy.${value}`) }))} value={base()} set={setBase} />
      </Part>
      <Show when={props.name !== 'found'}>
        <Show when={base() !== 'all'}>
          <Part title={t('privacy.always')}><PeoplePicker picked={allowed()} set={setAllowed} label={t('privacy.always')} /></Part>
        </Show>
        <Show when={base() !== 'nobody'}>
          <Part title={t('privacy.never')}><PeoplePicker picked={refused()} set={setRefused} label={t('privacy.never')} /></Part>
        </Show>
      </Show>
      <Show when={form.error()}><p class="notice danger" role="alert">{form.error()}</p></Show>
      <button class="button" type="submit" aria-busy={form.busy()}>{t('settings.save')}</button>
    </form>
  )
}

async function read(account: Account, name: Name): Promise<Rule> {
  const { rules } = await account.call({ _: 'account.getPrivacy', key: keyOfName(name) })
  const rule: Rule = { base: 'nobody', allowed: [], refused: [] }
  for (const one of rules) {
    if (one._ === 'privacyValueAllowAll') rule.base = 'all'
    else if (one._ === 'privacyValueAllowContacts') rule.base = 'contacts'
    else if (one._ === 'privacyValueAllowUsers') rule.allowed = one.users
    else if (one._ === 'privacyValueDisallowUsers') rule.refused = one.users
  }
  return rule
}

function rulesOf(account: Account, rule: Rule): tl.TypeInputPrivacyRule[] {
  const users = (keys: PeerKey[]): tl.TypeInputUser[] => keys.map((key) => account.peers.inputUser(key))
  const rules: tl.TypeInputPrivacyRule[] = []
  if (rule.base !== 'all' && rule.allowed.length) rules.push({ _: 'inputPrivacyValueAllowUsers', users: users(rule.allowed) })
  if (rule.base !== 'nobody' && rule.refused.length) rules.push({ _: 'inputPrivacyValueDisallowUsers', users: users(rule.refused) })
  if (rule.base === 'all') rules.push({ _: 'inputPrivacyValueAllowAll' })
  else if (rule.base === 'contacts') rules.push({ _: 'inputPrivacyValueAllowContacts' }, { _: 'inputPrivacyValueDisallowAll' })
  else rules.push({ _: 'inputPrivacyValueDisallowAll' })
  return rules
}

// Where one is signed in, and how to end it there.

import type { tl } from '@mtcute/web'
import type Long from 'long'
import { createResource, For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { fullDate } from '../conversation/times'
import { confirm } from '../parts/dialog'
import { Loaded, Select } from '../parts/form'
import { Page, Part } from '../parts/page'
import { sayError } from '../parts/toast'

export default function Devices(): JSX.Element {
  const account = useAccount()
  const [found, { refetch }] = createResource(() => account.call({ _: 'account.getAuthorizations' }))
  const others = (all: tl.account.RawAuthorizations): tl.RawAuthorization[] => all.authorizations.filter((one) => !one.current)
  const end = async (hash: Long, name: string): Promise<void> => {
    if (!(await confirm({ title: t('settings.end_session'), text: t('settings.end_session_sure', { name }), yes: t('settings.end_session'), danger: true }))) return
    await account.call({ _: 'account.resetAuthorization', hash })
    await refetch()
  }
  const endOthers = async (): Promise<void> => {
    if (!(await confirm({ title: t('settings.end_others'), text: t('settings.end_others_sure'), yes: t('settings.end_others'), danger: true }))) return
    await account.call({ _: 'auth.resetAuthorizations' })
    await refetch()
  }
  const keep = async (days: number): Promise<void> => {
    await account.call({ _: 'account.setAuthorizationTTL', authorizationTtlDays: days })
    await refetch()
  }
  const periods = [7, 30, 90, 180, 365].map((value) => ({ value, label: t('settings.days', { n: value }) }))
  return (
    <Page title={t('settings.devices')} back="settings">
      <Loaded from={found} again={refetch}>
        {(all) => (
          <>
            <Part title={t('settings.this_device')}>
              <For each={all().authorizations.filter((one) => one.current)}>{(one) => <Device one={one} />}</For>
              <Show when={others(all()).length}>
                <button class="button danger quiet" onClick={() => void endOthers().catch(sayError)}>{t('settings.end_others')}</button>
              </Show>
            </Part>
            <Show when={others(all()).length}>
              <Part title={t('settings.other_devices')}>
                <ul class="list">
                  <For each={others(all())}>
                    {(one) => (
                      <li>
                        <Device one={one} end={<button class="button quiet little" onClick={() => void end(one.hash, one.deviceModel).catch(sayError)}>{t('settings.end_session')}</button>} />
                      </li>
                    )}
                  </For>
                </ul>
              </Part>
            </Show>
            <Part hint={t('settings.session_ttl_hint')}>
              <Select label={t('settings.session_ttl')} options={periods} value={all().authorizationTtlDays} other={(n) => t('settings.days', { n })} set={(days) => void keep(days).catch(sayError)} />
            </Part>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Device(props: { one: tl.RawAuthorization; end?: JSX.Element }): JSX.Element {
  const where = (): string => [props.one.ip, props.one.country, props.one.region].filter(Boolean).join(', ')
  return (
    <div class="row">
      <span />
      <span class="body">
        <span class="title" dir="auto">{[props.one.appName, props.one.appVersion].filter(Boolean).join(' ') || props.one.deviceModel}</span>
        <span class="sub" dir="auto">{[props.one.deviceModel, props.one.systemVersion].filter(Boolean).join(', ')}</span>
        <span class="sub">{where()} · {props.one.current ? t('online') : fullDate(props.one.dateActive)}</span>
      </span>
      {props.end}
    </div>
  )
}

// Who one is here, and the way to everything that can be set.

import { createResource, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { Avatar } from '../parts/avatar'
import { confirm } from '../parts/dialog'
import { Page, Part, Way } from '../parts/page'
import { sayError } from '../parts/toast'
import { numberOf } from '../rooms/words'

export function Overview(): JSX.Element {
  const account = useAccount()
  const [sessions] = createResource(async () => (await account.call({ _: 'account.getAuthorizations' })).authorizations.length)
  const me = () => account.peers.person(account.self)
  const leave = async (): Promise<void> => {
    if (!(await confirm({ title: t('settings.sign_out'), text: t('settings.sign_out_sure'), yes: t('settings.sign_out'), danger: true }))) return
    await account.leave().then(() => location.assign(import.meta.env.BASE_URL), sayError)
  }
  return (
    <Page title={t('settings.title')} back="">
      <Part>
        <div class="portrait">
          <Avatar peer={account.self} size="large" />
          <h2 class="name" dir="auto">{account.peers.name(account.self)}</h2>
          <p class="muted">{[numberOf(me()?.phone), account.peers.username(account.self) && `@${account.peers.username(account.self)}`].filter(Boolean).join(' · ')}</p>
        </div>
        <Way to="settings/profile" icon="edit" label={t('settings.profile')} />
      </Part>
      <Part>
        <Way to="settings/privacy" icon="eye" label={t('settings.privacy')} />
        <Way to="settings/password" icon="lock" label={t('settings.password')} />
        <Way to="settings/passkeys" icon="shield" label={t('settings.passkeys')} />
        <Way to="settings/devices" icon="qr" label={t('settings.devices')} value={sessions.latest} />
      </Part>
      <Part>
        <Way to="settings/notifications" icon="bell" label={t('settings.notifications')} />
        <Way to="settings/appearance" icon="gear" label={t('settings.appearance')} />
      </Part>
      <Part>
        <button class="button quiet wide" onClick={() => void leave()}>{t('settings.sign_out')}</button>
        <a class="button plain wide" href="#/settings/copy">{t('settings.copy')}</a>
        <a class="button plain wide" href="#/settings/delete">{t('settings.delete')}</a>
      </Part>
    </Page>
  )
}

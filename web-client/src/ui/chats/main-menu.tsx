// The menu above the list: new chats, settings, the accounts of this browser.

import { Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { beside, show } from '../../state/accounts'
import { chatPath, go } from '../router'
import { t } from '../../texts'
import { Icon } from '../parts/icon'
import { showMenu, type MenuItem } from '../parts/menu'
import { MENU } from '../menu-items'

export function MainMenu(): JSX.Element {
  const account = useAccount()
  const items = (): MenuItem[] => {
    return [
      { label: t('saved'), icon: 'bookmark', run: () => go(chatPath(account.self)) },
      ...MENU.map((one): MenuItem => ({ label: t(one.text), icon: one.icon, run: () => go(one.path) })),
      ...beside().map((other): MenuItem => ({
        label: other.name,
        icon: 'person',
        count: other.unread,
        run: () => {
          go('')
          show(other.id)
        },
      })),
      { label: t('menu.add_account'), icon: 'plus', run: () => go('sign-in') },
    ]
  }
  const elsewhere = (): number => beside().reduce((sum, one) => sum + one.unread, 0)
  return (
    <button class="button plain icon-only counted" aria-label={elsewhere() ? t('menu.with_unread', { n: elsewhere() }) : t('menu')} aria-haspopup="menu" onClick={(event) => showMenu(event, t('menu'), items())}>
      <Icon name="menu" />
      <Show when={elsewhere()}>{(n) => <span class="badge" aria-hidden="true">{n()}</span>}</Show>
    </button>
  )
}

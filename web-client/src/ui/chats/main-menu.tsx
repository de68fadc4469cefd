// The menu above the list: new chats, settings, the accounts of this browser.

import type { JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { activateSlot, slots } from '../../telegram/slots'
import { chatPath, go } from '../router'
import { t } from '../../texts'
import { Icon } from '../parts/icon'
import { showMenu, type MenuItem } from '../parts/menu'
import { MENU } from '../menu-items'
import { showSlot } from '../shown-slot'

export function MainMenu(): JSX.Element {
  const account = useAccount()
  const items = (): MenuItem[] => {
    const others = slots().filter((slot) => slot.id !== account.slot)
    return [
      { label: t('saved'), icon: 'bookmark', run: () => go(chatPath(account.self)) },
      ...MENU.map((one): MenuItem => ({ label: t(one.text), icon: one.icon, run: () => go(one.path) })),
      ...others.map((slot): MenuItem => ({
        label: slot.name,
        icon: 'person',
        run: () => {
          activateSlot(slot.id)
          go('')
          showSlot(slot.id)
        },
      })),
      { label: t('menu.add_account'), icon: 'plus', run: () => go('sign-in') },
    ]
  }
  return (
    <button class="button plain icon-only" aria-label={t('menu')} aria-haspopup="menu" onClick={(event) => showMenu(event, t('menu'), items())}>
      <Icon name="menu" />
    </button>
  )
}

// The row of reactions at the head of a message's menu.

import { For, type JSX } from 'solid-js'
import { t } from '../../texts'
import { closeMenu } from '../parts/menu'

export function reactionHead(signs: readonly string[], choose: (sign: string) => void): JSX.Element {
  return (
    <div class="reaction-row" role="group" aria-label={t('message.react')}>
      <For each={signs}>
        {(sign) => <button class="button plain icon-only" role="menuitem" aria-label={t('reaction.give', { sign })} onClick={() => (closeMenu(), choose(sign))}>{sign}</button>}
      </For>
    </div>
  )
}

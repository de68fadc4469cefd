// What members may do: a list of switches. Kept is what they may not.

import { For, type JSX } from 'solid-js'
import { t } from '../../texts'
import { MEMBER_RIGHTS, type MemberRight } from './rights'

export function MemberRights(props: { label: string; kept: ReadonlySet<MemberRight>; set: (kept: Set<MemberRight>) => void }): JSX.Element {
  const toggle = (right: MemberRight): void => {
    const next = new Set(props.kept)
    if (!next.delete(right)) next.add(right)
    props.set(next)
  }
  return (
    <fieldset class="choices">
      <legend class="strong">{props.label}</legend>
      <For each={MEMBER_RIGHTS}>
        {(right) => (
          <label class="choice">
            <span class="grow">{t(`right.${right}` as 'right.sendPlain')}</span>
            <input type="checkbox" class="switch" role="switch" checked={!props.kept.has(right)} onChange={() => toggle(right)} />
          </label>
        )}
      </For>
    </fieldset>
  )
}

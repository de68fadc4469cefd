// The messages pinned here, one at a time; a click goes to it, the next click to the one before.

import { createEffect, createSignal, Show, type JSX } from 'solid-js'
import { t } from '../../texts'
import { Icon } from '../parts/icon'
import { useChat } from './chat'
import { textOf } from './summary'

export function PinnedBar(): JSX.Element {
  const chat = useChat()
  const { account, peer, thread } = chat
  const [at, setAt] = createSignal(0)
  if (!thread) void account.pinned.load(peer).catch(() => undefined)
  const ids = (): readonly number[] => (thread ? [] : account.pinned.of(peer))
  createEffect(() => at() >= ids().length && setAt(0))
  const shown = () => chat.message(ids()[at()] ?? 0)
  const go = (): void => {
    chat.jump(ids()[at()]!)
    setAt((at() + 1) % ids().length)
  }
  return (
    <Show when={shown()}>
      {(message) => (
        <button class="pinned-bar" onClick={go}>
          <Icon name="pin" class="little" />
          <span class="body">
            <span class="title small">{ids().length > 1 ? t('pinned.of', { at: at() + 1, of: ids().length }) : t('pinned.title')}</span>
            <span class="sub one-line" dir="auto">{textOf(account, message())}</span>
          </span>
        </button>
      )}
    </Show>
  )
}

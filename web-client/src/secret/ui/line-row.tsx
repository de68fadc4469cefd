// One line of a secret chat: the day where a new one begins, then what was said or happened.

import { createSignal, onCleanup, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { hueOf } from '../../state/peers'
import { t } from '../../texts'
import { RichText } from '../../ui/conversation/rich-text'
import { clock, dayName, fullDate, sameDay } from '../../ui/conversation/times'
import { Icon } from '../../ui/parts/icon'
import { longPress } from '../../ui/parts/long-press'
import { showMenu, type MenuItem } from '../../ui/parts/menu'
import { say, sayError } from '../../ui/parts/toast'
import type { Entity } from '../../ui/conversation/rich'
import { isVeiled, type Line } from '../line'
import type { Room } from '../room'
import { LineMedia, saveFile } from './media'
import { briefly, happened, shortSpanOf, spanOf } from './words'

const TOGETHER_S = 600

interface Props {
  room: Room
  id: number
  above: Line | undefined
  reply: (line: Line) => void
  show: (id: number) => void
}

export function LineRow(props: Props): JSX.Element {
  const account = useAccount()
  const line = () => props.room.lines.get(props.id)
  const newDay = (now: Line): boolean => !props.above || !sameDay(props.above.date, now.date)
  return (
    <Show when={line()}>
      {(found) => (
        <>
          <Show when={newDay(found())}><div class="said-between day">{dayName(found().date)}</div></Show>
          <Show when={found().kind === 'said'} fallback={<div class="said-between" dir="auto">{happened(found(), account.peers.name(props.room.chat.peer))}</div>}>
            <Spoken {...props} line={found()} />
          </Show>
        </>
      )}
    </Show>
  )
}

function Spoken(props: Props & { line: Line }): JSX.Element {
  const account = useAccount()
  const { room } = props
  const sender = (): number => (props.line.out ? account.self : room.chat.peer)
  const follows = (): boolean => props.above?.kind === 'said' && props.above.out === props.line.out && props.line.date - props.above.date < TOGETHER_S && sameDay(props.above.date, props.line.date)
  const menu = (event: MouseEvent | KeyboardEvent): void => {
    const open = room.chat.stage === 'open'
    const { line } = props
    const items: MenuItem[] = []
    if (open && line.state !== 'failed') items.push({ label: t('message.reply'), icon: 'reply', run: () => props.reply(line) })
    if (line.text) items.push({ label: t('message.copy'), icon: 'copy', run: () => void navigator.clipboard.writeText(line.text).then(() => say(t('copied')), sayError) })
    if (line.media && 'key' in line.media && !isVeiled(line)) items.push({ label: t('media.save'), icon: 'download', run: () => void saveFile(room, line).catch(sayError) })
    items.push({ label: t(open && line.state !== 'failed' ? 'secret.delete' : 'secret.delete_here'), icon: 'trash', danger: true, run: () => void room.delete([line.id]).catch(sayError) })
    showMenu(event, t('message.menu'), items)
  }
  return (
    <div
      class="message" classList={{ follows: follows(), mine: props.line.out }} role="article" aria-label={account.peers.name(sender())} tabindex="-1"
      data-message={props.id} data-hue={hueOf(sender())} onContextMenu={menu} ref={(element) => longPress(element, menu)}
      onKeyDown={(event) => event.target === event.currentTarget && ['Enter', 'ContextMenu'].includes(event.key) && menu(event)}
      onDblClick={() => room.chat.stage === 'open' && props.reply(props.line)}
    >
      <div class="bubble" classList={{ own: props.line.out, same: follows(), wide: props.line.media !== undefined }}>
        <Quote room={room} randomId={props.line.replyTo} show={props.show} />
        <Show when={props.line.media}><LineMedia room={room} line={props.line} /></Show>
        <Show when={props.line.text && !(isVeiled(props.line) && !props.line.out && !props.line.dies)}>
          <div class="words" dir="auto"><RichText text={props.line.text} entities={props.line.entities as unknown as Entity[]} /></div>
        </Show>
        <span class="meta">
          <Show when={props.line.ttl}><Remaining line={props.line} /></Show>
          <time datetime={new Date(props.line.date * 1000).toISOString()} title={fullDate(props.line.date)}>{clock(props.line.date)}</time>
          <Show when={props.line.out}><State line={props.line} /></Show>
        </span>
      </div>
    </div>
  )
}

function State(props: { line: Line }): JSX.Element {
  const words = (): string => (props.line.state === 'failed' ? t('secret.failed') : props.line.state === 'sending' ? t('sending') : t(props.line.seen ? 'read' : 'sent'))
  return (
    <Show when={props.line.state !== 'failed'} fallback={<span class="danger-words">{words()}</span>}>
      <span classList={{ ticks: props.line.state !== 'sending', read: props.line.seen }} role="img" aria-label={words()}>
        <Icon name={props.line.state === 'sending' ? 'clock' : props.line.seen ? 'check-twice' : 'check'} class="little" />
      </span>
    </Show>
  )
}

/** How long it lives, or what is left of that. */
function Remaining(props: { line: Line }): JSX.Element {
  const [now, setNow] = createSignal(Date.now() / 1000)
  const timer = window.setInterval(() => setNow(Date.now() / 1000), 1000)
  onCleanup(() => window.clearInterval(timer))
  const left = (): number => (props.line.dies === undefined ? props.line.ttl : Math.max(1, Math.ceil(props.line.dies - now())))
  /** Whole minutes, hours or days, so that it does not flicker. */
  const rounded = (): number => [86_400, 3600, 60, 1].map((size) => (left() > size ? Math.ceil(left() / size) * size : 0)).find(Boolean) ?? left()
  return (
    <span class="cluster tight remaining" title={t('secret.vanishes', { time: spanOf(rounded()) })}>
      <Icon name="clock" class="little" /><span aria-hidden="true">{shortSpanOf(rounded())}</span>
      <span class="seen-only-by-readers">{t('secret.vanishes', { time: spanOf(rounded()) })}</span>
    </span>
  )
}

function Quote(props: { room: Room; randomId: bigint | undefined; show: (id: number) => void }): JSX.Element {
  const account = useAccount()
  const target = (): Line | undefined => {
    // Told of lines that go.
    props.room.ids()
    return props.randomId === undefined ? undefined : props.room.history.of(props.randomId)
  }
  const who = (line: Line): number => (line.out ? account.self : props.room.chat.peer)
  return (
    <Show when={props.randomId !== undefined}>
      <button class="quote reply" data-hue={target() ? hueOf(who(target()!)) : undefined} onClick={() => target() && props.show(target()!.id)}>
        <span class="who one-line" dir="auto">{target() ? account.peers.name(who(target()!)) : t('conversation.earlier')}</span>
        <span class="one-line" dir="auto">{target() ? briefly(account, props.room, target()) : t('secret.quoted_gone')}</span>
      </button>
    </Show>
  )
}

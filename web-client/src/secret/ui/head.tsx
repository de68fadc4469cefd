// The head of a secret chat: who it is, the lock, the timer, and what can be done.

import { createSignal, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { isOnline } from '../../state/presence'
import { t } from '../../texts'
import { lastSeen } from '../../ui/conversation/status'
import { Avatar } from '../../ui/parts/avatar'
import { confirm, Dialog } from '../../ui/parts/dialog'
import { Choices } from '../../ui/parts/form'
import { Icon } from '../../ui/parts/icon'
import { showMenu, type MenuItem } from '../../ui/parts/menu'
import { sayError } from '../../ui/parts/toast'
import { go } from '../../ui/router'
import type { Room } from '../room'
import { Compare } from './compare'
import { shortSpanOf, spanOf, TIMERS } from './words'

export function Head(props: { room: Room }): JSX.Element {
  const { room } = props
  const account = useAccount()
  const { peers, presence } = account
  const [comparing, setComparing] = createSignal(false)
  const [timing, setTiming] = createSignal(false)
  const open = (): boolean => room.view().chat.stage === 'open'
  const name = (): string => peers.name(room.chat.peer)
  const timer = (): number => room.view().chat.timer
  const below = (): string => {
    const status = peers.person(room.chat.peer)?.status
    return isOnline(status, presence.now()) ? t('online') : lastSeen(status, presence.now())
  }
  const clear = async (): Promise<void> => {
    if (await confirm({ title: t('secret.clear'), text: t('secret.clear_sure', { name: name() }), yes: t('secret.clear'), danger: true })) await room.flush()
  }
  const end = async (everything: boolean): Promise<void> => {
    const words = everything ? ({ title: 'secret.end_all', text: 'secret.end_all_sure' } as const) : ({ title: 'secret.end', text: 'secret.end_sure' } as const)
    if (!(await confirm({ title: t(words.title), text: t(words.text, { name: name() }), yes: t(words.title), danger: true }))) return
    await account.secret.held()?.finish(room, everything)
    if (everything) go('', true)
  }
  const menu = (event: MouseEvent): void => {
    const items: MenuItem[] = open()
      ? [
          { label: t('secret.compare'), icon: 'shield', run: () => setComparing(true) },
          { label: t('secret.timer'), icon: 'clock', run: () => setTiming(true) },
          { label: t('secret.clear'), icon: 'trash', danger: true, run: () => void clear().catch(sayError) },
          { label: t('secret.end'), icon: 'close', danger: true, run: () => void end(false).catch(sayError) },
          { label: t('secret.end_all'), icon: 'trash', danger: true, run: () => void end(true).catch(sayError) },
        ]
      : [{ label: t('rooms.about_person'), icon: 'person', run: () => go(`info/${room.chat.peer}`) }]
    showMenu(event, t('conversation.menu'), items)
  }
  return (
    <header class="bar conversation-head">
      <button class="button plain icon-only only-narrow" aria-label={t('back')} onClick={() => go('')}><Icon name="back" /></button>
      <a class="head-who" href={`#/info/${room.chat.peer}`}>
        <Avatar peer={room.chat.peer} size="little" />
        <span class="body">
          <span class="line">
            <Icon name="lock" class="little secret-lock" />
            <span class="title name one-line" dir="auto" role="heading" aria-level="1"><span class="seen-only-by-readers">{t('secret.mark')}: </span>{name()}</span>
          </span>
          <span class="sub one-line"><Show when={!room.typing()} fallback={<span class="doing">{t('doing.typing')}</span>}>{below()}</Show></span>
        </span>
      </a>
      <Show when={open()}>
        <Show when={timer()}>
          <button class="button plain secret-timer" aria-label={t('secret.timer_is', { time: spanOf(timer()) })} onClick={() => setTiming(true)}><Icon name="clock" class="little" />{shortSpanOf(timer())}</button>
        </Show>
        <button class="button plain icon-only" classList={{ 'secret-sure': room.view().compared }} aria-label={t('secret.compare')} onClick={() => setComparing(true)}><Icon name="shield" /></button>
      </Show>
      <button class="button plain icon-only" aria-label={t('conversation.menu')} aria-haspopup="menu" onClick={menu}><Icon name="more" /></button>
      <Show when={comparing()}><Compare room={room} close={() => setComparing(false)} end={() => end(false)} /></Show>
      <Show when={timing()}><Timing room={room} close={() => setTiming(false)} /></Show>
    </header>
  )
}

function Timing(props: { room: Room; close: () => void }): JSX.Element {
  const [value, setValue] = createSignal(props.room.chat.timer)
  const values = (): number[] => [...new Set([...TIMERS, props.room.chat.timer])].sort((a, b) => a - b)
  const save = (): void => {
    if (value() !== props.room.chat.timer) void props.room.setTimer(value()).catch(sayError)
    props.close()
  }
  return (
    <Dialog
      title={t('secret.timer')} close={props.close}
      foot={<><button class="button quiet" onClick={() => props.close()}>{t('cancel')}</button><button class="button" onClick={save}>{t('save')}</button></>}
    >
      <p>{t('secret.timer_text')}</p>
      <Choices label={t('secret.timer')} options={values().map((seconds) => ({ value: seconds, label: spanOf(seconds) }))} value={value()} set={setValue} />
    </Dialog>
  )
}

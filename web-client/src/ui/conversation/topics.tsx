// A forum: its topics, each a conversation of its own.

import { randomLong } from '@mtcute/web/utils.js'
import { createSignal, For, onMount, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../state/account'
import { senderOf } from '../../state/messages'
import { isUser, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Avatar } from '../parts/avatar'
import { Dialog } from '../parts/dialog'
import { Icon } from '../parts/icon'
import { showMenu, type MenuItem } from '../parts/menu'
import { sayError } from '../parts/toast'
import { go } from '../router'
import { Field, useForm } from '../sign-in/steps'
import { textOf } from './summary'
import { shortDate } from './times'

export default function Topics(props: { peer: PeerKey }): JSX.Element {
  const account = useAccount()
  const { peers, topics, messages } = account
  const [making, setMaking] = createSignal(false)
  onMount(() => void topics.load(props.peer).catch(sayError))
  const room = () => peers.channel(props.peer)
  const mayManage = (): boolean => room()?.creator === true || room()?.adminRights?.manageTopics === true
  const mayMake = (): boolean => mayManage() || room()?.defaultBannedRights?.manageTopics !== true
  const items = (topic: tl.RawForumTopic): MenuItem[] => {
    const peer = peers.input(props.peer)
    const act = (method: Parameters<typeof account.act>[0]) => () => void account.act(method as never).then(() => topics.load(props.peer), sayError)
    const all: MenuItem[] = []
    if (mayManage()) all.push({ label: t(topic.pinned ? 'chats.unpin' : 'chats.pin'), icon: 'pin', run: act({ _: 'messages.updatePinnedForumTopic', peer, topicId: topic.id, pinned: !topic.pinned }) })
    if (mayManage() || topic.my) all.push({ label: t(topic.closed ? 'topics.reopen' : 'topics.close'), icon: 'lock', run: act({ _: 'messages.editForumTopic', peer, topicId: topic.id, closed: !topic.closed }) })
    return all
  }
  const menu = (event: MouseEvent, topic: tl.RawForumTopic): void => {
    const all = items(topic)
    if (all.length) showMenu(event, topic.title, all)
  }
  return (
    <section class="conversation" aria-label={peers.name(props.peer)}>
      <header class="bar conversation-head">
        <button class="button plain icon-only only-narrow" aria-label={t('back')} onClick={() => go('')}><Icon name="back" /></button>
        <a class="head-who" href={`#/info/${props.peer}`}>
          <Avatar peer={props.peer} size="little" />
          <span class="body"><span class="title name one-line" dir="auto" role="heading" aria-level="1">{peers.name(props.peer)}</span><span class="sub">{t('topics.title')}</span></span>
        </a>
        <Show when={mayMake()}><button class="button plain icon-only" aria-label={t('topics.new')} onClick={() => setMaking(true)}><Icon name="plus" /></button></Show>
      </header>
      <div class="said topics">
        <Show when={topics.of(props.peer)} fallback={<div class="centre"><span class="spinner" role="status" aria-label={t('loading')} /></div>}>
          {(all) => (
            <ul class="list">
              <For each={all()}>
                {(topic) => {
                  const top = () => messages.get(props.peer, topic.topMessage)
                  return (
                    <li>
                      <a class="row" href={`#/t/${props.peer}/${topic.id}`} onContextMenu={(event) => menu(event, topic)}>
                        <span class="avatar little" data-hue={(topic.id % 7) + 1} aria-hidden="true">#</span>
                        <span class="body">
                          <span class="line"><span class="title one-line" dir="auto">{topic.title}</span><Show when={topic.closed}><Icon name="lock" class="little" /></Show></span>
                          <span class="sub one-line" dir="auto">{top() ? `${top()!.out ? t('you') : isUser(senderOf(top()!)) ? peers.shortName(senderOf(top()!)) : ''}: ${textOf(account, top()!)}` : ''}</span>
                        </span>
                        <span class="end">
                          <span>{top() ? shortDate(top()!.date) : ''}</span>
                          <Show when={topic.unreadCount} fallback={<Show when={topic.pinned}><Icon name="pin" class="little" /></Show>}><span class="badge">{topic.unreadCount}</span></Show>
                        </span>
                      </a>
                    </li>
                  )
                }}
              </For>
            </ul>
          )}
        </Show>
      </div>
      <Show when={making()}><NewTopic peer={props.peer} close={() => setMaking(false)} /></Show>
    </section>
  )
}

function NewTopic(props: { peer: PeerKey; close: () => void }): JSX.Element {
  const account = useAccount()
  const [title, setTitle] = createSignal('')
  const form = useForm(async () => {
    await account.act({ _: 'messages.createForumTopic', peer: account.peers.input(props.peer), title: title().trim(), randomId: randomLong() })
    await account.topics.load(props.peer)
    props.close()
  })
  return (
    <Dialog title={t('topics.new')} close={props.close}>
      <form class="stack" onSubmit={form.submit}>
        <Field id="topic-title" label={t('topics.name')} value={title()} set={setTitle} error={form.error()} maxlength={128} focus required />
        <button class="button" type="submit" aria-busy={form.busy()}>{t('topics.make')}</button>
      </form>
    </Dialog>
  )
}

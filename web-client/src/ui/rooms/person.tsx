// About a person.

import { createResource, For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { roomKey, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { mute, FOREVER } from '../chats/chat-menu'
import { Avatar } from '../parts/avatar'
import { confirm } from '../parts/dialog'
import { Loaded, Toggle } from '../parts/form'
import { Icon } from '../parts/icon'
import { Page, Part } from '../parts/page'
import { say, sayError } from '../parts/toast'
import { chatPath } from '../router'
import { personFull } from './full'
import { PeerRow } from './peer-row'
import { addressOf, numberOf } from './words'

export function PersonInfo(props: { person: PeerKey }): JSX.Element {
  const account = useAccount()
  const { peers } = account
  const key = props.person
  const [full, { refetch }] = createResource(() => personFull(account, key))
  const person = () => peers.person(key)
  const mine = (): boolean => peers.isSelf(key)
  const muted = (): boolean => (account.dialogs.get(key)?.muteUntil ?? 0) > Date.now() / 1000
  const block = async (yes: boolean): Promise<void> => {
    if (yes && !(await confirm({ title: t('rooms.block'), text: t('rooms.block_sure', { name: peers.name(key) }), yes: t('rooms.block'), danger: true }))) return
    await account.call({ _: yes ? 'contacts.block' : 'contacts.unblock', id: peers.input(key) })
    await refetch()
  }
  const keep = async (): Promise<void> => {
    const { firstName = '', lastName = '' } = person() ?? {}
    await account.act({ _: 'contacts.addContact', id: peers.inputUser(key), firstName, lastName, phone: '', addPhonePrivacyException: false })
    say(t('rooms.contact_added'))
  }
  const begin = async (): Promise<void> => {
    const { startSecret } = await import('../../secret/ui/start')
    await startSecret(account, key)
  }
  const forget = async (): Promise<void> => {
    await account.act({ _: 'contacts.deleteContacts', id: [peers.inputUser(key)] })
    say(t('rooms.contact_removed'))
  }
  return (
    <Page title={t('rooms.about_person')} back={chatPath(key)}>
      <Part>
        <div class="portrait">
          <Avatar peer={key} size="large" />
          <h2 class="name" dir="auto">{peers.name(key)}</h2>
          <a class="button" href={`#/${chatPath(key)}`}><Icon name="comment" />{t('rooms.write')}</a>
        </div>
      </Part>
      <Loaded from={full} again={refetch}>
        {(found) => (
          <>
            <Part>
              <dl class="facts">
                <Show when={found().about}>{(about) => <div><dt>{t('settings.about')}</dt><dd dir="auto">{about()}</dd></div>}</Show>
                <Show when={numberOf(person()?.phone)}>{(number) => <div><dt>{t('sign_in.phone')}</dt><dd>{number()}</dd></div>}</Show>
                <Show when={peers.username(key)}>{(name) => <div><dt>{t('settings.username')}</dt><dd><a href={addressOf(name())}>@{name()}</a></dd></div>}</Show>
              </dl>
              <Show when={!mine()}>
                <Toggle label={t('settings.tell_me')} value={!muted()} set={(yes) => mute(account, key, yes ? 0 : FOREVER)} />
              </Show>
            </Part>
            <Show when={found().commonChatsCount > 0}><Common person={key} /></Show>
            <Show when={!mine()}>
              <Part>
                <Show when={!person()?.bot && !person()?.deleted && !found().blocked}>
                  <button class="button quiet" onClick={() => void begin().catch(sayError)}><Icon name="lock" />{t('secret.start')}</button>
                </Show>
                <button class="button quiet" onClick={() => void (person()?.contact ? forget() : keep()).catch(sayError)}>{t(person()?.contact ? 'rooms.contact_remove' : 'rooms.contact_add')}</button>
                <button class="button danger quiet" onClick={() => void block(!found().blocked).catch(sayError)}>{t(found().blocked ? 'settings.unblock' : 'rooms.block')}</button>
              </Part>
            </Show>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Common(props: { person: PeerKey }): JSX.Element {
  const account = useAccount()
  const [rooms, { refetch }] = createResource(async () => {
    const answer = await account.call({ _: 'messages.getCommonChats', userId: account.peers.inputUser(props.person), maxId: 0, limit: 50 })
    return answer.chats.map(roomKey)
  })
  return (
    <Part title={t('rooms.common')}>
      <Loaded from={rooms} again={refetch}>
        {(keys) => <ul class="list"><For each={keys()}>{(key) => <li><PeerRow peer={key} to={chatPath(key)} /></li>}</For></ul>}
      </Loaded>
    </Part>
  )
}

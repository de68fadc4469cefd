// The rights of an admin and the title that stands beside their name.

import { createSignal, For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import type { PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Dialog } from '../parts/dialog'
import { Field, useForm } from '../sign-in/steps'
import { HandOver } from './hand-over'
import { adminRights, can, CHANNEL_RIGHTS, GROUP_RIGHTS, isOwner, type AdminRight } from './rights'
import type { Member } from './roster'

/** What a new admin gets unless told otherwise. */
const USUAL = new Set<AdminRight>(['changeInfo', 'postMessages', 'editMessages', 'deleteMessages', 'inviteUsers', 'banUsers', 'pinMessages', 'manageTopics'])

export function AdminDialog(props: { room: PeerKey; member: Member; close: () => void; done: () => void }): JSX.Element {
  const account = useAccount()
  const all = account.peers.isBroadcast(props.room) ? CHANNEL_RIGHTS : GROUP_RIGHTS
  const given = props.member.rights
  const mine = (right: AdminRight): boolean => isOwner(account, props.room) || can(account, props.room, right)
  const [rights, setRights] = createSignal(new Set(all.filter((right) => (given ? given[right] : USUAL.has(right) && mine(right)))))
  const [rank, setRank] = createSignal(props.member.rank ?? '')
  const toggle = (right: AdminRight): void => {
    const next = new Set(rights())
    if (!next.delete(right)) next.add(right)
    setRights(next)
  }
  const form = useForm(async () => {
    await account.act({
      _: 'channels.editAdmin',
      channel: account.peers.inputChannel(props.room),
      userId: account.peers.inputUser(props.member.key),
      // An admin has at least the right to be one.
      adminRights: { ...adminRights(rights()), other: true },
      rank: rank().trim(),
    })
    props.done()
    props.close()
  })
  return (
    <Dialog
      title={t('rooms.rights_of', { name: account.peers.name(props.member.key) })} close={props.close}
      foot={<button class="button" aria-busy={form.busy()} onClick={() => form.submit()}>{t('settings.save')}</button>}
    >
      <fieldset class="choices">
        <legend class="strong">{t('rooms.may')}</legend>
        <For each={all}>
          {(right) => (
            <label class="choice">
              <input type="checkbox" checked={rights().has(right)} disabled={!mine(right)} onChange={() => toggle(right)} />
              <span>{t(`right.${right}` as 'right.changeInfo')}</span>
            </label>
          )}
        </For>
      </fieldset>
      <Show when={!account.peers.isBroadcast(props.room)}>
        <Field id="rank" label={t('rooms.rank')} hint={t('rooms.rank_hint')} value={rank()} set={setRank} maxlength={16} autocomplete="off" />
      </Show>
      <Show when={form.error()}><p class="notice danger" role="alert">{form.error()}</p></Show>
      <Show when={isOwner(account, props.room)}><HandOver room={props.room} to={props.member.key} done={() => (props.done(), props.close())} /></Show>
    </Dialog>
  )
}

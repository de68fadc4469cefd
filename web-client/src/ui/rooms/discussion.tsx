// The group in which a channel's posts are discussed.

import { createResource, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { bareId, channelKey, roomKey, type PeerKey } from '../../telegram/peers'
import { t } from '../../texts'
import { Loaded, Select } from '../parts/form'
import { Part } from '../parts/page'
import { sayError } from '../parts/toast'

export function Discussion(props: { room: PeerKey; linked: number | undefined; again: () => void }): JSX.Element {
  const account = useAccount()
  const [groups, { refetch }] = createResource(async () => {
    const answer = await account.call({ _: 'channels.getGroupsForDiscussion' })
    return answer.chats.map(roomKey)
  })
  const options = (known: PeerKey[]): Array<{ value: number; label: string }> => {
    const now = props.linked ? [channelKey(props.linked)] : []
    return [{ value: 0, label: t('rooms.no_discussion') }, ...[...new Set([...now, ...known])].map((key) => ({ value: key, label: account.peers.name(key) }))]
  }
  const choose = async (key: PeerKey): Promise<void> => {
    let group = key
    if (group && group > -1_000_000_000_000) {
      const updates = await account.act({ _: 'messages.migrateChat', chatId: bareId(group) })
      const made = 'chats' in updates ? updates.chats.find((one) => one._ === 'channel') : undefined
      if (made) group = roomKey(made)
    }
    await account.call({
      _: 'channels.setDiscussionGroup',
      broadcast: account.peers.inputChannel(props.room),
      group: group ? account.peers.inputChannel(group) : { _: 'inputChannelEmpty' },
    })
    props.again()
  }
  return (
    <Part hint={t('rooms.discussion_hint')}>
      <Loaded from={groups} again={refetch}>
        {(known) => <Select label={t('rooms.discussion')} options={options(known())} value={props.linked ? channelKey(props.linked) : 0} set={(key) => void choose(key).catch(sayError)} />}
      </Loaded>
    </Part>
  )
}

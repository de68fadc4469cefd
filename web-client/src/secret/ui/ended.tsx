// In the place of the composer, when a secret chat is over: why, and what can be done now.

import type { JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t, type Key } from '../../texts'
import { confirm } from '../../ui/parts/dialog'
import { sayError } from '../../ui/parts/toast'
import { go } from '../../ui/router'
import type { Ending } from '../chat'
import type { Room } from '../room'
import { startSecret } from './start'

const WHY: Record<Ending, Key> = {
  us: 'secret.ended_us',
  them: 'secret.ended_them',
  declined: 'secret.ended_declined',
  broken: 'secret.ended_broken',
  mismatch: 'secret.ended_mismatch',
}

export function Ended(props: { room: Room }): JSX.Element {
  const account = useAccount()
  const name = (): string => account.peers.name(props.room.chat.peer)
  const ending = (): Ending => props.room.view().chat.ending ?? 'them'
  const grave = (): boolean => ending() === 'broken' || ending() === 'mismatch'
  const remove = async (): Promise<void> => {
    if (props.room.ids().length && !(await confirm({ title: t('secret.remove'), text: t('secret.remove_sure'), yes: t('secret.remove'), danger: true }))) return
    await account.secret.held()?.remove(props.room)
    go('', true)
  }
  return (
    <footer class="secret-ended" classList={{ grave: grave() }} role={grave() ? 'alert' : 'status'}>
      <p>{t(WHY[ending()], { name: name() })}</p>
      <div class="cluster">
        <button class="button" onClick={() => void startSecret(account, props.room.chat.peer)}>{t('secret.again')}</button>
        <button class="button quiet" onClick={() => void remove().catch(sayError)}>{t('secret.remove')}</button>
      </div>
    </footer>
  )
}

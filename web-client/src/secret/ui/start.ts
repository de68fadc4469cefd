// A person is asked for a secret chat, after it is said what that is.

import type { Account } from '../../state/account'
import { t } from '../../texts'
import { confirm } from '../../ui/parts/dialog'
import { say, sayError } from '../../ui/parts/toast'
import { go } from '../../ui/router'

/** What lies here lies nowhere else: the browser is asked not to clear it when it needs room. */
export const askToKeep = (): void => void navigator.storage?.persist?.().catch(() => false)

export async function startSecret(account: Account, person: number): Promise<void> {
  const { secret, peers } = account
  const name = peers.name(person)
  if (secret.where() === 'never') return say(`${t('secret.never')}. ${t('secret.never_text')}`)
  if (!(await confirm({ title: t('secret.start'), text: t('secret.start_text', { name }), yes: t('secret.start_yes', { name }) }))) return
  // One window at a time: where they are asked for is where they are wanted.
  if (secret.where() === 'elsewhere') await secret.claim()
  askToKeep()
  try {
    const secrets = await secret.open()
    const room = await secrets.start(person)
    go(`s/${room.id}`)
  } catch (error) {
    sayError(error)
  }
}

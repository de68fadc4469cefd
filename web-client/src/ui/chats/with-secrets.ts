// The rows of the chat list: chats by their keys, and secret chats among them where their date puts them.

import type { Room } from '../../secret/room'
import type { Account } from '../../state/account'
import { MAIN, type Folder } from '../../state/dialogs'
import type { PeerKey } from '../../telegram/peers'

export function withSecrets(account: Account, folder: Folder): ReadonlyArray<PeerKey | Room> {
  const keys = account.dialogs.keys(folder)
  const rooms = folder === MAIN ? [...(account.secret.held()?.rooms() ?? [])] : []
  if (!rooms.length) return keys
  rooms.sort((a, b) => b.view().date - a.view().date)
  const rows: Array<PeerKey | Room> = []
  for (const key of keys) {
    const line = account.dialogs.get(key)
    // The pinned stay on top.
    while (rooms.length && !line?.pin && rooms[0]!.view().date >= (line?.date ?? 0)) rows.push(rooms.shift()!)
    rows.push(key)
  }
  return [...rows, ...rooms]
}

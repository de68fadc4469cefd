// Entries of the main menu that open a screen of `screens.ts`.

import type { Key } from '../texts'
import type { IconName } from './parts/icon'

export const MENU: Array<{ text: Key; icon: IconName; path: string }> = [
  { text: 'rooms.new_chat', icon: 'edit', path: 'new/chat' },
  { text: 'secret.start', icon: 'lock', path: 'new/secret' },
  { text: 'rooms.new_group', icon: 'group', path: 'new/group' },
  { text: 'rooms.new_channel', icon: 'channel', path: 'new/channel' },
  { text: 'settings.title', icon: 'gear', path: 'settings' },
]

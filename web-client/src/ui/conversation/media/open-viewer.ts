// Opening the viewer loads it: most visits never need it.

import { createSignal } from 'solid-js'
import type { Chat } from '../chat'

export interface Viewed {
  chat: Chat
  id: number
}
export const [viewed, setViewed] = createSignal<Viewed>()
export const openViewer = (chat: Chat, id: number): void => void setViewed({ chat, id })

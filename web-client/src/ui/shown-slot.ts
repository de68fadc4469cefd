// Which account is on screen.

import { createSignal } from 'solid-js'
import { activeSlot } from '../telegram/slots'

export const [shownSlot, showSlot] = createSignal(activeSlot()?.id)

// The key of a secret chat as both sides see it: a picture, and digits to read to each other.

import { For, Show, type JSX } from 'solid-js'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { Dialog } from '../../ui/parts/dialog'
import { Icon } from '../../ui/parts/icon'
import { sayError } from '../../ui/parts/toast'
import { COLUMNS, digits, tiles } from '../picture'
import type { Room } from '../room'

/** Sixteen signs on a field of ten; none looks like itself or another when it is turned. */
const SHAPES = [
  'M0 0H10L0 10Z',
  'M0 0H10A10 10 0 0 1 0 10Z',
  'M0 0H10V5H0Z',
  'M0 0H10V4H4V10H0Z',
  'M5 0L10 10H0Z',
  'M0 5A5 5 0 0 1 10 5Z',
  'M0 0H4V10H0ZM6 0H10V4H6Z',
  'M5 0L10 5H7V10H3V5H0Z',
  'M0 0H3V10H0ZM3 0L10 3L3 6Z',
  'M6 2A4 4 0 1 1 5.990 2ZM0 0H3V3H0Z',
  'M0 10V7H3V4H6V1H10V10Z',
  'M0 0H10V3H0ZM0 5H5V10H0Z',
  'M0 4H10V8H0ZM3 0H7V4H3Z',
  'M0 0H10L5 5L10 10H0Z',
  'M2 0H8V6H2ZM0 8H10V10H0Z',
  'M0 0A10 10 0 0 0 10 10V6A6 6 0 0 1 4 0Z',
] as const
const CELL = 14

function KeyPicture(props: { bytes: Uint8Array }): JSX.Element {
  const side = COLUMNS * CELL
  return (
    <svg class="key-picture" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={t('secret.picture')}>
      <rect class="key-ground" width={side} height={side} />
      <For each={tiles(props.bytes)}>
        {({ x, y, shape, colour, turn }) => (
          <path class={`key-sign key-colour-${colour}`} d={SHAPES[shape]} transform={`translate(${x * CELL + 2} ${y * CELL + 2}) rotate(${turn * 90} 5 5)`} />
        )}
      </For>
    </svg>
  )
}

export function Compare(props: { room: Room; close: () => void; end: () => Promise<void> }): JSX.Element {
  const account = useAccount()
  const name = (): string => account.peers.name(props.room.chat.peer)
  const same = (): void => {
    void props.room.compared(true).catch(sayError)
    props.close()
  }
  const differ = (): void => {
    props.close()
    void props.room.compared(false).then(() => props.end()).catch(sayError)
  }
  return (
    <Dialog
      title={t('secret.compare')} close={props.close}
      foot={<><button class="button quiet danger" onClick={differ}>{t('secret.not_same')}</button><button class="button" onClick={same}>{t('secret.same')}</button></>}
    >
      <Show when={props.room.view().compared}><p class="notice good" role="status"><Icon name="check" class="little" /> {t('secret.compared')}</p></Show>
      <p>{t('secret.compare_text', { name: name() })}</p>
      <Show when={props.room.chat.picture}>
        {(bytes) => (
          <>
            <KeyPicture bytes={bytes()} />
            <p class="key-digits mono" aria-label={t('secret.digits')} role="group"><For each={digits(bytes())}>{(four) => <span>{four} </span>}</For></p>
          </>
        )}
      </Show>
    </Dialog>
  )
}

// Choosing a picture for a person or a room: cut to a square here, sent as JPEG.

import { createSignal, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../state/account'
import { t } from '../../texts'
import { Icon } from './icon'
import { say, sayError } from './toast'

const SIDE = 800

export function PhotoButton(props: { label: string; send: (file: tl.TypeInputFile) => Promise<unknown> }): JSX.Element {
  const account = useAccount()
  const [busy, setBusy] = createSignal(false)
  let input!: HTMLInputElement
  const chosen = async (): Promise<void> => {
    const file = input.files?.[0]
    input.value = ''
    if (!file) return
    setBusy(true)
    try {
      const picture = await square(file)
      if (!picture) return say(t('settings.not_a_picture'))
      await props.send(await account.files.upload(picture, 'photo.jpg'))
    } catch (error) {
      sayError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <button type="button" class="button quiet little" aria-busy={busy()} onClick={() => input.click()}>
        <Icon name="photo" />
        {props.label}
      </button>
      <input ref={input} type="file" accept="image/*" hidden onChange={() => void chosen()} />
    </>
  )
}

/** The middle of the picture; undefined if the browser cannot read it. */
async function square(file: Blob): Promise<Blob | undefined> {
  const picture = await createImageBitmap(file).catch(() => undefined)
  if (!picture) return undefined
  const edge = Math.min(picture.width, picture.height)
  const side = Math.min(SIDE, Math.max(edge, 160))
  const canvas = new OffscreenCanvas(side, side)
  canvas.getContext('2d')!.drawImage(picture, (picture.width - edge) / 2, (picture.height - edge) / 2, edge, edge, 0, 0, side, side)
  picture.close()
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
}

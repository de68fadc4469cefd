// A file: its name and size; a click fetches and saves it, another stops that.

import { createSignal, onCleanup, Show, type JSX } from 'solid-js'
import type { tl } from '@mtcute/web'
import { useAccount } from '../../../state/account'
import { t } from '../../../texts'
import { Icon } from '../../parts/icon'
import { sayError } from '../../parts/toast'
import { fileName } from '../summary'
import { sizeOf } from '../times'

export function FileLine(props: { document: tl.RawDocument }): JSX.Element {
  const { files } = useAccount()
  const [share, setShare] = createSignal<number>()
  let abort: AbortController | undefined
  const fetch = (): void => {
    if (abort) return abort.abort()
    abort = new AbortController()
    const { signal } = abort
    setShare(0)
    files
      .save(props.document, fileName(props.document), { signal, progress: setShare })
      .catch((error: unknown) => signal.aborted || sayError(error))
      .finally(() => {
        abort = undefined
        setShare(undefined)
      })
  }
  onCleanup(() => abort?.abort())
  const busy = (): boolean => share() !== undefined
  return (
    <div class="file-line">
      <button class="button icon-only" aria-label={t(busy() ? 'cancel' : 'media.download', { name: fileName(props.document) })} onClick={fetch}>
        <Icon name={busy() ? 'close' : 'download'} />
      </button>
      <span class="body">
        <span class="title one-line" dir="auto" title={fileName(props.document)}>{fileName(props.document)}</span>
        <Show when={busy()} fallback={<span class="small muted">{sizeOf(props.document.size)}</span>}>
          <progress class="progress" max="1" value={share()} aria-label={t('media.loading')} />
        </Show>
      </span>
    </div>
  )
}

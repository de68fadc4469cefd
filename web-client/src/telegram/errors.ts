// What a refusal of the server means to a person. A name without a text of its own is shown as it is.

import { tl } from '@mtcute/web'
import { hasText, t, type Key } from '../texts'

/** The error's name, such as PHONE_CODE_INVALID; empty if it is none of the server's. */
export function errorName(error: unknown): string {
  return tl.RpcError.is(error) ? error.text : ''
}

/** Seconds to wait, if that is what the server says. */
export function waitSeconds(error: unknown): number {
  return tl.RpcError.is(error) && 'seconds' in error ? Number(error.seconds) : 0
}

/** One sentence in the reader's language. */
export function explain(error: unknown): string {
  const name = errorName(error)
  if (!name) return t(navigator.onLine ? 'error.unknown' : 'error.offline')
  if (name.startsWith('2FA_CONFIRM_WAIT')) return t('error.FRESH_CHANGE_PHONE_FORBIDDEN')
  const wait = waitSeconds(error)
  if (wait) return t('error.wait', { seconds: wait })
  const key = `error.${name}`
  return hasText(key) ? t(key as Key) : t('error.refused', { name })
}

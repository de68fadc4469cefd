// Part of the service worker: files the page hands over piece by piece, to a player that asks for ranges or to be saved.

import type { Asked, Described } from './telegram/streams'

const PATIENCE_MS = 60_000
/** How long a window may take to say whether it knows a stream. */
const SHORT_MS = 5000
/** The most one answer to a player holds: it asks for the next when it needs it. */
const MOST = 1024 * 1024

const worker = self as unknown as ServiceWorkerGlobalScope

/** The answer to a request under `stream/`. Source: rfc/9110#14 */
export async function streamed(token: string, range: string | null): Promise<Response> {
  const found = await described(token)
  if (!found) return new Response(null, { status: 404 })
  const { window, what } = found
  const whole = (): ReadableStream<Uint8Array> => pulled(window, token, what.size)
  const headers = { 'content-type': what.type, 'accept-ranges': 'bytes', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  if (what.name !== undefined) {
    const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(what.name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`
    return new Response(whole(), { headers: { ...headers, 'content-length': String(what.size), 'content-disposition': disposition } })
  }
  const asked = /^bytes=(\d*)-(\d*)$/.exec(range ?? '')
  if (!asked || (!asked[1] && !asked[2])) return new Response(whole(), { headers: { ...headers, 'content-length': String(what.size) } })
  const from = asked[1] ? Number(asked[1]) : Math.max(0, what.size - Number(asked[2]))
  if (from >= what.size) return new Response(null, { status: 416, headers: { 'content-range': `bytes */${what.size}` } })
  const last = Math.min(asked[1] && asked[2] ? Number(asked[2]) : what.size - 1, what.size - 1, from + MOST - 1)
  const bytes = await ask<Uint8Array<ArrayBuffer>>(window, { stream: token, from, length: last - from + 1 }, PATIENCE_MS)
  if (!bytes?.length) return new Response(null, { status: 503 })
  const answer = { ...headers, 'content-length': String(bytes.length), 'content-range': `bytes ${from}-${from + bytes.length - 1}/${what.size}` }
  return new Response(bytes, { status: 206, headers: answer })
}

/** The window that knows the stream, and what it says of it. */
async function described(token: string): Promise<{ window: Client; what: Described } | undefined> {
  const windows = await worker.clients.matchAll({ type: 'window' })
  const asked = windows.map(async (window) => {
    const what = await ask<Described>(window, { stream: token }, SHORT_MS)
    if (!what) throw new Error('not here')
    return { window, what }
  })
  return Promise.any(asked).catch(() => undefined)
}

/** All bytes, each piece asked for when the one before is taken. */
function pulled(window: Client, token: string, size: number): ReadableStream<Uint8Array> {
  let from = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await ask<Uint8Array>(window, { stream: token, from, length: MOST }, PATIENCE_MS)
        if (!bytes?.length) return controller.error(new Error('the page has gone'))
        from += bytes.length
        controller.enqueue(bytes)
        if (from >= size) controller.close()
      },
      cancel: () => window.postMessage({ stream: token, over: true } satisfies Asked),
    },
    { highWaterMark: 1 },
  )
}

function ask<T>(window: Client, what: Asked, patience: number): Promise<T | undefined> {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel()
    const timer = setTimeout(() => done(undefined), patience)
    port1.onmessage = ({ data }) => {
      clearTimeout(timer)
      port1.close()
      done(data as T | undefined)
    }
    window.postMessage(what, [port2])
  })
}

// What a browser allows only within a press is asked for before anything is waited for; what it gives to its worker alone goes there.

import { afterEach, expect, test, vi } from 'vitest'
import { showNotice } from '../src/state/show-notice'
import { toClipboard } from '../src/ui/parts/clipboard'

afterEach(() => vi.unstubAllGlobals())

test('a link that is still to come is handed to the clipboard at once', async () => {
  const written: Blob[] = []
  vi.stubGlobal('ClipboardItem', class { constructor(readonly parts: Record<string, Promise<Blob>>) {} })
  const write = vi.fn(async ([item]: [{ parts: Record<string, Promise<Blob>> }]) => void written.push(await item.parts['text/plain']!))
  vi.stubGlobal('navigator', { clipboard: { write } })
  let come!: (link: string) => void
  const copied = toClipboard(new Promise<string>((done) => (come = done)))
  expect(write).toHaveBeenCalledOnce()
  come('https://here.example/c/17/4')
  await copied
  expect(await written[0]!.text()).toBe('https://here.example/c/17/4')
})

test('why a link did not come is told', async () => {
  vi.stubGlobal('ClipboardItem', class { constructor(readonly parts: Record<string, Promise<Blob>>) {} })
  vi.stubGlobal('navigator', { clipboard: { write: ([item]: [{ parts: Record<string, Promise<Blob>> }]) => item.parts['text/plain']!.catch(() => { throw new Error('NotAllowedError') }) } })
  await expect(toClipboard(Promise.reject(new Error('CHANNEL_PRIVATE')))).rejects.toThrow('CHANNEL_PRIVATE')
})

test('leave for notices is asked for before anything else', async () => {
  const requestPermission = vi.fn(async () => 'denied')
  vi.stubGlobal('location', { origin: 'https://here.example', hostname: 'here.example' })
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined })
  vi.stubGlobal('fetch', async () => new Response('{"push_key": "BA"}'))
  vi.stubGlobal('navigator', { languages: ['en'], language: 'en', serviceWorker: { getRegistration: async () => undefined } })
  vi.stubGlobal('window', globalThis)
  vi.stubGlobal('Notification', { requestPermission })
  const { wantPush } = await import('../src/telegram/push')
  const wanted = wantPush([], true)
  expect(requestPermission).toHaveBeenCalledOnce()
  expect(await wanted).toBe(false)
})

test('where a page may not show notices its worker does', async () => {
  const shown = vi.fn(async () => undefined)
  vi.stubGlobal('Notification', class { constructor() { throw new TypeError('Illegal constructor') } })
  vi.stubGlobal('navigator', { serviceWorker: { ready: Promise.resolve({ showNotification: shown }) } })
  showNotice('Bob', { body: 'good morning', tag: '1/77' }, '#/c/77?as=1')
  await Promise.resolve()
  expect(shown).toHaveBeenCalledWith('Bob', { body: 'good morning', tag: '1/77', data: `${import.meta.env.BASE_URL}#/c/77?as=1` })
})

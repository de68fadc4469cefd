// mtcute in Node: intermediate over TCP (or through MTProxy), with permanent keys or with temporary ones (PFS).

import { readFile } from 'node:fs/promises'
import { writeSync } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { MemoryStorage, MtProxyTcpTransport, TelegramClient } from '@mtcute/node'
import { addPublicKey, NodeCryptoProvider } from '@mtcute/node/utils.js'
import { answerer, obey, Talker } from './mtcute_talker.mjs'

const say = answerer(writeSync)
const settings = JSON.parse(process.argv[2])
const crypto = new NodeCryptoProvider()
await crypto.initialize()
addPublicKey(crypto, settings.pem)

const here = { id: 2, ipAddress: '127.0.0.1', port: settings.port }
const defaultDcs = { main: here, media: { ...here, mediaOnly: true } }
const proxied = settings.transport.startsWith('mtproxy')
const proxy = { host: '127.0.0.1', port: settings.port, secret: settings.secret }
const sessions = new Map() // the library's memory storage outlives its clients here, as a file would

const talker = new Talker({
  make(session, extra) {
    if (!sessions.has(session)) sessions.set(session, new MemoryStorage())
    return new TelegramClient({
      ...extra,
      crypto: new NodeCryptoProvider(),
      storage: sessions.get(session),
      defaultDcs,
      network: { usePfs: settings.transport === 'pfs' },
      ...(proxied ? { transport: new MtProxyTcpTransport(proxy) } : {}),
      logLevel: settings.verbose ? 5 : 2,
    })
  },
  openFile: async (path) => ({ file: new Uint8Array(await readFile(path)), fileName: basename(path) }),
  forget: (session) => sessions.delete(session),
})

console.log = console.info = console.debug = console.error
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line)
  if (order.do === 'quit') break
  say(await obey(talker, order))
}
say({ ok: null })
process.exit(0)

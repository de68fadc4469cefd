// The page of the browser client: mtcute's web package over a WebSocket to this server, sessions in IndexedDB.

import { TelegramClient, WebCryptoProvider, WebSocketTransport } from '@mtcute/web'
import { addPublicKey } from '@mtcute/web/utils.js'
import { obey, Talker } from './mtcute_talker.mjs'

const settings = JSON.parse(new URLSearchParams(location.search).get('settings'))
const crypto = new WebCryptoProvider()
await crypto.initialize()
addPublicKey(crypto, settings.pem)

// The library dials wss:// and a host name of its own; a subclass of the browser's class, its constructor option, says where.
class Local extends WebSocket {
  constructor(url, protocols) {
    super(`ws://127.0.0.1:${settings.port}${new URL(url).pathname}`, protocols)
  }
}

const here = { id: 2, ipAddress: '127.0.0.1', port: settings.port }
const talker = new Talker({
  make: (session, extra) =>
    new TelegramClient({
      ...extra,
      storage: session,
      defaultDcs: { main: here, media: { ...here, mediaOnly: true } },
      transport: new WebSocketTransport({ ws: Local }),
      logLevel: settings.verbose ? 5 : 2,
    }),
  async openFile(path) {
    const fileName = path.split('/').pop()
    const body = await (await fetch(`file?path=${encodeURIComponent(path)}`)).blob()
    return { file: new File([body], fileName), fileName }
  },
  forget: (session) => indexedDB.deleteDatabase(session),
})
talker.sessions = Number(sessionStorage.sessions ?? 0)

window.obey = async (order) => {
  const answer = await obey(talker, order)
  sessionStorage.sessions = talker.sessions
  return answer
}

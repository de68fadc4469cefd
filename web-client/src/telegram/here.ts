// Where this server is and which key it has: read once from the server's own /app/config.json.

import { WebSocketTransport } from '@mtcute/web'

export interface Here {
  /** The server's name, as people know it. */
  name: string
  dc: number
  layer: number
  /** The RSA public key, PEM. */
  key: string
  host: string
  /** True on a server for trying out: numbers 99966X… have a known code. */
  test_mode: boolean
  /** Who may join without a telephone number: `invite` or `open`. */
  sign_up?: string
  /** Key for web push, if the server sends any. */
  push_key?: string
  /** What links to names and invites begin with, as others reach this server. */
  links?: string
  /** Host names for which this server takes passkeys. */
  passkey_names?: string[]
}

let links = `${location.origin}/`
/** What links to names and invites begin with. */
export const linkPrefix = (): string => links
let passkeyNames: readonly string[] = []
/** True if the server takes passkeys made at the address of this page. */
export const takesPasskeys = (): boolean => passkeyNames.includes(location.hostname)

let known: Promise<Here> | undefined

/** The facts of this server; asked for once, and again after a failure. */
export function here(): Promise<Here> {
  known ??= fetch(`${import.meta.env.BASE_URL}config.json`, { cache: 'no-cache' })
    .then((answer) => {
      if (!answer.ok) throw new Error(`config.json: ${answer.status}`)
      return answer.json() as Promise<Here>
    })
    .then((facts) => {
      localStorage.setItem('chappe.here', JSON.stringify(facts))
      links = facts.links ?? links
      passkeyNames = facts.passkey_names ?? []
      return facts
    })
    .catch((error: unknown) => {
      known = undefined
      // Without a network the last known facts open what is kept on this device.
      const kept = localStorage.getItem('chappe.here')
      if (kept) return JSON.parse(kept) as Here
      throw error
    })
  return known
}

/** The way to the server this page came from, whatever address the library would dial. */
export class Way {
  private readonly sockets = new Set<WebSocket>()

  transport(): WebSocketTransport {
    const { sockets } = this
    class SocketHere extends WebSocket {
      constructor(_url: string | URL, protocols?: string | string[]) {
        super(`${location.origin.replace(/^http/, 'ws')}/apiws`, protocols)
        sockets.add(this)
        this.addEventListener('close', () => sockets.delete(this))
      }
    }
    return new WebSocketTransport({ ws: SocketHere })
  }

  /** True if a socket seems open. */
  open(): boolean {
    return [...this.sockets].some((one) => one.readyState === WebSocket.OPEN)
  }

  /** Every socket is closed at once; the library makes another. */
  cut(): void {
    for (const socket of this.sockets) {
      socket.close()
      // A dead line never answers the farewell, and who waits for it would wait long.
      socket.dispatchEvent(new CloseEvent('close', { code: 1006 }))
    }
  }
}

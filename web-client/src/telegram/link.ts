// One account's line to the server: calls out, updates in, the state of the connection. All of mtcute's client that
// the rest of the messenger sees.

import { BaseTelegramClient, tl, WebCryptoProvider } from '@mtcute/web'
import { addPublicKey } from '@mtcute/web/utils.js'
import { createSignal, type Accessor } from 'solid-js'
import { here, Way } from './here'
import { Pulse } from './pulse'
import { sessionDatabase } from './slots'
import { calmStorage } from './storage'

export type LinkState = 'offline' | 'connecting' | 'updating' | 'connected'
export type Method = tl.RpcMethod
export type Result<T extends Method> = tl.RpcCallReturn[T['_']]
type Options = Parameters<BaseTelegramClient['call']>[1]

/** What comes in besides answers. Every hook is set by the state before `open`. */
export interface Hooks {
  people(users: tl.TypeUser[], chats: tl.TypeChat[]): void
  update(update: tl.TypeUpdate): void
  /** Too much was missed to be told: everything shown must be read anew. */
  missed(channelId?: number): void
  /** The server does not know this device any more. */
  signedOut(): void
  /** Up to which number letters of secret chats are safe on this device, if there are any. */
  letters(): number | undefined
  /** What was missed, as the server told it. */
  difference(difference: tl.updates.TypeDifference): void
}

/** Seconds between two looks at a room that is open and pushes nothing to us; the server may ask for fewer. */
const VISIT_S = 5
const LOST = new Set(['AUTH_KEY_UNREGISTERED', 'SESSION_REVOKED', 'USER_DEACTIVATED', 'AUTH_KEY_INVALID'])

export class Link {
  readonly state: Accessor<LinkState>
  /** Counts connections that became usable: what must be done after each reconnection depends on it. */
  readonly connections: Accessor<number>
  private readonly pulse: Pulse
  private constructor(
    readonly slot: string,
    readonly client: BaseTelegramClient,
    way: Way,
    private readonly hooks: Hooks,
  ) {
    const [state, setState] = createSignal<LinkState>('connecting')
    const [connections, setConnections] = createSignal(0)
    const [doubted, setDoubted] = createSignal(false)
    this.state = () => (doubted() && state() !== 'offline' ? 'connecting' : state())
    this.connections = connections
    countLetters(client, hooks)
    client.onConnectionState.add((now) => {
      setState(now)
      if (now !== 'connected') return
      // A device that was signed out meanwhile hears of it by the first question it asks.
      if (setConnections((count) => count + 1) > 1) void this.call({ _: 'updates.getState' }).catch(() => undefined)
    })
    this.pulse = new Pulse({
      ask: () => client.call({ _: 'help.getNearestDc' }),
      open: () => way.open(),
      doubt: (yes) => setDoubted(yes),
      cut: () => way.cut(),
    })
    client.onError.add((error) => this.failed(error))
    client.onRawUpdate.add(({ update, peers }) => {
      this.pulse.beat()
      hooks.people([...peers.users.values()], [...peers.chats.values()])
      hooks.update(update)
    })
  }

  /** A line for this slot; `known` if somebody is signed in on it. It connects by itself. */
  static async make(slot: string, known: boolean, hooks: Hooks): Promise<Link> {
    const facts = await here()
    const way = new Way()
    const crypto = new WebCryptoProvider()
    await crypto.initialize()
    addPublicKey(crypto, facts.key)
    const address = { id: facts.dc, ipAddress: facts.host, port: Number(location.port) || 443 }
    const client = new BaseTelegramClient({
      apiId: 1,
      apiHash: 'chappe-web',
      crypto,
      storage: calmStorage(sessionDatabase(slot)),
      // Its own clean-up closes the database whenever the page might be left, even if it then is not.
      storageOptions: { cleanup: false },
      transport: way.transport(),
      defaultDcs: { main: address, media: { ...address, mediaOnly: true } },
      updates: {
        disableNoDispatch: true,
        catchUp: known,
        onChannelTooLong: (channelId) => hooks.missed(channelId),
        overrideOpenChatTimeout: ({ timeout }) => Math.min(timeout ?? VISIT_S, VISIT_S),
      },
      network: { connectionCount: () => 1 },
      initConnectionOptions: { deviceModel: browserName(), systemVersion: systemName(), appVersion: 'Chappe Web' },
      logLevel: Number(localStorage.getItem('chappe.log') ?? 1),
    })
    return new Link(slot, client, way, hooks)
  }

  /** The connection is being made; updates flow once it is there. */
  async open(): Promise<void> {
    await this.client.connect()
    await this.client.startUpdatesLoop()
  }

  /** The method's answer; people and rooms named in it are known afterwards. Errors: tl.RpcError. */
  async call<T extends Method>(method: T, options?: Options): Promise<Result<T>> {
    try {
      const answer: Result<T> = await this.pulse.during(this.client.call(method as never, options) as Promise<Result<T>>)
      this.pulse.beat()
      this.learn(answer)
      this.settle(method, answer)
      return answer
    } catch (error) {
      if (tl.RpcError.is(error)) this.pulse.beat()
      this.failed(error)
      throw error
    }
  }

  /** The same for methods that answer with updates: they are applied like updates that came by themselves. */
  async act<T extends Method>(method: T, options?: Options): Promise<Result<T>> {
    const answer = await this.call(method, options)
    const found = answer as { _?: string; updates?: unknown }
    if (found._?.startsWith('update')) this.apply(answer as unknown as tl.TypeUpdates)
    // Some answers have their updates inside, beside what could not be done.
    else if (found.updates) this.apply(found.updates as tl.TypeUpdates)
    return answer
  }

  /** These updates go the way of all updates. */
  apply(updates: tl.TypeUpdates): void {
    if (!this.client.destroyed) this.client.handleClientUpdate(updates, false)
  }

  async close(): Promise<void> {
    this.pulse.stop()
    await this.client.destroy()
  }

  private learn(answer: unknown): void {
    if (typeof answer !== 'object' || answer === null) return
    if (Array.isArray(answer)) {
      const users = answer.filter((one): one is tl.RawUser => typeof one === 'object' && one !== null && (one as tl.TypeUser)._ === 'user')
      if (users.length) this.hooks.people(users, [])
      return
    }
    if ('users' in answer || 'chats' in answer) {
      const { users, chats } = answer as { users?: tl.TypeUser[]; chats?: tl.TypeChat[] }
      if (Array.isArray(users) || Array.isArray(chats)) {
        this.hooks.people((users ?? []).filter(isPerson), (chats ?? []).filter(isRoom))
      }
    }
    if ((answer as { _?: string })._ === 'updates.differenceTooLong') this.hooks.missed()
  }

  /** An answer that only says the new state of the box is applied too: without it the next update would seem to follow a gap. */
  private settle(method: Method, answer: unknown): void {
    const found = answer as { _?: string; pts?: number; ptsCount?: number } | null
    if (!found?._?.startsWith('messages.affected') || !found.pts) return
    const messages = method._ === 'messages.deleteMessages' || method._ === 'channels.deleteMessages' ? method.id : []
    const room = 'channel' in method ? method.channel : 'peer' in method && method.peer && typeof method.peer === 'object' ? method.peer : undefined
    const rest = { messages, pts: found.pts, ptsCount: found.ptsCount ?? 0 }
    const update: tl.TypeUpdate =
      room && 'channelId' in room ? { _: 'updateDeleteChannelMessages', channelId: room.channelId, ...rest } : { _: 'updateDeleteMessages', ...rest }
    this.apply({ _: 'updates', updates: [update], users: [], chats: [], date: Math.floor(Date.now() / 1000), seq: 0 })
  }

  private failed(error: unknown): void {
    const text = (error as { text?: string }).text
    if (text && LOST.has(text)) this.hooks.signedOut()
  }
}

/**
 * The library counts a letter of a secret chat as had when it has seen it, and leaves those out that it missed. Whoever
 * asks what was missed asks from where letters are safe, since the server may forget those before, and all are heard.
 */
function countLetters(client: BaseTelegramClient, hooks: Hooks): void {
  const plain = client as unknown as { call(method: Method, options?: Options): Promise<unknown> }
  const call = plain.call.bind(client)
  plain.call = async (method, options) => {
    if (method._ !== 'updates.getDifference') return call(method, options)
    const answer = await call({ ...method, qts: hooks.letters() ?? method.qts }, options)
    hooks.difference(answer as tl.updates.TypeDifference)
    return answer
  }
}

const isPerson = (one: unknown): one is tl.TypeUser => typeof one === 'object' && one !== null && 'id' in one
const isRoom = (one: unknown): one is tl.TypeChat => typeof one === 'object' && one !== null && 'id' in one

function browserName(): string {
  const agent = navigator.userAgent
  const found = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? 'Browser'
  return { Edg: 'Edge', OPR: 'Opera' }[found] ?? found
}

function systemName(): string {
  return /(Android|iPhone|iPad|Mac OS X|Windows|CrOS|Linux)/.exec(navigator.userAgent)?.[1] ?? 'Web'
}

import { type Clock, systemClock } from '../base/clock.ts'
import { addressText } from '../config/listen-address.ts'
import { ConnectionSharer, type Membership } from '../http/connection-sharer.ts'
import {
  type AcceptedSocket,
  type Handover,
  listenOnHandover,
  type Listen,
  type ListenAddress,
} from '../http/listen.ts'

/** A connection between the primary and a worker that carries sockets, too. */
export interface SocketChannel {
  /** The connection stays open on this side, too. */
  send(message: Message & Partial<Named>, connection?: AcceptedSocket): void
  onMessage(take: (message: unknown, connection: unknown) => void): void
}

/** Messages of all ports go over one channel, with the name of the port. */
interface Named {
  readonly portName: string
}

type Message =
  /** From a worker: it can serve. */
  | { readonly type: 'port-asked'; readonly address: ListenAddress }
  | { readonly type: 'port'; readonly port: number }
  | { readonly type: 'port-refused'; readonly reason: Reason }
  /** Comes with a connection. */
  | { readonly type: 'connection' }
  /** Those that came, in the order in which they were sent. */
  | { readonly type: 'connections-taken'; readonly count: number }
  | { readonly type: 'connections-ended'; readonly count: number }

/** What a failure to listen tells of itself. */
interface Reason {
  readonly message: string
  readonly code: string | undefined
  readonly syscall: string | undefined
}

interface Sent {
  readonly connection: AcceptedSocket
  /** By the clock that no setting moves. */
  readonly milliseconds: number
}

interface Member extends Membership {
  /** On their way to it, in order. */
  readonly sent: Sent[]
}

/** For a worker to take a connection. It is at work where it takes longer, or hangs. */
const LATE_MILLISECONDS = 1000

/**
 * The primary's side: one port, whose connections the workers share. It keeps each open until the worker has it: of one that
 * was on its way to a worker that died, nobody else would tell the client.
 */
export class SharedPort {
  readonly #clock: Pick<Clock, 'elapsedMilliseconds'>
  readonly #sharer = new ConnectionSharer()
  readonly #members = new Map<SocketChannel, Member>()
  #port: Promise<number> | undefined

  constructor(clock: Pick<Clock, 'elapsedMilliseconds'> = systemClock) {
    this.#clock = clock
  }

  /** Serves a worker, which gets connections from when it asked for the port. `first`: a message that came before. */
  join(channel: SocketChannel, first?: unknown): void {
    const take = (message: unknown): void => {
      if (!isMessage(message)) return
      if (message.type === 'port-asked') void this.#open(channel, message.address)
      if (message.type === 'connections-taken') this.#drop(channel, message.count)
      if (message.type === 'connections-ended') this.#members.get(channel)?.ended(message.count)
    }
    channel.onMessage(take)
    if (first !== undefined) take(first)
  }

  /** It gets no more connections, and has or will have all that were given to it. */
  retire(channel: SocketChannel): void {
    this.#members.get(channel)?.leave()
  }

  leave(channel: SocketChannel): void {
    this.#members.get(channel)?.leave()
    this.#drop(channel)
    this.#members.delete(channel)
  }

  /** This side of those that were sent first, or of all. */
  #drop(channel: SocketChannel, count = Infinity): void {
    for (const { connection } of this.#members.get(channel)?.sent.splice(0, count) ?? []) connection.destroy()
  }

  close(): void {
    this.#sharer.close()
  }

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  async #open(channel: SocketChannel, address: ListenAddress): Promise<void> {
    const sent: Sent[] = []
    const take = (connection: AcceptedSocket): void => {
      sent.push({ connection, milliseconds: this.#clock.elapsedMilliseconds() })
      channel.send({ type: 'connection' }, connection)
    }
    const isLate = (): boolean =>
      sent[0] !== undefined && this.#clock.elapsedMilliseconds() - sent[0].milliseconds > LATE_MILLISECONDS
    this.#members.set(channel, { sent, ...this.#sharer.join({ take, isLate }) })
    try {
      channel.send({ type: 'port', port: await (this.#port ??= this.#sharer.listen(address)) })
    } catch (error) {
      // Whoever asks later may find it free.
      this.#port = undefined
      const { message, code, syscall } = error as NodeJS.ErrnoException
      channel.send({ type: 'port-refused', reason: { message, code, syscall } })
    }
  }
}

/** The primary's side of several ports. One that a config before had closes when its last worker leaves it. */
export class SharedPorts {
  readonly #ports = new Map<string, SharedPort>()
  readonly #latest = new Map<string, string>()
  readonly #channels = new Map<SocketChannel, Map<string, SocketChannel>>()
  readonly #retired = new WeakSet<SocketChannel>()

  join(channel: SocketChannel): void {
    const named = new Map<string, SocketChannel>()
    this.#channels.set(channel, named)
    channel.onMessage((message) => {
      if (!isNamed(message) || named.has(message.portName)) return
      const { portName } = message
      const own = channelOf(channel, portName)
      named.set(portName, own)
      const isRetired = this.#retired.has(channel)
      if (!isRetired) this.#latest.set(kindOf(portName), portName)
      const port = this.#ports.get(portName) ?? new SharedPort()
      this.#ports.set(portName, port)
      port.join(own, message)
      if (isRetired) port.retire(own)
    })
  }

  /** One that is still starting gets none either: another has its place already. */
  retire(channel: SocketChannel): void {
    this.#retired.add(channel)
    for (const [name, own] of this.#channels.get(channel) ?? []) this.#ports.get(name)?.retire(own)
  }

  leave(channel: SocketChannel): void {
    for (const [name, own] of this.#channels.get(channel) ?? []) {
      const port = this.#ports.get(name)
      port?.leave(own)
      if (!port?.isEmpty || this.#latest.get(kindOf(name)) === name) continue
      port.close()
      this.#ports.delete(name)
    }
    this.#channels.delete(channel)
  }

  close(): void {
    for (const port of this.#ports.values()) port.close()
  }
}

function kindOf(portName: string): string {
  return portName.split(' ', 1)[0] ?? ''
}

/** What goes over a channel for one port. */
function channelOf(channel: SocketChannel, portName: string): SocketChannel {
  return {
    send: (message, connection) => channel.send({ ...message, portName }, connection),
    onMessage: (take) =>
      channel.onMessage((message, connection) => {
        if (isNamed(message) && message.portName === portName) take(message, connection)
      }),
  }
}

function isNamed(message: unknown): message is Named {
  return typeof message === 'object' && message !== null && 'portName' in message
}

/** The worker's side of one of several: `kind` tells a server's addresses apart. */
export function listenOnSharedPorts(channel: SocketChannel, kind: string): Listen {
  return (server, address) => {
    const portName = `${kind} ${addressText(address)}`
    return listenOnSharedPort(channelOf(channel, portName))(server, address)
  }
}

/** The worker's side: serves the connections that the primary hands over. */
function listenOnSharedPort(channel: SocketChannel): Listen {
  const handover: Handover = {
    listen: (address) =>
      new Promise((resolve, reject) => {
        channel.onMessage((message) => {
          if (!isMessage(message)) return
          if (message.type === 'port') resolve(message.port)
          if (message.type === 'port-refused') {
            reject(Object.assign(new Error(message.reason.message), message.reason))
          }
        })
        channel.send({ type: 'port-asked', address })
      }),
    onConnection(take) {
      let taken = 0
      const tell = (): void => {
        channel.send({ type: 'connections-taken', count: taken })
        taken = 0
      }
      channel.onMessage((message, connection) => {
        if (!isMessage(message) || message.type !== 'connection') return
        if (taken++ === 0) setImmediate(tell)
        // One that ended on its way is none any more.
        if (connection) take(connection as AcceptedSocket)
        else handover.ended(1)
      })
    },
    ended: (count) => channel.send({ type: 'connections-ended', count }),
  }
  return listenOnHandover(handover)
}

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'type' in message
}

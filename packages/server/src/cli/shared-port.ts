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
  send(message: Message, connection?: AcceptedSocket): void
  onMessage(take: (message: unknown, connection: unknown) => void): void
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

interface Member extends Membership {
  /** On their way to it, in order. */
  readonly sent: AcceptedSocket[]
}

/**
 * The primary's side: one port, whose connections the workers share. It keeps each open until the worker has it: of one that
 * was on its way to a worker that died, nobody else would tell the client.
 */
export class SharedPort {
  readonly #sharer = new ConnectionSharer()
  readonly #members = new Map<SocketChannel, Member>()
  #port: Promise<number> | undefined

  /** Serves a worker, which gets connections from when it asked for the port. */
  join(channel: SocketChannel): void {
    channel.onMessage((message) => {
      if (!isMessage(message)) return
      if (message.type === 'port-asked') void this.#open(channel, message.address)
      if (message.type === 'connections-taken') this.#drop(channel, message.count)
      if (message.type === 'connections-ended') this.#members.get(channel)?.ended(message.count)
    })
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
    for (const connection of this.#members.get(channel)?.sent.splice(0, count) ?? []) connection.destroy()
  }

  close(): void {
    this.#sharer.close()
  }

  async #open(channel: SocketChannel, address: ListenAddress): Promise<void> {
    const sent: AcceptedSocket[] = []
    const take = (connection: AcceptedSocket): void => {
      sent.push(connection)
      channel.send({ type: 'connection' }, connection)
    }
    this.#members.set(channel, { sent, ...this.#sharer.join({ take }) })
    try {
      channel.send({ type: 'port', port: await (this.#port ??= this.#sharer.listen(address)) })
    } catch (error) {
      const { message, code, syscall } = error as NodeJS.ErrnoException
      channel.send({ type: 'port-refused', reason: { message, code, syscall } })
    }
  }
}

/** The worker's side: serves the connections that the primary hands over. */
export function listenOnSharedPort(channel: SocketChannel): Listen {
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

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
  | { readonly type: 'connections-ended'; readonly count: number }

/** What a failure to listen tells of itself. */
interface Reason {
  readonly message: string
  readonly code: string | undefined
  readonly syscall: string | undefined
}

/** The primary's side: one port, whose connections the workers share. */
export class SharedPort {
  readonly #sharer = new ConnectionSharer()
  readonly #members = new Map<SocketChannel, Membership>()
  #port: Promise<number> | undefined

  /** Serves a worker, which gets connections from when it asked for the port. */
  join(channel: SocketChannel): void {
    channel.onMessage((message) => {
      if (!isMessage(message)) return
      if (message.type === 'port-asked') void this.#open(channel, message.address)
      if (message.type === 'connections-ended') this.#members.get(channel)?.ended(message.count)
    })
  }

  leave(channel: SocketChannel): void {
    this.#members.get(channel)?.leave()
    this.#members.delete(channel)
  }

  close(): void {
    this.#sharer.close()
  }

  async #open(channel: SocketChannel, address: ListenAddress): Promise<void> {
    const take = (connection: AcceptedSocket): void => channel.send({ type: 'connection' }, connection)
    this.#members.set(channel, this.#sharer.join({ take }))
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
      channel.onMessage((message, connection) => {
        if (!isMessage(message) || message.type !== 'connection') return
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

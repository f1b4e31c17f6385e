import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A server on the loopback that speaks a protocol of its own in a few lines. It ends all connections with itself. */
export abstract class SocketStandIn implements AsyncDisposable {
  readonly #server = createServer()
  readonly #sockets = new Set<Socket>()

  constructor() {
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      this.serve(socket).catch(() => {})
    })
  }

  /** On a free port. */
  async listen(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    return this
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** What is said on a connection. */
  protected abstract serve(socket: Socket): Promise<void>
}

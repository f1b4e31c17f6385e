import { createServer, type Server, type Socket, connect } from 'node:net'
import { listen } from '../support/listen.ts'

/** An address that stays, whatever port the server behind it has after it was started again; without one it cuts connections. */
export class Relay implements AsyncDisposable {
  target: number | undefined
  url = ''
  readonly #server: Server
  readonly #open = new Set<Socket>()

  private constructor() {
    this.#server = createServer((near) => this.#join(near))
  }

  static async open(): Promise<Relay> {
    const relay = new Relay()
    relay.url = await listen(relay.#server)
    return relay
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(near: Socket): void {
    if (this.target === undefined) return void near.destroy()
    const far = connect(this.target, '127.0.0.1')
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#open.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        this.#open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  }
}

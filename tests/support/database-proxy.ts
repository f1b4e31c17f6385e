import {
  connect,
  createServer,
  type IpcNetConnectOpts,
  type Server,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net'
import { listen } from './listen.ts'

/**
 * Between nodes and a database. Cut, it ends all connections and takes no more; hanging, it takes whatever comes and lets nothing of it through,
 * the end of a connection neither. What it took may come through late once it is healed, or never.
 */
export class DatabaseProxy implements AsyncDisposable {
  readonly #target: TcpNetConnectOpts | IpcNetConnectOpts
  readonly #server: Server
  readonly #pairs = new Set<Pair>()
  #state: 'open' | 'cut' | 'hanging' = 'open'
  port = 0

  private constructor(target: TcpNetConnectOpts | IpcNetConnectOpts) {
    this.#target = target
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#join(near))
  }

  static async to(target: TcpNetConnectOpts | IpcNetConnectOpts): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(target)
    proxy.port = Number(new URL(await listen(proxy.#server)).port)
    return proxy
  }

  cut(): void {
    this.#state = 'cut'
    this.#endAll()
  }

  hang(): void {
    this.#state = 'hanging'
    for (const pair of this.#pairs) pair.hold()
  }

  heal(held: 'comes late' | 'is lost'): void {
    this.#state = 'open'
    if (held === 'is lost') return this.#endAll()
    for (const pair of this.#pairs) pair.release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#endAll()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #endAll(): void {
    for (const pair of this.#pairs) pair.destroy()
    this.#pairs.clear()
  }

  #join(near: Socket): void {
    if (this.#state === 'cut') return void near.destroy()
    const pair = new Pair(near, connect({ ...this.#target, allowHalfOpen: true }))
    this.#pairs.add(pair)
    if (this.#state === 'hanging') pair.hold()
  }
}

/** Two sockets, each of which gets what the other one sends, or will get it. */
class Pair {
  readonly #sockets: readonly Socket[]
  #held: (() => void)[] | undefined

  constructor(near: Socket, far: Socket) {
    this.#sockets = [near, far]
    this.#pass(near, far)
    this.#pass(far, near)
  }

  hold(): void {
    this.#held ??= []
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const act of held) act()
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #pass(from: Socket, to: Socket): void {
    const act = (action: () => void): void => {
      if (this.#held) this.#held.push(action)
      else action()
    }
    from.on('data', (chunk) => act(() => void (to.destroyed || to.write(chunk))))
    from.on('end', () => act(() => void to.end()))
    from.on('error', () => undefined)
    from.on('close', () => act(() => void to.end()))
  }
}

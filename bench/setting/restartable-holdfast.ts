import type { Endpoint } from '../base/endpoint.ts'
import type { Bench, FilledStore } from './bench.ts'
import type { RunningHoldfast } from './holdfast.ts'

/** Holdfast on a folder of its own, which is removed with it. */
export class RestartableHoldfast implements FilledStore {
  readonly directory: string
  readonly #bench: Bench
  readonly #resources: AsyncDisposableStack
  #server: RunningHoldfast

  private constructor(
    bench: Bench,
    resources: AsyncDisposableStack,
    directory: string,
    server: RunningHoldfast,
  ) {
    this.#bench = bench
    this.#resources = resources
    this.directory = directory
    this.#server = server
  }

  static async start(bench: Bench): Promise<RestartableHoldfast> {
    await using starting = new AsyncDisposableStack()
    const directory = await bench.newDirectory(starting)
    const server = await bench.startHoldfast(directory)
    return new RestartableHoldfast(bench, starting.move(), directory, server)
  }

  get endpoint(): Endpoint {
    return this.#server.endpoint
  }

  /** Does some work while no server runs. Returns how long the start behind it took, in seconds. */
  async restart(between?: () => Promise<void>): Promise<number> {
    await this.#server[Symbol.asyncDispose]()
    await between?.()
    this.#server = await this.#bench.startHoldfast(this.directory)
    return this.#server.secondsToReady
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
    await this.#resources.disposeAsync()
  }
}

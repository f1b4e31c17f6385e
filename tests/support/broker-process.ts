import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const READY_WITHIN_MILLISECONDS = 20_000

/** A server that others keep, on the loopback, which a test may kill and start again. */
export class BrokerProcess implements AsyncDisposable {
  readonly #command: string
  readonly #port: number
  #child: ChildProcess | undefined
  #output = ''

  constructor(command: string, port: number) {
    this.#command = command
    this.#port = port
  }

  /** Resolves when it listens. */
  async start(words: readonly string[]): Promise<void> {
    const child = spawn(this.#command, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (this.#output += chunk))
    const deadline = Date.now() + READY_WITHIN_MILLISECONDS
    while (!(await this.#listens())) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${this.#command} did not start: ${this.#output}`)
      await delay(20)
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** As a crash would. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }

  #listens(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, '127.0.0.1')
      socket.on('error', () => resolve(false))
      socket.on('connect', () => {
        socket.destroy()
        resolve(true)
      })
    })
  }
}

import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'

/** A server process as its primary sees it. */
export interface WorkerProcess {
  /** Resolves when it accepts requests, with its URL. */
  readonly ready: Promise<string>
  /** Resolves when the process has ended, with how. */
  readonly ended: Promise<string>
  /** Asks it to finish what it does, then to end. */
  drain(): void
}

/** More deaths than this in a minute are no accident that another start heals. */
const RESTARTS_A_MINUTE = 10
const MINUTE_MILLISECONDS = 60_000

/**
 * Keeps `count` workers running until `stop`, starting another for each that dies. Resolves with the exit code of the
 * whole: 0 after `stop`, 1 when the first worker cannot start or workers die too often.
 */
export class Supervisor {
  readonly #running = new Set<WorkerProcess>()
  readonly #restarts: number[] = []
  readonly #fork: () => WorkerProcess
  readonly #clock: Clock
  readonly #log: Log
  #stopping = false
  #exitCode = 0

  constructor(parts: { readonly fork: () => WorkerProcess; readonly clock: Clock; readonly log: Log }) {
    this.#fork = parts.fork
    this.#clock = parts.clock
    this.#log = parts.log
  }

  /** `onReady` is called once, when the first worker accepts requests. */
  async run(count: number, onReady: (url: string) => void): Promise<number> {
    // The first worker goes ahead: it makes or refuses the store, and says once what all of them would say.
    const worker = this.#start()
    const url = await Promise.race([worker.ready, worker.ended.then(() => undefined)])
    if (url === undefined) return this.#stopping ? 0 : 1
    onReady(url)
    const others = Array.from({ length: count - 1 }, () => this.#keepRunning(this.#start()))
    await Promise.all([this.#keepRunning(worker), ...others])
    return this.#exitCode
  }

  /** Drains every worker; `run` resolves when all have ended. */
  stop(): void {
    this.#stopping = true
    for (const worker of this.#running) worker.drain()
  }

  #start(): WorkerProcess {
    const worker = this.#fork()
    this.#running.add(worker)
    return worker
  }

  async #keepRunning(first: WorkerProcess): Promise<void> {
    let worker = first
    for (;;) {
      const how = await worker.ended
      this.#running.delete(worker)
      if (this.#stopping) return
      if (!this.#mayRestart()) {
        this.#log.error({ how }, `workers ended ${RESTARTS_A_MINUTE} times within a minute; giving up`)
        this.#exitCode = 1
        return this.stop()
      }
      this.#log.error({ how }, 'a worker ended; starting another')
      worker = this.#start()
    }
  }

  #mayRestart(): boolean {
    const now = this.#clock.now().getTime()
    while ((this.#restarts[0] ?? now) < now - MINUTE_MILLISECONDS) this.#restarts.shift()
    if (this.#restarts.length >= RESTARTS_A_MINUTE) return false
    this.#restarts.push(now)
    return true
  }
}

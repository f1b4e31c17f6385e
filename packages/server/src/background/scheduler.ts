import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Worker } from './worker.ts'

/** After a failed step, so that a broken disk is not asked without pause. */
const REST_AFTER_FAILURE_MILLISECONDS = 5000

/** Runs workers, each on its own, until it is stopped. */
export class Scheduler {
  readonly #workers: readonly Worker[]
  readonly #clock: Clock
  readonly #log: Log
  readonly #stop = new AbortController()
  readonly #wake = new Map<string, AbortController>()
  readonly #called = new Set<string>()
  readonly #turns = new Map<string, Promise<unknown>>()
  #running: Promise<unknown> = Promise.resolve()

  constructor(workers: readonly Worker[], clock: Clock, log: Log) {
    this.#workers = workers
    this.#clock = clock
    this.#log = log
  }

  start(): void {
    this.#running = Promise.all(this.#workers.map((worker) => this.#run(worker)))
  }

  /** Ends a worker's rest. */
  call(name: string): void {
    this.#called.add(name)
    this.#wake.get(name)?.abort()
  }

  /** One step at a time for each worker, whoever asks for it. */
  #turn(worker: Worker): Promise<'progressed' | 'idle'> {
    const turn = (this.#turns.get(worker.name) ?? Promise.resolve()).then(() =>
      worker.step(this.#stop.signal),
    )
    this.#turns.set(
      worker.name,
      turn.catch(() => undefined),
    )
    return turn
  }

  /** Lets every worker work until it has nothing left to do, now, whatever its rest. */
  async settle(): Promise<void> {
    // One worker's work may be what another has waited for.
    for (let worked = true; worked;) {
      worked = false
      for (const worker of this.#workers) while ((await this.#turn(worker)) === 'progressed') worked = true
    }
  }

  /** Ends after the steps under way. */
  async stop(): Promise<void> {
    this.#stop.abort()
    for (const wake of this.#wake.values()) wake.abort()
    await this.#running
  }

  async #run(worker: Worker): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const restMilliseconds = await this.#step(worker)
      if (restMilliseconds > 0) await this.#rest(worker.name, restMilliseconds)
    }
  }

  async #step(worker: Worker): Promise<number> {
    this.#called.delete(worker.name)
    try {
      return (await this.#turn(worker)) === 'idle' ? worker.restMilliseconds : 0
    } catch (error) {
      if (!this.#stop.signal.aborted)
        this.#log.error({ worker: worker.name, err: error }, 'worker step failed')
      return REST_AFTER_FAILURE_MILLISECONDS
    }
  }

  async #rest(name: string, milliseconds: number): Promise<void> {
    if (this.#called.has(name) || this.#stop.signal.aborted) return
    const wake = new AbortController()
    this.#wake.set(name, wake)
    // Being woken rejects the sleep: that is what it is for.
    await this.#clock.sleep(milliseconds, wake.signal).catch(() => undefined)
    this.#wake.delete(name)
  }
}

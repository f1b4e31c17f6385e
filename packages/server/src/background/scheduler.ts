import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import { errorMessage } from '../base/error-message.ts'
import type { Log } from '../base/log.ts'
import type { WorkerReportRow } from '../metadata/tables/worker-tables.ts'
import type { WorkerLeases } from './worker-leases.ts'
import type { Worker, WorkerReport } from './worker.ts'

/** After a failed step, so that a broken disk is not asked without pause. */
const REST_AFTER_FAILURE_MILLISECONDS = 5000

/** What a turn came to; `foreign`: another process runs the worker. */
type Turn = 'progressed' | 'idle' | 'foreign'

interface Record {
  lastStepMilliseconds: number | undefined
  failure: string | undefined
  /** What was last written into the store. */
  reported: string
}

export interface SchedulerOptions {
  readonly clock: Clock
  readonly log: Log
  /** Absent where no other process can share the store. */
  readonly leases?: WorkerLeases | undefined
  /** How long a lease lasts: a step that takes longer renews it, and so soon another process may take it over. */
  readonly leaseMilliseconds: number
}

/** Runs workers, each on its own, until it is stopped; those whose lease another process has wait. */
export class Scheduler {
  readonly #workers: readonly Worker[]
  readonly #options: SchedulerOptions
  readonly #stop = new AbortController()
  /** Of the workers that any process may run. */
  readonly #leave = new AbortController()
  readonly #wake = new Map<string, AbortController>()
  readonly #called = new Set<string>()
  readonly #turns = new Map<string, Promise<unknown>>()
  readonly #records = new Map<string, Record>()
  readonly #running = new Map<Worker, Promise<void>>()
  #left: Promise<void> | undefined

  constructor(workers: readonly Worker[], options: SchedulerOptions) {
    this.#workers = workers
    this.#options = options
  }

  start(): void {
    for (const worker of this.#workers) this.#running.set(worker, this.#run(worker))
  }

  /** Ends a worker's rest. */
  call(name: string): void {
    this.#called.add(name)
    this.#wake.get(name)?.abort()
  }

  reports(): WorkerReport[] {
    return this.#workers.map((worker) => ({
      name: worker.name,
      isOurs: this.#leasesOf(worker)?.isHeld(worker.name) ?? true,
      ...this.#reportOf(worker),
    }))
  }

  /** Lets every worker work until it has nothing left to do, now, whatever its rest and whoever else runs it. */
  async settle(): Promise<void> {
    // One worker's work may be what another has waited for; a look that took several steps and found nothing is not.
    for (let before: number | undefined; before !== this.#done();) {
      before = this.#done()
      for (const worker of this.#workers) {
        while ((await this.#turn(worker, { force: true })) === 'progressed');
      }
    }
  }

  #done(): number {
    return this.#workers.reduce((sum, worker) => sum + worker.status().done, 0)
  }

  /** Leaves to other processes what is not of this one alone. Resolves after the steps under way. */
  leave(): Promise<void> {
    return (this.#left ??= this.#endLeased())
  }

  /** Ends after the steps under way, and a last one of the workers whose work would be lost with this process. */
  async stop(): Promise<void> {
    this.#stop.abort()
    const own = this.#workers.filter(({ isOfProcess }) => isOfProcess)
    await Promise.all([this.leave(), this.#end(own)])
    for (const worker of own) await this.#takeTurn(worker)
  }

  async #endLeased(): Promise<void> {
    this.#leave.abort()
    await this.#end(this.#workers.filter(({ isOfProcess }) => !isOfProcess))
    await this.#options.leases?.release().catch((err: unknown) => {
      this.#options.log.error({ err }, 'leases of workers were not given back')
    })
  }

  async #end(workers: readonly Worker[]): Promise<void> {
    for (const { name } of workers) this.#wake.get(name)?.abort()
    await Promise.all(workers.flatMap((worker) => this.#running.get(worker) ?? []))
    for (const worker of workers) await worker.end?.()
  }

  #signalOf({ isOfProcess }: Worker): AbortSignal {
    return isOfProcess ? this.#stop.signal : this.#leave.signal
  }

  /** One step at a time for each worker, whoever asks for it. */
  #turn(worker: Worker, options: { force?: boolean } = {}): Promise<Turn> {
    const turn = (this.#turns.get(worker.name) ?? Promise.resolve()).then(() => this.#step(worker, options))
    this.#turns.set(
      worker.name,
      turn.catch(() => undefined),
    )
    return turn
  }

  async #step(worker: Worker, options: { force?: boolean }): Promise<Turn> {
    const leases = this.#leasesOf(worker)
    const lastStepMilliseconds = this.#options.clock.now().getTime()
    const report = { ...this.#reportOf(worker), lastStepMilliseconds }
    if (leases && !(await leases.hold(worker.name, report, options))) {
      await worker.leave?.()
      return 'foreign'
    }
    const ended = new AbortController()
    const renewing = leases && this.#renewWhile(worker, leases, ended.signal)
    const record = this.#recordOf(worker)
    record.lastStepMilliseconds = lastStepMilliseconds
    try {
      const turn = await worker.step(this.#signalOf(worker))
      record.failure = undefined
      if (turn === 'idle') await this.#report(worker)
      return turn
    } catch (error) {
      record.failure = errorMessage(error)
      throw error
    } finally {
      ended.abort()
      await renewing
    }
  }

  async #renewWhile(worker: Worker, leases: WorkerLeases, ended: AbortSignal): Promise<void> {
    const { clock, leaseMilliseconds } = this.#options
    while (!ended.aborted) {
      try {
        await clock.sleep(leaseMilliseconds / 3, ended)
        await leases.renew(worker.name, this.#reportOf(worker))
      } catch {
        // Over, or the store is unwell, which the step finds out itself.
        if (!ended.aborted) await clock.sleep(REST_AFTER_FAILURE_MILLISECONDS, ended).catch(() => undefined)
      }
    }
  }

  /** Tells in the store what was done since the last time. */
  async #report(worker: Worker): Promise<void> {
    const leases = this.#leasesOf(worker)
    const { done, left } = worker.status()
    const text = JSON.stringify([done, left])
    const record = this.#recordOf(worker)
    if (!leases || record.reported === text) return
    record.reported = text
    await leases.renew(worker.name, this.#reportOf(worker))
  }

  #leasesOf({ isOfProcess }: Worker): WorkerLeases | undefined {
    return isOfProcess ? undefined : this.#options.leases
  }

  #reportOf(worker: Worker): WorkerReportRow & Omit<WorkerReport, 'name' | 'isOurs'> {
    const { lastStepMilliseconds, failure } = this.#recordOf(worker)
    const status = worker.status()
    return { ...status, lastStepMilliseconds, failure: failure ?? status.failure }
  }

  #recordOf({ name }: Worker): Record {
    const record = this.#records.get(name) ?? {
      lastStepMilliseconds: undefined,
      failure: undefined,
      reported: '[0,null]',
    }
    this.#records.set(name, record)
    return record
  }

  async #run(worker: Worker): Promise<void> {
    while (!this.#signalOf(worker).aborted) {
      const restMilliseconds = await this.#takeTurn(worker)
      if (restMilliseconds > 0) await this.#rest(worker, restMilliseconds)
      // Requests come between: a step that finds nothing to change may end within one turn of the event loop.
      else await nextTurn()
    }
  }

  async #takeTurn(worker: Worker): Promise<number> {
    this.#called.delete(worker.name)
    try {
      const turn = await this.#turn(worker)
      if (turn === 'foreign') return Math.min(worker.restMilliseconds, this.#options.leaseMilliseconds)
      return turn === 'progressed' ? 0 : worker.restMilliseconds
    } catch (err) {
      if (!this.#signalOf(worker).aborted || worker.isOfProcess)
        this.#options.log.error({ worker: worker.name, err }, 'worker step failed')
      return REST_AFTER_FAILURE_MILLISECONDS
    }
  }

  async #rest(worker: Worker, milliseconds: number): Promise<void> {
    const { name } = worker
    if (this.#called.has(name) || this.#signalOf(worker).aborted) return
    const wake = new AbortController()
    this.#wake.set(name, wake)
    // Being woken rejects the sleep: that is what it is for.
    await this.#options.clock.sleep(milliseconds, wake.signal).catch(() => undefined)
    this.#wake.delete(name)
  }
}

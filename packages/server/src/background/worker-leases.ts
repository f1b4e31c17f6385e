import type { Clock } from '../base/clock.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { transact } from '../metadata/transaction.ts'
import { workerLeases, type WorkerLeaseRow, type WorkerReportRow } from '../metadata/tables/worker-tables.ts'

export interface LeaseOptions {
  readonly metadata: OrderedStore
  readonly clock: Clock
  readonly processId: string
  /** How long a process that says nothing goes on holding its leases. */
  readonly timeoutMilliseconds: number
}

/**
 * Which process of several runs each worker. A lease spares double work; it is not what makes a worker safe: each step
 * is right whoever else takes it at the same time.
 */
export class WorkerLeases {
  readonly #options: LeaseOptions
  /** Until when each of our leases is good. */
  readonly #held = new Map<string, number>()

  constructor(options: LeaseOptions) {
    this.#options = options
  }

  /** Takes or renews a lease; false while another process has it. `force` takes it from that one. */
  async hold(worker: string, report: WorkerReportRow, options: { force?: boolean } = {}): Promise<boolean> {
    if (this.#isGood(worker)) return true
    const untilMilliseconds = this.#now + this.#options.timeoutMilliseconds
    const isHeld = await transact(this.#options.metadata, async (transaction) => {
      const row = await transaction.getIfReadable(workerLeases, worker)
      if (row && !this.#mayTake(row) && options.force !== true) return false
      const { processId } = this.#options
      transaction.put(workerLeases, [worker], { processId, untilMilliseconds, report })
      return true
    })
    if (isHeld) this.#held.set(worker, untilMilliseconds)
    else this.#held.delete(worker)
    return isHeld
  }

  /** The same, whether or not the lease needs it: for a step that takes long, and for what a report says. */
  renew(worker: string, report: WorkerReportRow): Promise<boolean> {
    this.#held.delete(worker)
    return this.hold(worker, report)
  }

  isHeld(worker: string): boolean {
    return (this.#held.get(worker) ?? 0) > this.#now
  }

  /** Gives all leases back, so that another process need not wait. What was reported stays. */
  async release(): Promise<void> {
    const { metadata, processId } = this.#options
    for (const worker of this.#held.keys()) {
      await transact(metadata, async (transaction) => {
        const row = await transaction.getIfReadable(workerLeases, worker)
        if (row?.processId === processId) {
          transaction.put(workerLeases, [worker], { ...row, untilMilliseconds: 0 })
        }
      })
    }
    this.#held.clear()
  }

  get #now(): number {
    return this.#options.clock.now().getTime()
  }

  /** Renewed when a third of its time is over. A clock set back makes a lease too good to be true. */
  #isGood(worker: string): boolean {
    const left = (this.#held.get(worker) ?? 0) - this.#now
    const { timeoutMilliseconds } = this.#options
    return left > (timeoutMilliseconds * 2) / 3 && left <= timeoutMilliseconds
  }

  #mayTake({ processId, untilMilliseconds }: WorkerLeaseRow): boolean {
    const left = untilMilliseconds - this.#now
    return processId === this.#options.processId || left <= 0 || left > this.#options.timeoutMilliseconds
  }
}

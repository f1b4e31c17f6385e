import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { checkFormat, FORMAT_VERSION, raiseFormat } from '../metadata/store-format.ts'
import { serverProcesses } from '../metadata/tables/worker-tables.ts'
import { readableRows } from '../metadata/unreadable-rows.ts'
import { writtenVersion } from '../metadata/written-version.ts'
import { mayLive } from './process-presence.ts'
import type { Worker, WorkerStatus } from './worker.ts'

export interface FormatOptions {
  readonly metadata: OrderedStore
  readonly clock: Clock
  readonly log: Log
  /** How long a process that says nothing counts as alive. */
  readonly timeoutMilliseconds: number
}

const REST_WHEN_RAISED_MILLISECONDS = 24 * 60 * 60 * 1000

/**
 * Brings an older store to the format of today once no process is left that could not read it. One that is just starting
 * has read the format but not yet said that it is there, so none may have been seen for twice the time that processes
 * have to say so. Each process looks for itself, and so learns that another raised it.
 */
export class FormatWorker implements Worker {
  readonly name = 'format'
  readonly isOfProcess = true
  readonly #options: FormatOptions
  #aloneSinceMilliseconds: number | undefined

  constructor(options: FormatOptions) {
    this.#options = options
  }

  get restMilliseconds(): number {
    return this.#isRaised ? REST_WHEN_RAISED_MILLISECONDS : this.#options.timeoutMilliseconds / 3
  }

  status(): WorkerStatus {
    return { done: this.#isRaised ? 1 : 0, left: this.#isRaised ? 0 : 1 }
  }

  async step(): Promise<'idle'> {
    const { metadata, clock, log, timeoutMilliseconds } = this.#options
    if (this.#isRaised) return 'idle'
    await checkFormat(metadata)
    if (this.#isRaised) return 'idle'
    const now = clock.now().getTime()
    if (await this.#hasOlder(now)) {
      this.#aloneSinceMilliseconds = undefined
      return 'idle'
    }
    this.#aloneSinceMilliseconds ??= now
    const aloneMilliseconds = now - this.#aloneSinceMilliseconds
    // A clock set back begins anew.
    if (aloneMilliseconds < 0) this.#aloneSinceMilliseconds = now
    if (aloneMilliseconds < 2 * timeoutMilliseconds) return 'idle'
    await raiseFormat(metadata)
    log.warn(
      { format: FORMAT_VERSION },
      'the store has a newer format now: older versions of Holdfast no longer start with it',
    )
    return 'idle'
  }

  get #isRaised(): boolean {
    return writtenVersion(this.#options.metadata) === FORMAT_VERSION
  }

  async #hasOlder(now: number): Promise<boolean> {
    const { metadata, timeoutMilliseconds } = this.#options
    for await (const { row } of readableRows(metadata, serverProcesses)) {
      const { readsFormat = 1 } = row
      if (readsFormat < FORMAT_VERSION && mayLive(row, now, timeoutMilliseconds)) return true
    }
    return false
  }
}

import type { Clock } from '../base/clock.ts'
import { completedUploads, renameTokens } from '../metadata/tables/tables.ts'
import { dayOf } from '../s3/shared/service/day-of.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** Rows removed in one step. */
const PAGE = 1000

/** Forgets what uploads answered when they were completed, and which renames were done, once nobody may ask again. */
export class CompletedUploadWorker implements Worker {
  readonly name = 'completed-uploads'
  readonly restMilliseconds = 60 * 60 * 1000
  readonly #stores: Stores
  readonly #clock: Clock
  #done = 0

  constructor(stores: Stores, clock: Clock) {
    this.#stores = stores
    this.#clock = clock
  }

  status(): WorkerStatus {
    return { done: this.#done }
  }

  async step(): Promise<'progressed' | 'idle'> {
    const before = Math.max(dayOf(this.#clock) - 1, 0)
    const ranges = [completedUploads, renameTokens].map((table) => ({
      start: table.range().start,
      end: table.range(before).start,
      limit: PAGE,
    }))
    const entries = (await this.#stores.metadata.scanMany(ranges)).flat()
    if (entries.length === 0) return 'idle'
    await this.#stores.metadata.commit({ expect: [], put: [], remove: entries.map(({ key }) => key) })
    this.#done += entries.length
    return 'progressed'
  }
}

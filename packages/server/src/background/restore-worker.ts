import type { Clock } from '../base/clock.ts'
import { type RestoreMoment, type RestoreMomentRow, restoreMoments } from '../metadata/tables/event-tables.ts'
import type { ObjectRow } from '../metadata/tables/rows.ts'
import { buckets } from '../metadata/tables/tables.ts'
import { transact } from '../metadata/transaction.ts'
import { passOver, type ReadableRow, readableRows } from '../metadata/unreadable-rows.ts'
import { announceObject } from '../s3/shared/announcing/announce.ts'
import { isNotified } from '../s3/shared/announcing/notification-rules.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import { locateVersion } from '../s3/shared/version-rows/change-version.ts'
import { isObject } from '../s3/shared/object/version-order.ts'
import type { Worker, WorkerStatus } from './worker.ts'

type Moment = ReadableRow<Parameters<typeof restoreMoments.key>, RestoreMomentRow>

const PAGE = 100
const MOST_REST_MILLISECONDS = 60_000

/**
 * Tells of restorations that are done and of restored copies that have gone, which both come with time alone. Objects do
 * not wait for it: what they are at follows from the clock.
 */
export class RestoreWorker implements Worker {
  readonly name = 'restores'
  readonly restMilliseconds: number
  readonly #service: S3Service
  readonly #clock: Clock
  #done = 0

  constructor(service: S3Service) {
    this.#service = service
    this.#clock = service.clock
    this.restMilliseconds = Math.min(service.settings.dayMilliseconds, MOST_REST_MILLISECONDS)
  }

  status(): WorkerStatus {
    return { done: this.#done }
  }

  async step(): Promise<'progressed' | 'idle'> {
    const { start } = restoreMoments.range()
    const { start: end } = restoreMoments.range(this.#clock.now().getTime() + 1)
    const { metadata } = this.#service.stores
    let told = 0
    for await (const moment of readableRows(metadata, restoreMoments, { start, end }, PAGE)) {
      try {
        await this.#tell(moment)
        told++
      } catch (error) {
        passOver(metadata, error)
      }
      if (told === PAGE) break
    }
    this.#done += told
    return told > 0 ? 'progressed' : 'idle'
  }

  async #tell({ row: { bucketName }, parts: place }: Moment): Promise<void> {
    const [atMilliseconds, bucketId, key, versionId, moment] = place
    await transact(this.#service.stores.metadata, async (transaction) => {
      // Relied on, so that of two processes one tells of it.
      if (!(await transaction.get(restoreMoments, ...place))) return
      transaction.remove(restoreMoments, ...place)
      const bucket = await transaction.get(buckets, bucketName)
      if (bucket?.id !== bucketId || !isNotified(bucket)) return
      const row = (await locateVersion(transaction, bucket, key, versionId))?.row
      if (!row || !isObject(row) || timeOf(row, moment) !== atMilliseconds) return
      const event = { ...eventOf(row, moment), key, cause: 's3' } as const
      await announceObject(transaction, this.#service, bucketName, bucket, row, event)
    })
  }
}

/** `undefined` where the object is no longer restored; another time where it was restored again, or for longer. */
function timeOf({ restore, accessedMilliseconds }: ObjectRow, moment: RestoreMoment): number | undefined {
  if (moment === 'expired') return restore?.untilMilliseconds
  // One of INTELLIGENT_TIERING may have left its archive by now; it counts as read when it was restored.
  return restore?.readyMilliseconds ?? accessedMilliseconds
}

function eventOf({ restore, storageClass }: ObjectRow, moment: RestoreMoment) {
  if (moment === 'expired') return { name: 'ObjectRestore:Delete' } as const
  const { untilMilliseconds } = restore ?? {}
  const restoredUntil = untilMilliseconds === undefined ? undefined : new Date(untilMilliseconds)
  return { name: 'ObjectRestore:Completed', restoredClass: storageClass, restoredUntil } as const
}

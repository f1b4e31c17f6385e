import { transact } from '../metadata/transaction.ts'
import { bucketForWrite } from '../s3/shared/bucket/bucket-row.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import type { Access } from '../s3/shared/storage-tiers/access-times.ts'
import { archiveTierOf } from '../s3/shared/object/archive-of.ts'
import { isMonitored, lastAccess } from '../s3/shared/storage-tiers/monitored.ts'
import { changeVersion } from '../s3/shared/version-rows/change-version.ts'
import { countRestMilliseconds } from './count-rest.ts'
import { Changed, tryAll } from './lifecycle/try-action.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** Rows written side by side, so that their commits share a flush. */
const PAGE = 100

/** Writes into the rows of objects of INTELLIGENT_TIERING when they were read, as this process saw it. */
export class AccessTimeWorker implements Worker {
  readonly name = 'access-times'
  readonly isOfProcess = true
  readonly restMilliseconds: number
  readonly #service: S3Service
  #done = 0

  constructor(service: S3Service) {
    this.#service = service
    this.restMilliseconds = countRestMilliseconds(service)
  }

  status(): WorkerStatus {
    return { done: this.#done, left: this.#service.accesses.pendingCount }
  }

  async step(): Promise<'progressed' | 'idle'> {
    const { accesses } = this.#service
    const taken = accesses.take()
    for (let at = 0; at < taken.length; at += PAGE) {
      try {
        this.#done += await tryAll(
          this.#service.stores.metadata,
          taken.slice(at, at + PAGE).map((access) => () => this.#write(access)),
        )
      } catch (error) {
        accesses.giveBack(taken.slice(at))
        throw error
      }
    }
    return taken.length > 0 ? 'progressed' : 'idle'
  }

  async #write({ bucketName, bucket, key, versionId, accessedMilliseconds }: Access): Promise<void> {
    await transact(this.#service.stores.metadata, async (transaction) => {
      const now = await bucketForWrite(transaction, bucketName, bucket)
      await changeVersion(transaction, now, key, versionId, (row) => {
        if (!isMonitored(row) || lastAccess(row) >= accessedMilliseconds) throw new Changed()
        // Archived since it was read, by a worker that could not know: that is taken back.
        const restore = archiveTierOf(row) && { readyMilliseconds: accessedMilliseconds }
        return { accessedMilliseconds, ...(restore && { restore }) }
      })
    })
  }
}

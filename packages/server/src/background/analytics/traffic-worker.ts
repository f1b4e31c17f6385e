import { analysisTraffic } from '../../metadata/tables/analytics-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { type PendingTraffic, sumOfTraffic } from '../../s3/shared/analyzing/analyzed-traffic.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { countRestMilliseconds } from '../count-rest.ts'
import type { Worker, WorkerStatus } from '../worker.ts'

/** Rows of one commit. */
const PAGE = 50

/** Adds what this process counted for storage class analyses to what others did. */
export class TrafficWorker implements Worker {
  readonly name = 'analytics-traffic'
  readonly isOfProcess = true
  readonly restMilliseconds: number
  readonly #service: S3Service
  #done = 0

  constructor(service: S3Service) {
    this.#service = service
    this.restMilliseconds = countRestMilliseconds(service)
  }

  status(): WorkerStatus {
    return { done: this.#done, left: this.#service.analyzedTraffic.pendingCount }
  }

  async step(): Promise<'progressed' | 'idle'> {
    const { analyzedTraffic: traffic } = this.#service
    const taken = traffic.take()
    for (let at = 0; at < taken.length; at += PAGE) {
      const page = taken.slice(at, at + PAGE)
      try {
        await this.#write(page)
      } catch (error) {
        traffic.giveBack(taken.slice(at))
        throw error
      }
      this.#done += page.length
    }
    return taken.length > 0 ? 'progressed' : 'idle'
  }

  async #write(page: readonly PendingTraffic[]): Promise<void> {
    await transact(this.#service.stores.metadata, async (transaction) => {
      for (const { bucketId, configurationId, day, row } of page) {
        const place = [bucketId, configurationId, day] as const
        const before = await transaction.getIfReadable(analysisTraffic, ...place)
        transaction.put(analysisTraffic, [...place], before ? sumOfTraffic(before, row) : row)
      }
    })
  }
}

import type { Log } from '../../base/log.ts'
import type { AccessLogConfig } from '../../config/config.ts'
import { S3Error } from '../../model/s3-error.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import {
  AlreadyDelivered,
  type LogBatch,
  writeLogObject,
} from '../../s3/operations/logging/write-log-object.ts'
import type { Worker, WorkerStatus } from '../worker.ts'
import { dropOldest, nextWaiting, readBatch, type WaitingEntry } from './waiting-records.ts'

/** How often it looks whether something is due. */
const LOOK_MILLISECONDS = 10_000

/** How long a target bucket that refused is left alone. */
const RETRY_MILLISECONDS = 60_000

type DeliverySettings = Pick<AccessLogConfig, 'deliverySeconds' | 'undeliveredMegabytes'>

/** Since the process started. */
export interface DeliveryCounts {
  readonly delivered: number
  readonly objects: number
  readonly refusals: number
  readonly lost: number
}

interface Refusal {
  readonly code: string
  readonly retryMilliseconds: number
}

/**
 * Delivers access logs: gathers the records of one bucket that are old enough, or many, into an object of the target
 * bucket. Records of a target that is gone or refuses wait, as many as the settings let. Its own writes are no requests,
 * so that no log tells of logs.
 */
export class AccessLogWorker implements Worker {
  readonly name = 'access-logs'
  readonly restMilliseconds: number
  readonly #service: S3Service
  readonly #everyMilliseconds: number
  readonly #undeliveredBytes: number
  readonly #log: Log
  /** By bucket id: those whose target refused the last time. */
  #refused = new Map<string, Refusal>()
  /** Those that still have something waiting, as far as this pass came. */
  #stillRefused = new Map<string, Refusal>()
  #afterBucketId: string | undefined
  #counts = { delivered: 0, objects: 0, refusals: 0, lost: 0 }

  constructor(service: S3Service, log: Log, settings: DeliverySettings) {
    this.#service = service
    this.#everyMilliseconds = settings.deliverySeconds * 1000
    this.#undeliveredBytes = settings.undeliveredMegabytes * 1_000_000
    this.#log = log
    this.restMilliseconds = Math.min(this.#everyMilliseconds, LOOK_MILLISECONDS)
  }

  get counts(): DeliveryCounts {
    return this.#counts
  }

  status(): WorkerStatus {
    return { done: this.#counts.objects }
  }

  async step(signal: AbortSignal): Promise<'progressed' | 'idle'> {
    const { metadata } = this.#service.stores
    while (!signal.aborted) {
      const waiting = await nextWaiting(metadata, this.#afterBucketId)
      if (!waiting) break
      if (this.#isDue(waiting) && (await this.#deliver(waiting.bucketId, signal))) return 'progressed'
      this.#afterBucketId = waiting.bucketId
      const refusal = this.#refused.get(waiting.bucketId)
      if (refusal) this.#stillRefused.set(waiting.bucketId, refusal)
    }
    this.#afterBucketId = undefined
    this.#refused = this.#stillRefused
    this.#stillRefused = new Map()
    return 'idle'
  }

  get #now(): number {
    return this.#service.clock.now().getTime()
  }

  #isDue({ bucketId, milliseconds, isFull }: WaitingEntry): boolean {
    const retryMilliseconds = this.#refused.get(bucketId)?.retryMilliseconds
    if (retryMilliseconds !== undefined && this.#now < retryMilliseconds) return false
    // A clock set back since then must not keep them waiting.
    return isFull || Math.abs(this.#now - milliseconds) >= this.#everyMilliseconds
  }

  /** Whether there may be more to deliver of the same bucket. */
  async #deliver(bucketId: string, signal: AbortSignal): Promise<boolean> {
    const batch = await readBatch(this.#service.stores.metadata, bucketId)
    if (!batch) return false
    try {
      await writeLogObject(this.#service, batch, { signal })
    } catch (error) {
      if (error instanceof AlreadyDelivered) return true
      if (!(error instanceof S3Error)) throw error
      await this.#refuse(bucketId, batch, error)
      return false
    }
    this.#refused.delete(bucketId)
    this.#counts.objects++
    this.#counts.delivered += batch.recordCount
    return true
  }

  async #refuse(bucketId: string, { source, logging }: LogBatch, { code, message }: S3Error): Promise<void> {
    this.#counts.refusals++
    const { bucketName: bucket } = source
    const { targetBucket } = logging
    if (this.#refused.get(bucketId)?.code !== code) {
      this.#log.warn({ bucket, targetBucket, code, message }, 'access logs cannot be delivered')
    }
    this.#refused.set(bucketId, { code, retryMilliseconds: this.#now + RETRY_MILLISECONDS })
    const { metadata } = this.#service.stores
    const records = await dropOldest(metadata, bucketId, this.#undeliveredBytes)
    if (records === 0) return
    this.#counts.lost += records
    this.#log.warn({ bucket, targetBucket, records }, 'records of access logs were given up')
  }
}

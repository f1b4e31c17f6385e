import { outbox, type OutboxRow } from '../../metadata/tables/event-tables.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import { tellLate } from '../../s3/operations/replication/tell-late.ts'
import { readParsed } from '../../s3/shared/bucket/bucket-documents.ts'
import { findBucket } from '../../s3/shared/bucket/bucket-row.ts'
import type { ReplicationTask } from '../../s3/shared/replicating/queue-replication.ts'
import { isReplicationQueue } from '../../s3/shared/replicating/replication-queues.ts'
import {
  parseRules,
  type ReplicationRule,
  TIME_CONTROL_MILLISECONDS,
} from '../../s3/shared/replicating/replication-rules.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { outboxDestinations } from '../events/outbox-destinations.ts'
import type { Worker, WorkerStatus } from '../worker.ts'

/** What waits by one rule, as the last pass saw it. */
export interface RuleBacklog {
  readonly bucket: string
  readonly rule: string
  readonly destination: string
  operations: number
  bytes: number
  /** Of the oldest. */
  latencyMilliseconds: number
}

/** S3 tells minute by minute. Source: S3 User Guide, "Monitoring replication with metrics, event notifications, and statuses". */
const REST_MILLISECONDS = 60_000
/** A pass over millions of tasks takes seconds: the worker rests so many times as long. */
const RESTS_PER_PASS = 20

/**
 * Walks through all that waits to be replicated, once a minute: counts it for each rule with metrics, and tells of what waits for
 * longer than a rule with time control promises.
 */
export class ReplicationTimesWorker implements Worker {
  readonly name = 'replication-times'
  readonly #service: S3Service
  #restMilliseconds = REST_MILLISECONDS
  #backlogs: readonly RuleBacklog[] = []
  #told = 0

  constructor(service: S3Service) {
    this.#service = service
  }

  get restMilliseconds(): number {
    return this.#restMilliseconds
  }

  status(): WorkerStatus {
    return { done: this.#told }
  }

  get backlogs(): readonly RuleBacklog[] {
    return this.#backlogs
  }

  async step(signal: AbortSignal): Promise<'idle'> {
    const { clock, stores } = this.#service
    const { metadata } = stores
    const begunMilliseconds = clock.elapsedMilliseconds()
    const pass = new Pass(this.#service)
    for await (const queue of outboxDestinations(metadata)) {
      if (!isReplicationQueue(queue)) continue
      for await (const { parts: place, row } of readableRows(metadata, outbox, outbox.range(queue))) {
        if (signal.aborted) break
        this.#told += await pass.look(place, row)
      }
    }
    this.#backlogs = [...pass.backlogs.values()]
    const tookMilliseconds = clock.elapsedMilliseconds() - begunMilliseconds
    this.#restMilliseconds = Math.max(REST_MILLISECONDS, tookMilliseconds * RESTS_PER_PASS)
    return 'idle'
  }
}

class Pass {
  readonly backlogs = new Map<string, RuleBacklog>()
  readonly #service: S3Service
  readonly #now: number
  readonly #rules = new Map<string, Promise<readonly ReplicationRule[]>>()

  constructor(service: S3Service) {
    this.#service = service
    this.#now = service.clock.now().getTime()
  }

  /** Counts it; returns how many were told of. */
  async look(place: readonly [queue: string, sequence: string], row: OutboxRow): Promise<number> {
    const task = JSON.parse(row.message) as ReplicationTask
    const rules = (await this.#rulesOf(task)).filter(({ id }) => task.rules.includes(id))
    for (const rule of rules) if (rule.tellsFailures) this.#count(task, rule)
    const timed = rules.filter(({ isTimed }) => isTimed)
    const isOld = this.#now - task.queuedMilliseconds > TIME_CONTROL_MILLISECONDS
    if (timed.length === 0 || !isOld || row.isLate) return 0
    await tellLate(this.#service, place, task, timed)
    return 1
  }

  #count(
    { bucketName: bucket, queuedMilliseconds, sizeBytes = 0 }: ReplicationTask,
    rule: ReplicationRule,
  ): void {
    const name = `${bucket}/${rule.id}`
    const known = this.backlogs.get(name) ?? {
      bucket,
      rule: rule.id,
      destination: rule.destination,
      operations: 0,
      bytes: 0,
      latencyMilliseconds: 0,
    }
    known.operations++
    known.bytes += sizeBytes
    known.latencyMilliseconds = Math.max(known.latencyMilliseconds, this.#now - queuedMilliseconds)
    this.backlogs.set(name, known)
  }

  #rulesOf({ bucketName, bucketId }: ReplicationTask): Promise<readonly ReplicationRule[]> {
    const known = this.#rules.get(bucketId) ?? this.#readRules(bucketName, bucketId)
    this.#rules.set(bucketId, known)
    return known
  }

  async #readRules(bucketName: string, bucketId: string): Promise<readonly ReplicationRule[]> {
    const bucket = await findBucket(this.#service.stores, bucketName)
    if (bucket?.id !== bucketId) return []
    return (await readParsed(this.#service, bucket, 'replication', parseRules))?.rules ?? []
  }
}

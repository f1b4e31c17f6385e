import type { Clock } from '../../../base/clock.ts'
import type { Log } from '../../../base/log.ts'
import type { Random } from '../../../base/random.ts'
import type { AccessLogConfig } from '../../../config/config.ts'
import type { OrderedStore, Put } from '../../../metadata/ordered-store.ts'
import { type LogSource, waitingLogs } from '../../../metadata/tables/log-tables.ts'
import { writtenVersion } from '../../../metadata/written-version.ts'
import type { BucketRow, LoggingRow } from '../../../metadata/tables/rows.ts'

/** Records of one bucket are written as soon as there are so many bytes of them. */
export const FULL_BYTES = 256 * 1024

/** What waits in memory at the most, while the store is too slow or unwell; records beyond it are lost. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024

export interface AccessLogOptions {
  readonly metadata: OrderedStore
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly settings: Pick<AccessLogConfig, 'saveSeconds'>
}

/** Takes the records of requests, for the buckets that keep an access log. */
export interface AccessLogSink {
  /** Nothing where the bucket keeps no log. Never fails and never waits. `line` has its line end. */
  note(bucketName: string, bucket: BucketRow, at: Date, line: string): void
}

/** Records of one bucket and one day that are not yet in the store. */
interface Chunk {
  /** In the store; the same however often writing it is tried. */
  readonly key: Uint8Array
  readonly bucketId: string
  readonly source: LogSource
  readonly logging: LoggingRow
  readonly day: string
  readonly lines: string[]
  sizeBytes: number
}

/**
 * The access logs of this process on their way into the store, where they wait for delivery. Records are gathered for a
 * moment, so that a busy bucket costs a commit a second and not one a request.
 */
export class AccessLog implements AccessLogSink {
  readonly #options: AccessLogOptions
  readonly #stop = new AbortController()
  /** By bucket id. */
  readonly #open = new Map<string, Chunk>()
  #closed: Chunk[] = []
  #waitingBytes = 0
  #isTimed = false
  #isFailing = false
  #saving: Promise<void> = Promise.resolve()
  #recorded = 0
  #lost = 0

  constructor(options: AccessLogOptions) {
    this.#options = options
  }

  /** Since the process started: records taken, and those of them that were lost. */
  get counts(): { readonly recorded: number; readonly lost: number } {
    return { recorded: this.#recorded, lost: this.#lost }
  }

  note(bucketName: string, bucket: BucketRow, at: Date, line: string): void {
    const { logging } = bucket
    if (!logging) return
    this.#recorded++
    const sizeBytes = Buffer.byteLength(line)
    if (this.#waitingBytes + sizeBytes > MOST_WAITING_BYTES) {
      this.#lost++
      return
    }
    const chunk = this.#chunkFor(bucketName, bucket, logging, at)
    chunk.lines.push(line)
    chunk.sizeBytes += sizeBytes
    this.#waitingBytes += sizeBytes
    if (chunk.sizeBytes >= FULL_BYTES) {
      this.#close(chunk)
      void this.save()
    } else this.#saveSoon()
  }

  /** Writes what has been taken so far. A store that fails is tried again later; nothing is thrown. */
  save(): Promise<void> {
    this.#saving = this.#saving.then(() => this.#saveAll())
    return this.#saving
  }

  /** The last thing to do, when no more requests come. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.save()
    const records = this.#closed.reduce((sum, { lines }) => sum + lines.length, 0)
    if (records > 0) this.#options.log.error({ records }, 'records of access logs were lost')
  }

  /** A change of the settings, or of the date, begins another chunk: it may go elsewhere. */
  #chunkFor(bucketName: string, bucket: BucketRow, logging: LoggingRow, at: Date): Chunk {
    const day = at.toISOString().slice(0, 10)
    const known = this.#open.get(bucket.id)
    if (known?.logging === logging && known.day === day) return known
    if (known) this.#close(known)
    const source = sourceOf(bucketName, bucket)
    const key = this.#newKey(bucket.id)
    const chunk: Chunk = { key, bucketId: bucket.id, source, logging, day, lines: [], sizeBytes: 0 }
    this.#open.set(bucket.id, chunk)
    return chunk
  }

  #newKey(bucketId: string): Uint8Array {
    const { clock, random } = this.#options
    return waitingLogs.key(bucketId, clock.now().getTime(), random.bytes(9).toString('base64url'))
  }

  #close(chunk: Chunk): void {
    this.#open.delete(chunk.bucketId)
    this.#closed.push(chunk)
  }

  #saveSoon(): void {
    if (this.#isTimed || this.#stop.signal.aborted) return
    this.#isTimed = true
    void this.#saveInTime()
  }

  /** Until nothing waits any more, also where the store fails for a while. */
  async #saveInTime(): Promise<void> {
    const { clock, settings } = this.#options
    const { signal } = this.#stop
    while (this.#waitingBytes > 0 && !signal.aborted) {
      // Being stopped rejects the sleep: the last save is for who stops it.
      await clock.sleep(settings.saveSeconds * 1000, signal).catch(() => undefined)
      if (!signal.aborted) await this.save()
    }
    this.#isTimed = false
  }

  async #saveAll(): Promise<void> {
    for (const chunk of this.#open.values()) this.#close(chunk)
    const chunks = this.#closed
    if (chunks.length === 0) return
    const { metadata, log } = this.#options
    this.#closed = []
    try {
      await metadata.commit({
        expect: [],
        put: chunks.map((chunk) => waitingPut(metadata, chunk)),
        remove: [],
      })
      this.#waitingBytes -= chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      this.#isFailing = false
    } catch (err) {
      this.#closed = [...chunks, ...this.#closed]
      if (!this.#isFailing) log.error({ err }, 'access logs could not be written; trying again')
      this.#isFailing = true
    }
  }
}

function waitingPut(metadata: OrderedStore, { key, source, logging, day, lines }: Chunk): Put {
  const row = { source, logging, day, recordCount: lines.length, text: lines.join('') }
  return { key, value: waitingLogs.encode(key, row, writtenVersion(metadata)) }
}

/** The bucket whose requests are recorded. */
export function sourceOf(bucketName: string, { ownerAccountId, region }: BucketRow): LogSource {
  return { bucketName, ownerAccountId, region }
}

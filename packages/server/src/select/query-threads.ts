import { extname } from 'node:path'
import type { Soon } from '../base/soon.ts'
import { StreamThread } from '../base/stream-thread.ts'
import { FairGate, GateFull } from '../limits/fair-gate.ts'
import { S3Error } from '../model/s3-error.ts'
import type { QueryRequest } from './answer-query.ts'
import { unpackError } from './packed-error.ts'
import type { QueryTask } from './query-thread.ts'
import type { ObjectSource } from './records/formats.ts'

/** More at once only take each other's time. One account may hold three quarters of them alone, so that others find a place. */
const MOST_QUERIES = 16
/** Queries need little; row groups of Parquet are what this is for, 256 MB each as they are stored. */
const MEMORY_MEGABYTES = 1024

/**
 * Queries of this process, answered in a thread of their own: reading records and evaluating SQL for gigabytes would hold up all
 * other requests. The thread begins with the first query.
 */
export class QueryThreads implements AsyncDisposable {
  readonly #thread = new StreamThread<QueryTask>(
    new URL(`./query-thread${extname(import.meta.url)}`, import.meta.url),
    MEMORY_MEGABYTES,
    unpackError,
  )
  /** Nobody waits for a place. */
  readonly #places = new FairGate(MOST_QUERIES, 0)

  /**
   * The messages that answer a query, as `answerQuery` makes them. Throws SlowDown where too many are under way, all in all or of its
   * account, what reading the source throws, and the signal's reason.
   */
  async *run(
    request: QueryRequest,
    source: ObjectSource,
    { accountId, signal }: { readonly accountId: string; readonly signal?: AbortSignal | undefined },
  ): AsyncGenerator<Uint8Array, void, undefined> {
    await this.#enter(accountId)
    try {
      const task = { request, sizeBytes: source.sizeBytes }
      yield* this.#thread.run(task, (start, end) => source.read(start, end), signal)
    } finally {
      this.#places.leave(accountId)
    }
  }

  #enter(accountId: string): Soon<void> {
    try {
      return this.#places.enter(accountId)
    } catch (error) {
      throw error instanceof GateFull ? new S3Error('SlowDown') : error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]()
  }
}

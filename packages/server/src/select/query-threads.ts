import { extname } from 'node:path'
import { StreamThread } from '../base/stream-thread.ts'
import { S3Error } from '../model/s3-error.ts'
import type { QueryRequest } from './answer-query.ts'
import { unpackError } from './packed-error.ts'
import type { QueryTask } from './query-thread.ts'
import type { ObjectSource } from './records/formats.ts'

/** More at once only take each other's time. */
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
  #count = 0

  /**
   * The messages that answer a query, as `answerQuery` makes them. Throws SlowDown where too many are under way, what reading the
   * source throws, and the signal's reason.
   */
  async *run(
    request: QueryRequest,
    source: ObjectSource,
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#count >= MOST_QUERIES) throw new S3Error('SlowDown')
    this.#count++
    try {
      const task = { request, sizeBytes: source.sizeBytes }
      yield* this.#thread.run(task, (start, end) => source.read(start, end), signal)
    } finally {
      this.#count--
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]()
  }
}

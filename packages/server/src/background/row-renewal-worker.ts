import { ALL_KEYS } from '../metadata/key-limits.ts'
import { justAfter } from '../metadata/just-after.ts'
import type { Entry, Expectation, OrderedStore, Put } from '../metadata/ordered-store.ts'
import { FORMAT_VERSION } from '../metadata/store-format.ts'
import { tableOf } from '../metadata/known-tables.ts'
import { rowRenewal } from '../metadata/tables/worker-tables.ts'
import { putOf } from '../metadata/transaction.ts'
import { readIfReadable, unlessUnreadable } from '../metadata/unreadable-rows.ts'
import { writtenVersion } from '../metadata/written-version.ts'
import type { Worker, WorkerStatus } from './worker.ts'

/** Goes up where rows of a table begin to be written otherwise, so that those of older versions are gone through again. */
const REVISION = 1

const ROWS_A_STEP = 200
/** A store of ten million rows takes half a day, and nobody notices. */
const REST_MILLISECONDS = 500
const REST_BEFORE_MILLISECONDS = 60_000
const REST_WHEN_DONE_MILLISECONDS = 24 * 60 * 60 * 1000

/**
 * Writes rows as they are written today that an older version wrote and nobody has changed since: one with a checksum, a
 * smaller one. It begins once no older process shares the store. A row that changes meanwhile is left to who changes it.
 */
export class RowRenewalWorker implements Worker {
  readonly name = 'row-renewal'
  readonly #metadata: OrderedStore
  #renewed = 0
  #isDone = false

  constructor(metadata: OrderedStore) {
    this.#metadata = metadata
  }

  get restMilliseconds(): number {
    if (this.#isDone) return REST_WHEN_DONE_MILLISECONDS
    return this.#isRaised ? REST_MILLISECONDS : REST_BEFORE_MILLISECONDS
  }

  get #isRaised(): boolean {
    return writtenVersion(this.#metadata) === FORMAT_VERSION
  }

  status(): WorkerStatus {
    return { done: this.#renewed, left: this.#isDone ? 0 : undefined }
  }

  async step(): Promise<'idle'> {
    const metadata = this.#metadata
    if (!this.#isRaised) return 'idle'
    const progress = await readIfReadable(metadata, rowRenewal)
    const after = progress?.revision === REVISION ? progress.after : ''
    this.#isDone = after === undefined
    if (after === undefined) return 'idle'
    const start = after === '' ? ALL_KEYS.start : justAfter(Buffer.from(after, 'base64'))
    const entries = await metadata.scan({ start, end: ALL_KEYS.end, limit: ROWS_A_STEP })
    const changes = entries.flatMap((entry) => this.#change(entry))
    // One by one where somebody changed one of them meanwhile.
    if (!(await commitAll(metadata, changes)))
      for (const change of changes) await commitAll(metadata, [change])
    const last = entries.length < ROWS_A_STEP ? undefined : entries.at(-1)
    const row = { revision: REVISION, after: last && Buffer.from(last.key).toString('base64') }
    await metadata.commit({ expect: [], put: [putOf(metadata, rowRenewal, [], row)], remove: [] })
    this.#renewed += changes.length
    this.#isDone = last === undefined
    return 'idle'
  }

  #change({ key, value, stamp }: Entry): RowChange[] {
    const renewed = unlessUnreadable(this.#metadata, () => tableOf(key)?.renew({ key, value }))
    return renewed ? [{ expect: { key, stamp }, put: { key, value: renewed } }] : []
  }
}

interface RowChange {
  readonly expect: Expectation
  readonly put: Put
}

async function commitAll(metadata: OrderedStore, changes: readonly RowChange[]): Promise<boolean> {
  if (changes.length === 0) return true
  const expect = changes.map((change) => change.expect)
  return metadata.commit({ expect, put: changes.map(({ put }) => put), remove: [] })
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Soon, soon } from '../base/soon.ts'
import { keyText } from './key-text.ts'
import type { Entry, Expectation, OrderedStore, Put, Stamp } from './ordered-store.ts'
import type { RowCache } from './row-cache.ts'
import { RowsByKey } from './rows-by-key.ts'
import type { StoredRow, Table } from './table.ts'
import { assert } from '../base/assert.ts'
import { turnAtRow } from './turn-at-row.ts'
import { passOver } from './unreadable-rows.ts'
import { isNoUsage, noUsage, type UsageAmounts } from './usage-amounts.ts'
import { usageLedger } from './usage-ledger.ts'
import { type WrittenVersion, writtenVersion } from './written-version.ts'
import type { TuplePart } from './tuple.ts'

/** Given up after this many lost races; then the store is too contended to promise anything. */
const MOST_ATTEMPTS = 1000

/** Thrown when a transaction lost every race it was given. */
export class ContentionError extends Error {
  override readonly name = 'ContentionError'
}

interface PendingPut extends Put {
  readonly tableName: string
}

/** What a transaction changes of what a bucket holds. */
interface BucketUsage {
  readonly bucketId: string
  readonly change: UsageAmounts
}

/** Something of which there is only so much, taken for a commit at the moment that it is made. */
export interface Reservation {
  /** False where there is not enough any more: then the transaction runs again. */
  take(): boolean
  /** The commit did not happen. */
  giveBack(): void
}

/**
 * Reads that are remembered and writes that are held back until the commit. What was read through it is still as it
 * was read when the commit happens; otherwise the whole body runs again.
 */
export class Transaction {
  readonly #store: OrderedStore
  readonly #expected = new RowsByKey<Expectation>()
  readonly #puts = new RowsByKey<PendingPut>()
  readonly #removals = new RowsByKey<Uint8Array>()
  #afterCommit: (() => void)[] | undefined
  #usage: BucketUsage | undefined
  #lastLook: (() => Promise<void>) | undefined
  #reservations: Reservation[] | undefined

  constructor(store: OrderedStore) {
    this.#store = store
  }

  /**
   * Reads a row and relies on it: the commit fails when it has changed by then. A row that this transaction wrote or
   * removed is as it left it.
   */
  get<Key extends readonly TuplePart[], Row>(table: Table<Key, Row>, ...parts: Key): Soon<Row | undefined> {
    return this.#read(table.key(...parts), (stored) => table.decode(stored))
  }

  /** The same for a row that is read again and again: it is decoded once for each change. */
  getThrough<Key extends readonly string[], Row>(
    cache: RowCache<Key, Row>,
    ...parts: Key
  ): Soon<Row | undefined> {
    return this.#read(cache.key(...parts), (stored, stamp) =>
      cache.decode(this.#store, stored, stamp, ...parts),
    )
  }

  /** `decode` gets no stamp for what this transaction wrote. */
  #read<Row>(
    key: Buffer,
    decode: (stored: StoredRow, stamp: Stamp | undefined) => Row,
  ): Soon<Row | undefined> {
    const written = this.#puts.get(key)
    if (written) return decode(written, undefined)
    if (this.#removals.has(key)) return undefined
    return soon(this.#store.get(key), (entry) => {
      this.#expected.set(key, { key, stamp: entry?.stamp })
      return entry && decode(entry, entry.stamp)
    })
  }

  /**
   * The same for rows that may be lost: one that cannot be read is told and counts as absent, so that the transaction
   * writes it anew.
   */
  async getIfReadable<Key extends readonly TuplePart[], Row>(
    table: Table<Key, Row>,
    ...parts: Key
  ): Promise<Row | undefined> {
    try {
      return await this.get(table, ...parts)
    } catch (error) {
      passOver(this.#store, error)
      return undefined
    }
  }

  /** Relies on an entry read elsewhere, or on the key's absence. */
  expect(key: Uint8Array, stamp: Stamp | undefined): void {
    this.#expected.set(key, { key, stamp })
  }

  put<Key extends readonly TuplePart[], Row>(table: Table<Key, Row>, parts: Key, row: Row): void {
    const key = table.key(...parts)
    this.#removals.delete(key)
    this.#puts.set(key, { key, value: table.encode(key, row, this.writtenVersion), tableName: table.name })
  }

  remove<Key extends readonly TuplePart[], Row>(table: Table<Key, Row>, ...parts: Key): void {
    const key = table.key(...parts)
    this.#puts.delete(key)
    this.#removals.set(key, key)
  }

  /** A read of many rows that is not relied on: a commit does not fail because they changed. */
  scan(range: { start: Uint8Array; end: Uint8Array; limit: number }): Promise<Entry[]> {
    return this.#store.scan(range)
  }

  /** Whether it writes a row of that table. */
  putsInto({ name }: { readonly name: string }): boolean {
    return this.#puts.rows().some(({ tableName }) => tableName === name)
  }

  /** Runs `action` once what this transaction writes is durable; not where its body runs again. */
  afterCommit(action: () => void): void {
    this.#afterCommit ??= []
    this.#afterCommit.push(action)
  }

  /** What it changes of what a bucket holds, to be added to: it is counted in the same commit. One bucket a transaction. */
  usageOf(bucketId: string): UsageAmounts {
    this.#usage ??= { bucketId, change: noUsage() }
    assert(this.#usage.bucketId === bucketId, 'a commit changes what one bucket holds')
    return this.#usage.change
  }

  /** What it changes of what a bucket holds, as far as is known by now. */
  changeOf(bucketId: string): Readonly<UsageAmounts> | undefined {
    return this.#usage?.bucketId === bucketId ? this.#usage.change : undefined
  }

  /** Has `look` called once the body has run, which may read and write, and refuse by throwing. One a transaction. */
  lookLast(look: () => Promise<void>): void {
    this.#lastLook = look
  }

  /** The look that was asked for. */
  get lastLook(): (() => Promise<void>) | undefined {
    return this.#lastLook
  }

  reserve(reservation: Reservation): void {
    this.#reservations ??= []
    this.#reservations.push(reservation)
  }

  /** For what is read and not relied on. */
  get store(): OrderedStore {
    return this.#store
  }

  /** How the rows are framed that it puts. */
  get writtenVersion(): WrittenVersion {
    return writtenVersion(this.#store)
  }

  /** What it has read and relies on. */
  get reads(): readonly Expectation[] {
    return this.#expected.rows()
  }

  /** A row that it changes as it was read, and may have lost a race for. */
  get changedAsRead(): string | undefined {
    const key = this.#expected.findKey((read) => this.#puts.has(read) || this.#removals.has(read))
    return key && keyText(key)
  }

  /** Whether there is anything to write. */
  get isEmpty(): boolean {
    return this.#puts.size === 0 && this.#removals.size === 0
  }

  /**
   * Where nothing is committed that would tell: what it read one after the other may never have been there at the same time, for
   * example when a row was moved from a place that was read early to one that was read late.
   */
  async wasTrueAtOnce(): Promise<boolean> {
    const expected = this.reads
    if (expected.length < 2) return true
    const found = await this.#store.getMany(expected.map(({ key }) => key))
    return expected.every(({ stamp }, index) => found[index]?.stamp === stamp)
  }

  /** True when all was written, durably; false when something read had changed. */
  commit(): Promise<boolean> {
    if (this.#reservations) return this.#commitReserved(this.#reservations)
    return this.#commit()
  }

  async #commitReserved(reservations: readonly Reservation[]): Promise<boolean> {
    const short = reservations.findIndex((reservation) => !reservation.take())
    const isCommitted = short < 0 && (await this.#commit())
    // Where it rejects nobody knows, and it counts as done.
    if (!isCommitted)
      for (const taken of reservations.slice(0, short < 0 ? undefined : short)) taken.giveBack()
    return isCommitted
  }

  #commit(): Promise<boolean> {
    if (this.isEmpty) return this.wasTrueAtOnce()
    const usage = this.#usage
    const committing = usage && !isNoUsage(usage.change) ? this.#commitWithUsage(usage) : this.#write()
    const actions = this.#afterCommit
    if (!actions) return committing
    return committing.then((isCommitted) => {
      if (isCommitted) for (const action of actions) action()
      return isCommitted
    })
  }

  #write(also?: Put): Promise<boolean> {
    const put: Put[] = this.#puts.rows()
    if (also) put.push(also)
    return this.#store.commit({ expect: this.#expected.rows(), put, remove: this.#removals.rows() })
  }

  #commitWithUsage({ bucketId, change }: BucketUsage): Promise<boolean> {
    const ledger = usageLedger(this.#store)
    const share = ledger.take(bucketId)
    return this.#write(share.put(change, this.writtenVersion)).then((isCommitted) => {
      if (isCommitted) share.add(change)
      ledger.giveBack(share)
      return isCommitted
    })
  }
}

/**
 * Runs `body` and commits what it wrote, all or nothing and durable; runs it anew where another commit came between.
 * What `body` throws is thrown, with nothing written, unless it threw for what it read in two halves of different times.
 */
export async function transact<T>(
  store: OrderedStore,
  body: (transaction: Transaction) => Soon<T>,
): Promise<T> {
  let endTurn: (() => void) | undefined
  try {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const transaction = new Transaction(store)
      let result: T
      try {
        const outcome = body(transaction)
        result = outcome instanceof Promise ? await outcome : outcome
        if (transaction.lastLook) await transaction.lastLook()
      } catch (error) {
        // Believed where the store cannot tell. A commit that failed is never tried again: it may be there.
        if (await transaction.wasTrueAtOnce().catch(() => true)) throw error
        await nextTurn()
        continue
      }
      if (await transaction.commit()) return result
      const lost = transaction.changedAsRead
      if (lost !== undefined) endTurn ??= await turnAtRow(store, lost)
      // Let the winner's other work go on before the next try.
      await nextTurn()
    }
    throw new ContentionError(`no commit in ${MOST_ATTEMPTS} attempts`)
  } finally {
    endTurn?.()
  }
}

/** One row as it is now. */
export function readRow<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: Table<Key, Row>,
  ...parts: Key
): Soon<Row | undefined> {
  return soon(store.get(table.key(...parts)), (entry) => entry && table.decode(entry))
}

/** A row as it is written outside a transaction, where nothing is relied on. */
export function putOf<Key extends readonly TuplePart[], Row>(
  store: OrderedStore,
  table: Table<Key, Row>,
  parts: Key,
  row: Row,
): Put {
  const key = table.key(...parts)
  return { key, value: table.encode(key, row, writtenVersion(store)) }
}

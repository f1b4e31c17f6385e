import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Client } from 'pg'
import { assert } from '../../../base/assert.ts'
import { systemClock } from '../../../base/clock.ts'
import type { CorrectedClock } from '../../../base/corrected-clock.ts'
import { type Random, systemRandom } from '../../../base/random.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import { assertChange, assertKey, assertRange } from '../../key-limits.ts'
import type { Change, Entry, OrderedStore, ScanRange, Snapshot } from '../../ordered-store.ts'
import { freshStamp } from '../../stamp.ts'
import { CommitQueue } from './commit-queue.ts'
import { Connection, type PostgresqlServer, send } from './connection.ts'
import { isAnswered, isLostRace } from './postgresql-fault.ts'
import { PrimaryFinder } from './primary-finder.ts'
import { PostgresqlSnapshot } from './postgresql-snapshot.ts'
import { readMany, scanAlone, scanRanges } from './reads.ts'
import { prepareTable } from './schema.ts'
import { DATABASE_ID, NOW } from './statements.ts'

export interface PostgresqlOptions {
  /** Servers of one cluster: one that is no standby is looked for, in this order. */
  readonly servers: readonly PostgresqlServer[]
  /** Connections at once, half of them for reads; snapshots have their own. At least 2. */
  readonly poolSize?: number
  /** How long a commit, or the answer to a read, may take before it is given up: 10 s if nothing is said. */
  readonly answerMilliseconds?: number
  readonly random?: Random
  /** Nothing is committed while it is more than 5 s from the server's; else it is corrected. Absent: it is not looked at. */
  readonly clock?: CorrectedClock | undefined
}

/**
 * The plan of each statement is the same whatever the table holds: by its one index. Whoever is paused in the middle of a commit loses
 * it, and the locks, before others have lost their patience; and so does who waits for locks and may be gone.
 */
const SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_sort: 'off',
  jit: 'off',
  bytea_output: 'hex',
  synchronous_commit: 'on',
  idle_in_transaction_session_timeout: '5s',
  lock_timeout: '8s',
}
/** A snapshot is read slowly at times, by a backup. */
const SNAPSHOT_SETTINGS = { ...SETTINGS, idle_in_transaction_session_timeout: '15min' }

/** The rows of a database. */
export interface PostgresqlMetadata extends OrderedStore {
  /** Names the database and the cluster that it is of: a copy that goes on by itself has another name, a standby the same. */
  readonly databaseId: string
  /** What time it is there, by which those go that share it. */
  now(): Promise<Date>
}

/** An ordered store in a table of a PostgreSQL database, which any number of processes on any number of machines share. */
export async function openPostgresql(options: PostgresqlOptions): Promise<PostgresqlMetadata> {
  const store = new PostgresqlStore(options)
  try {
    await store.prepare()
    return store
  } catch (error) {
    await store[Symbol.asyncDispose]()
    throw error
  }
}

interface WaitingGet {
  readonly key: Uint8Array
  readonly entry: PromiseWithResolvers<Entry | undefined>
}

class PostgresqlStore implements PostgresqlMetadata {
  /** Known once it is prepared. */
  databaseId = ''
  readonly #readers: readonly Connection[]
  readonly #writers: readonly Connection[]
  readonly #commits: CommitQueue
  readonly #answerMilliseconds: number
  readonly #openSnapshot: () => Connection
  #reads = 0
  /** Of the last commit: until one finds the clock right, nothing is read either. */
  #clockFault: StorageFault | undefined
  #gets: WaitingGet[] = []
  #isClosed = false

  constructor({
    servers,
    poolSize = 4,
    answerMilliseconds = 10_000,
    random = systemRandom,
    clock,
  }: PostgresqlOptions) {
    const finder = new PrimaryFinder(servers)
    const open = (settings: Record<string, string>): Connection =>
      new Connection({ servers: finder, settings, answerMilliseconds })
    const half = Math.max(1, Math.floor(poolSize / 2))
    this.#readers = Array.from({ length: Math.max(1, poolSize - half) }, () => open(SETTINGS))
    this.#writers = Array.from({ length: half }, () => open(SETTINGS))
    this.#answerMilliseconds = answerMilliseconds
    this.#commits = new CommitQueue(this.#writers, {
      freshStamp: () => freshStamp(random),
      clock,
      patienceMilliseconds: answerMilliseconds,
    })
    this.#openSnapshot = () => open(SNAPSHOT_SETTINGS)
  }

  async prepare(): Promise<void> {
    await prepareTable(this.#reader())
    const { rows } = await this.#read((client) => send(client, DATABASE_ID))
    this.databaseId = String(rows[0]?.[0])
  }

  async now(): Promise<Date> {
    this.#assertOpen()
    const { rows } = await this.#read((client) => send(client, NOW))
    return new Date(Number(rows[0]?.[0]))
  }

  /** Those of one turn are read together. */
  get(key: Uint8Array): Promise<Entry | undefined> {
    try {
      this.#assertOpen()
      assertKey(key)
    } catch (error) {
      return Promise.reject(error)
    }
    const entry = Promise.withResolvers<Entry | undefined>()
    this.#gets.push({ key, entry })
    if (this.#gets.length === 1) void nextTurn().then(() => this.#getAll())
    return entry.promise
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Entry | undefined)[]> {
    this.#assertOpen()
    for (const key of keys) assertKey(key)
    return this.#read((client) => readMany(client, keys))
  }

  async scan(range: ScanRange): Promise<Entry[]> {
    this.#assertOpen()
    assertRange(range)
    return this.#read((client) => scanAlone(client, range))
  }

  async scanMany(ranges: readonly ScanRange[]): Promise<Entry[][]> {
    this.#assertOpen()
    for (const range of ranges) assertRange(range)
    return this.#read((client) => scanRanges(client, ranges))
  }

  async snapshot(): Promise<Snapshot> {
    this.#assertOpen()
    return PostgresqlSnapshot.begin(this.#openSnapshot())
  }

  async commit(change: Change): Promise<boolean> {
    this.#assertOpen()
    assertChange(change)
    try {
      const isDone = await this.#commits.add(change)
      this.#clockFault = undefined
      return isDone
    } catch (error) {
      if (error instanceof StorageFault && error.kind === 'clock') this.#clockFault = error
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#commits.drain()
    await Promise.all([...this.#readers, ...this.#writers].map((connection) => connection.close()))
  }

  #assertOpen(): void {
    assert(!this.#isClosed, 'the store is closed')
  }

  #reader(): Connection {
    const reader = this.#readers[this.#reads++ % this.#readers.length]
    assert(reader !== undefined, 'no connection for reads')
    return reader
  }

  async #getAll(): Promise<void> {
    const gets = this.#gets
    this.#gets = []
    try {
      const keys = gets.map(({ key }) => key)
      const entries = await this.#read((client) => readMany(client, keys))
      for (const [index, { entry }] of gets.entries()) entry.resolve(entries[index])
    } catch (error) {
      for (const { entry } of gets) entry.reject(error)
    }
  }

  /** A connection that is lost meanwhile is made anew, once; one that gave no answer for long was waited for enough. */
  async #read<T>(run: (client: Client) => Promise<T>): Promise<T> {
    if (this.#clockFault) throw this.#clockFault
    const connection = this.#reader()
    const began = systemClock.elapsedMilliseconds()
    for (let attempt = 1; ; attempt++) {
      const client = await connection.client()
      try {
        return await run(client)
      } catch (error) {
        const fault = connection.failed(client, error, 'a read')
        const isLate = systemClock.elapsedMilliseconds() - began > this.#answerMilliseconds / 2
        if (attempt > 1 || isLate || (isAnswered(error) && !isLostRace(error))) throw fault
      }
    }
  }
}

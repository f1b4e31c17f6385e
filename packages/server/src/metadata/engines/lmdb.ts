import type { RangeOptions } from 'lmdb'
import { dirname, join } from 'node:path'
import { assert, InvariantViolation } from '../../base/assert.ts'
import { type Clock, systemClock } from '../../base/clock.ts'
import { type Disk, systemDisk } from '../../base/disk.ts'
import { atEndOfTurn } from '../../base/end-of-turn.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import type { SpaceGate } from '../../base/space-gate.ts'
import type { Soon } from '../../base/soon.ts'
import type { StorageFault } from '../../base/storage-fault.ts'
import { DamagedPages } from '../damaged-pages.ts'
import { groupBytes, groupEntry, pastGroup } from '../grouping.ts'
import { assertChange, assertKey, assertRange } from '../key-limits.ts'
import type {
  Change,
  Entry,
  Expectation,
  Grouping,
  OrderedStore,
  ScanRange,
  Snapshot,
} from '../ordered-store.ts'
import { freshStamp } from '../stamp.ts'
import { FencedStore } from './fenced.ts'
import { type LmdbDatabase, openLmdbDatabase } from './lmdb-database.ts'
import { lmdbFault } from './lmdb-fault.ts'
import { LmdbFile } from './lmdb-file.ts'
import { checkLmdbHeader } from './lmdb-header.ts'
import { LmdbLook } from './lmdb-look.ts'
import { LmdbRoom } from './lmdb-room.ts'
import { LmdbSnapshot } from './lmdb-snapshot.ts'

export interface LmdbOptions {
  /** The folder; made where it is missing. Several processes may have it open at once. */
  readonly path: string
  /** Nothing can be written, and the folder has to be there. */
  readonly readOnly?: boolean
  /** Address space to reserve at first, no memory or disk. The store grows beyond it by itself. */
  readonly mapSizeBytes?: number
  /** Two stores on one folder must not share a seed: stamps would repeat. */
  readonly random?: Random
  /** For the folder, and for making room in LMDB's file, which it reads and writes by itself otherwise. */
  readonly disk?: Disk
  readonly clock?: Clock
  /** What is kept in the file for changes that free space. */
  readonly reserveBytes?: number
  /** Asked before every change that frees nothing. */
  readonly space?: SpaceGate
  /** Told once when a commit has failed on the disk: this process commits nothing from then on. */
  readonly onBroken?: (fault: StorageFault) => void
  /** What is known of them before, and found out later; reads and commits keep away from them. */
  readonly pages?: DamagedPages
}

/** As lmdb asks whether a key is not there, which its types do not know. */
const ABSENT = null as unknown as number

/** Expectations that are held against the store off this thread; each takes a few frames of the stack. */
const MOST_NESTED = 500

/**
 * An ordered store in a folder of the local disk. Commits that come while another is being made durable share the
 * next write to disk. Throws `StorageFault('corrupt')` for a folder that holds something else.
 */
export async function openLmdb(options: LmdbOptions): Promise<OrderedStore> {
  const { path, disk = systemDisk, random = systemRandom } = options
  try {
    if (!options.readOnly) await disk.makeDirectory(path, 0o700)
    const file = join(path, 'data.mdb')
    const pageSizeBytes = await checkLmdbHeader(disk, file)
    const database = openLmdbDatabase(options, pageSizeBytes)
    if (!options.readOnly) {
      // The files' names must last as long as the bytes.
      await disk.syncDirectory(path)
      await disk.syncDirectory(dirname(path))
    }
    const store = new LmdbStore(database, random, roomOf(database, options), options)
    const pages = options.pages ?? new DamagedPages()
    const look = new LmdbLook({ disk, path: file, snapshots: database, clock: options.clock ?? systemClock })
    return new FencedStore(store, pages, look)
  } catch (error) {
    throw await lmdbFault(error, `opening ${path}`)
  }
}

function roomOf(database: LmdbDatabase, options: LmdbOptions): LmdbRoom {
  const { path, disk = systemDisk, clock = systemClock, reserveBytes } = options
  const { pageSize: pageBytes } = database.env.stat()
  const usedBytes = (): number => (database.env.info().lastPageNumber + 1) * pageBytes
  return new LmdbRoom({ disk, clock, path: join(path, 'data.mdb'), usedBytes, pageBytes, reserveBytes })
}

class LmdbStore implements OrderedStore {
  readonly #database: LmdbDatabase
  readonly #random: Random
  readonly #room: LmdbRoom
  readonly #file: () => LmdbFile
  readonly #space: SpaceGate | undefined
  readonly #onBroken: (fault: StorageFault) => void
  readonly #bounds: RangeOptions = { versions: true }
  /** Made once: lmdb makes a text decoder with each, half the cost of a short scan. It reads its bounds when it is run. */
  readonly #range: Iterable<{ key: Uint8Array; value: Uint8Array; version?: number }>
  readonly #keyBounds: RangeOptions = {}
  readonly #keys: Iterable<Uint8Array>
  readonly #underWay = new Set<PromiseWithResolvers<boolean>>()
  /**
   * After it LMDB takes no more in this process: what a failed write or flush left in memory is not to be trusted, and a
   * flush that is tried again can succeed without having written what the first one lost.
   */
  #broken: StorageFault | undefined
  #closed = false
  /** Whether the snapshot that reads see is of this turn. */
  #isFresh = false
  readonly #outdate = (): void => {
    this.#isFresh = false
  }

  constructor(
    database: LmdbDatabase,
    random: Random,
    room: LmdbRoom,
    { path, disk = systemDisk, space, onBroken = () => {} }: LmdbOptions,
  ) {
    this.#file = () => new LmdbFile(disk, join(path, 'data.mdb'))
    this.#database = database
    this.#range = database.getRange(this.#bounds)
    this.#keys = database.getKeys(this.#keyBounds)
    this.#random = random
    this.#room = room
    this.#space = space
    this.#onBroken = onBroken
  }

  get(key: Uint8Array): Soon<Entry | undefined> {
    try {
      assertKey(key)
      this.#assertOpen()
      this.#refresh()
      return this.#entry(key)
    } catch (error) {
      return this.#failedGet(error)
    }
  }

  async getMany(keys: readonly Uint8Array[]): Promise<(Entry | undefined)[]> {
    for (const key of keys) assertKey(key)
    this.#assertOpen()
    try {
      this.#refresh()
      return keys.map((key) => this.#entry(key))
    } catch (error) {
      throw await this.#failedRead(error)
    }
  }

  isAsRead(reads: readonly Expectation[]): boolean | undefined {
    for (const { key } of reads) assertKey(key)
    this.#assertOpen()
    try {
      this.#refresh()
      return reads.every(({ key, stamp }) => this.#database.doesExist(key, stamp ?? ABSENT))
    } catch {
      // A read tells what is wrong.
      this.#isFresh = false
      return undefined
    }
  }

  async scan(range: ScanRange): Promise<Entry[]> {
    const [entries = []] = await this.scanMany([range])
    return entries
  }

  async scanMany(ranges: readonly ScanRange[]): Promise<Entry[][]> {
    for (const range of ranges) assertRange(range)
    this.#assertOpen()
    try {
      this.#refresh()
      return ranges.map((range) => this.#entries(range))
    } catch (error) {
      throw await this.#failedRead(error)
    }
  }

  async snapshot(): Promise<Snapshot> {
    this.#assertOpen()
    try {
      this.#refresh()
      return new LmdbSnapshot(this.#database, this.#file())
    } catch (error) {
      throw await this.#failedRead(error)
    }
  }

  mark(): Promise<string | undefined> {
    this.#assertOpen()
    return this.#file().mark()
  }

  commit(change: Change): Promise<boolean> {
    const commit = Promise.withResolvers<boolean>()
    void this.#settle(commit, change)
    return commit.promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await Promise.allSettled(Array.from(this.#underWay, (commit) => commit.promise))
    // A broken one would wait for writes that never end.
    if (!this.#broken) await this.#database.close()
  }

  #assertOpen(): void {
    assert(!this.#closed, 'the store is closed')
  }

  /**
   * Makes the next reads see the newest commit, whichever process made it. Until the event loop goes on no news of
   * another can get into this process, so that reads share a snapshot until then: a new one for each costs 1.2 µs (a
   * timer of lmdb's, mostly), four times as much as the read.
   */
  #refresh(): void {
    if (this.#isFresh) return
    this.#database.resetReadTxn()
    this.#isFresh = true
    atEndOfTurn(this.#outdate)
  }

  async #failedGet(error: unknown): Promise<never> {
    throw error instanceof InvariantViolation ? error : await this.#failedRead(error)
  }

  /** What failed may have spoilt the snapshot for others. */
  #failedRead(error: unknown): Promise<StorageFault> {
    this.#isFresh = false
    return lmdbFault(error, 'a read')
  }

  #entry(key: Uint8Array): Entry | undefined {
    const found = this.#database.getEntry(key)
    return found && { key, value: found.value, stamp: found.version ?? 0 }
  }

  #entries({ start, end, limit, reverse = false, grouping }: ScanRange): Entry[] {
    if (limit === 0 || Buffer.compare(start, end) >= 0) return []
    if (grouping) return this.#grouped(start, { end, limit, grouping })
    Object.assign(this.#bounds, {
      start: reverse ? end : start,
      end: reverse ? start : end,
      exclusiveStart: reverse,
      inclusiveEnd: reverse,
      reverse,
    })
    const entries: Entry[] = []
    for (const { key, value, version = 0 } of this.#range) {
      entries.push({ key, value, stamp: version })
      if (entries.length === limit) break
    }
    return entries
  }

  /** Goes by keys alone as long as there are groups, which saves a quarter; entries of none are read as others are. */
  #grouped(start: Uint8Array, range: Pick<ScanRange, 'end' | 'limit'> & { grouping: Grouping }): Entry[] {
    const entries: Entry[] = []
    let from: Uint8Array | undefined = start
    while (from && entries.length < range.limit) {
      const key = this.#firstKey(from, range.end)
      if (!key) break
      const sizeBytes = groupBytes(key, range.grouping)
      if (sizeBytes === undefined) from = this.#takeUngrouped(key, range, entries)
      else {
        entries.push(groupEntry(key))
        from = pastGroup(key, sizeBytes)
      }
    }
    return entries
  }

  /** Appends the entries before the next group; tells where that begins. */
  #takeUngrouped(
    start: Uint8Array,
    { end, limit, grouping }: Pick<ScanRange, 'end' | 'limit'> & { grouping: Grouping },
    entries: Entry[],
  ): Uint8Array | undefined {
    Object.assign(this.#bounds, { start, end, exclusiveStart: false, inclusiveEnd: false, reverse: false })
    for (const { key, value, version = 0 } of this.#range) {
      if (entries.length === limit || groupBytes(key, grouping) !== undefined) return key
      entries.push({ key, value, stamp: version })
    }
    return undefined
  }

  #firstKey(start: Uint8Array, end: Uint8Array): Uint8Array | undefined {
    this.#keyBounds.start = start
    this.#keyBounds.end = end
    for (const key of this.#keys) return key
    return undefined
  }

  async #settle(commit: PromiseWithResolvers<boolean>, change: Change): Promise<void> {
    try {
      assertChange(change)
      this.#assertOpen()
      this.#underWay.add(commit)
      const admitting = this.#admit(change)
      if (admitting) await admitting
      try {
        if (this.#broken) throw this.#broken
        commit.resolve(await this.#write(change))
      } catch (error) {
        throw await this.#failed(error)
      } finally {
        this.#room.settle(change)
      }
    } catch (error) {
      commit.reject(error)
    } finally {
      this.#underWay.delete(commit)
    }
  }

  /** Makes certain that a change finds its place on the disk. */
  #admit(change: Change): Promise<void> | undefined {
    if (this.#broken) throw this.#broken
    const space = change.usesReserve ? undefined : this.#space?.admit(this.#room.bytesOf(change))
    return space ? space.then(() => this.#room.admit(change)) : this.#room.admit(change)
  }

  /** Each expectation is a block that runs within the write transaction only where it holds, one inside the other. */
  #write(change: Change): Promise<boolean> {
    if (change.expect.length === 0) return this.#database.batch(() => this.#apply(change))
    if (change.expect.length > MOST_NESTED) return this.#database.transaction(() => this.#applyIfHeld(change))
    const held: Promise<boolean>[] = []
    const nest = (index: number): void => {
      const expectation = change.expect[index]
      if (!expectation) return this.#apply(change)
      const { key, stamp } = expectation
      const inner = (): void => nest(index + 1)
      const database = this.#database
      held.push(stamp === undefined ? database.ifNoExists(key, inner) : database.ifVersion(key, stamp, inner))
    }
    nest(0)
    return Promise.all(held).then((all) => all.every(Boolean))
  }

  /** Within a write transaction, which waits for this thread: slower, but for any number of expectations. */
  #applyIfHeld(change: Change): boolean {
    const holds = change.expect.every(({ key, stamp }) => this.#entry(key)?.stamp === stamp)
    if (holds) this.#apply(change)
    return holds
  }

  #apply(change: Change): void {
    const stamp = freshStamp(this.#random)
    for (const { key, value } of change.put) void this.#database.put(key, value, stamp)
    for (const key of change.remove) void this.#database.remove(key)
  }

  /** Damaged pages fail those who touch them; every other failure is the last commit that this process tries. */
  async #failed(error: unknown): Promise<StorageFault> {
    const fault = await lmdbFault(error, 'a commit')
    if (fault.kind === 'corrupt' && this.#isReadable()) return fault
    if (this.#broken) return this.#broken
    this.#broken = fault
    this.#space?.met(fault)
    this.#onBroken(fault)
    for (const commit of this.#underWay) commit.reject(fault)
    return fault
  }

  /** LMDB refuses reads, too, once it could not tell which transaction is the last. */
  #isReadable(): boolean {
    try {
      this.#database.resetReadTxn()
      this.#entry(Buffer.from([0]))
      return true
    } catch {
      return false
    }
  }
}

import type { Clock } from '../../../base/clock.ts'
import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { versionIdOf } from '../object/version-order.ts'
import { isMonitored, lastAccess } from './monitored.ts'

/** That somebody read an object version. */
export interface Access {
  readonly bucketName: string
  readonly bucket: Pick<BucketRow, 'id'>
  readonly key: string
  readonly versionId: string
  readonly accessedMilliseconds: number
}

/** Where the object is that was read. */
export interface AccessedObject {
  readonly bucketName: string
  readonly bucket: Pick<BucketRow, 'id'>
  readonly key: string
}

/** More would take too much memory; they are too many only while the store takes no commits. */
const MOST_PENDING_BYTES = 32 * 1024 * 1024
/** Of one, besides its key, which stands in its name again. */
const PENDING_BYTES = 512

/**
 * When objects of INTELLIGENT_TIERING were read, remembered here until a worker writes it into their rows: a read never
 * waits for a commit. Only the first read on a day counts. What a crash takes from here, a minute's at the most, are
 * accesses that did not happen as far as tiers are concerned.
 */
export class AccessTimes {
  readonly #clock: Clock
  readonly #dayMilliseconds: number
  #pending = new Map<string, Access>()
  #pendingBytes = 0

  constructor(clock: Clock, dayMilliseconds: number) {
    this.#clock = clock
    this.#dayMilliseconds = dayMilliseconds
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  /** Remembers that the bytes of an object are read now; nothing where its row says so of today already. */
  note({ bucketName, bucket, key }: AccessedObject, row: ObjectRow): void {
    if (!isMonitored(row)) return
    const accessedMilliseconds = this.#clock.now().getTime()
    if (this.#dayOf(accessedMilliseconds) <= this.#dayOf(lastAccess(row))) return
    const access = { bucketName, bucket, key, versionId: versionIdOf(row), accessedMilliseconds }
    this.#remember(access)
  }

  /** All that is remembered, which is forgotten. */
  take(): Access[] {
    const taken = [...this.#pending.values()]
    this.#pending = new Map()
    this.#pendingBytes = 0
    return taken
  }

  /** What was taken and could not be written. */
  giveBack(accesses: readonly Access[]): void {
    for (const access of accesses) this.#remember(access)
  }

  #remember(access: Access): void {
    const name = JSON.stringify([access.bucket.id, access.key, access.versionId])
    if (this.#pending.has(name) || this.#pendingBytes >= MOST_PENDING_BYTES) return
    this.#pending.set(name, access)
    this.#pendingBytes += PENDING_BYTES + 2 * (access.key.length + name.length)
  }

  #dayOf(milliseconds: number): number {
    return Math.floor(milliseconds / this.#dayMilliseconds)
  }
}

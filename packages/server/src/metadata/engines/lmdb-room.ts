import type { Clock } from '../../base/clock.ts'
import type { Disk } from '../../base/disk.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import type { Change } from '../ordered-store.ts'

const MIB = 2 ** 20
/** A key and its share of the pages above it. A batch of 5,000 deletions of three keys took two pages a deletion. */
const KEY_PAGES = 1.5
/** Values above this go into pages of their own. */
const LARGE_VALUE_BYTES = 2000

/** What stays free for changes that free space. They take a few pages each, which the next finds free again. */
const RESERVE_PAGES = 1024
const LEAST_STEP_BYTES = MIB
const MOST_STEP_BYTES = 8 * MIB
/** LMDB says how much it uses in some microseconds. Other processes use it too, so what it said is soon old. */
const FRESH_MILLISECONDS = 50
const FRESH_BYTES = MIB / 2
/** After the disk gave nothing it is asked again so much later at the earliest. */
const PAUSE_MILLISECONDS = 1000
/**
 * Of one write, at a multiple of it. The system keeps a file in memory in pieces as large as they were written (folios; ext4 since Linux
 * 6.16), and each later write or flush of a page walks all 4 KiB blocks of its piece: after zeros had come in pieces of 1 MiB, twice
 * the CPU of a page of 8 KiB and more. Smaller pieces than this gain little and are more calls.
 */
const PIECE_BYTES = 2 ** 16
const ZEROS = Buffer.alloc(PIECE_BYTES)

export interface LmdbRoomOptions {
  readonly disk: Disk
  readonly clock: Clock
  /** LMDB's data file. */
  readonly path: string
  /** How much of the file LMDB has taken into use, by all processes. */
  readonly usedBytes: () => number
  readonly pageBytes: number
  /** Default: 1,024 pages. */
  readonly reserveBytes?: number | undefined
}

function bytesOf({ put, remove }: Change, pageBytes: number): number {
  let bytes = (put.length + remove.length) * KEY_PAGES * pageBytes
  for (const { value } of put) {
    const { length } = value
    bytes += length > LARGE_VALUE_BYTES ? Math.ceil(length / pageBytes + 1) * pageBytes : length
  }
  return bytes
}

/**
 * Room at the end of LMDB's data file, given to it before it needs it. LMDB takes its new pages from there one after the
 * other, so a change that fits into what the file already has cannot meet the end of the disk, or of a quota, whoever
 * filled it. LMDB must not: its path of a failed write is not to be trusted.
 *
 * The file is only ever appended to, with `O_APPEND`: what LMDB has written, in this process or another, is never behind
 * its end, and zeros that LMDB has not come to yet mean nothing to it.
 */
export class LmdbRoom {
  readonly #options: LmdbRoomOptions
  readonly #reserveBytes: number
  /** Never more than it is: other processes let it grow too. */
  #fileBytes = 0
  #underWayBytes = 0
  /** When LMDB was asked how much it uses. */
  #lookedMilliseconds = -Infinity
  /** What was left then beside the changes under way. */
  #leftBytes = 0
  #admittedBytes = 0
  #extending: Promise<void> | undefined
  /** Why the file cannot grow, and until when that is believed. */
  #refusal: { readonly fault: StorageFault; readonly untilMilliseconds: number } | undefined
  /** Of those who wait until changes under way have ended. */
  #settled: PromiseWithResolvers<void> | undefined

  constructor(options: LmdbRoomOptions) {
    this.#options = options
    this.#reserveBytes = options.reserveBytes ?? RESERVE_PAGES * options.pageBytes
  }

  /** What a change may take of the file, at the most. */
  bytesOf(change: Change): number {
    return bytesOf(change, this.#options.pageBytes)
  }

  /**
   * Takes room for a change, which {@link settle} gives back: `undefined` where there is some at once. Rejects with why
   * the file cannot grow. What frees space waits for its turn rather than fail.
   */
  admit(change: Change): Promise<void> | undefined {
    const bytes = this.bytesOf(change)
    const floorBytes = this.#floorBytes(change)
    const ageMilliseconds = this.#options.clock.now().getTime() - this.#lookedMilliseconds
    const isFresh = ageMilliseconds >= 0 && ageMilliseconds < FRESH_MILLISECONDS
    if (!isFresh || this.#admittedBytes + bytes > FRESH_BYTES) this.#look()
    return this.#take(bytes, floorBytes) ? undefined : this.#makeRoom(bytes, floorBytes)
  }

  /** For every change that was admitted, when it is done or has failed. */
  settle(change: Change): void {
    this.#underWayBytes -= this.bytesOf(change)
    this.#settled?.resolve()
    this.#settled = undefined
  }

  /** Removals must always find room; additions that come with freeing (delete markers) must not use that up. */
  #floorBytes({ usesReserve, remove }: Change): number {
    if (!usesReserve) return this.#reserveBytes
    return remove.length > 0 ? this.#reserveBytes / 8 : this.#reserveBytes / 2
  }

  #take(bytes: number, floorBytes: number): boolean {
    if (this.#leftBytes - this.#admittedBytes - bytes < floorBytes) return false
    this.#underWayBytes += bytes
    this.#admittedBytes += bytes
    return true
  }

  #look(): void {
    this.#lookedMilliseconds = this.#options.clock.now().getTime()
    this.#leftBytes = this.#fileBytes - this.#options.usedBytes() - this.#underWayBytes
    this.#admittedBytes = 0
  }

  async #makeRoom(bytes: number, floorBytes: number): Promise<void> {
    for (;;) {
      await this.#extend(this.#reserveBytes + bytes)
      this.#look()
      if (this.#take(bytes, floorBytes)) return
      const fault = this.#refusal?.fault
      if (!fault) continue
      if (floorBytes === this.#reserveBytes || this.#underWayBytes === 0) throw fault
      this.#settled ??= Promise.withResolvers()
      await this.#settled.promise
    }
  }

  /** Resolves when the file has grown, or `#refusal` says why it has not. */
  async #extend(roomBytes: number): Promise<void> {
    const now = this.#options.clock.now().getTime()
    if (this.#refusal && now < this.#refusal.untilMilliseconds) return
    this.#extending ??= this.#append(roomBytes)
      .then(
        () => (this.#refusal = undefined),
        (error: unknown) => {
          const fault = StorageFault.from(error, 'make room for metadata')
          this.#refusal = { fault, untilMilliseconds: now + PAUSE_MILLISECONDS }
        },
      )
      .then(() => void (this.#extending = undefined))
    await this.#extending
  }

  async #append(roomBytes: number): Promise<void> {
    const { disk, path } = this.#options
    const file = await disk.openForAppend(path)
    try {
      // Another process may have appended.
      this.#fileBytes = await file.size()
      this.#look()
      const stepBytes = Math.min(MOST_STEP_BYTES, Math.max(LEAST_STEP_BYTES, this.#fileBytes / 8))
      let end = this.#fileBytes
      const goal = end + roomBytes + stepBytes - this.#leftBytes
      while (end < goal) {
        const piece = ZEROS.subarray(end % PIECE_BYTES)
        await file.append([piece])
        end += piece.length
      }
    } finally {
      // A part may have been written, which is room as well.
      this.#fileBytes = await file.size()
      await file.close()
    }
  }
}

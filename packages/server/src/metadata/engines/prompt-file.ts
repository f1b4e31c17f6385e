import type { Clock } from '../../base/clock.ts'
import type { DiskFile } from '../../base/disk.ts'
import type { Soon } from '../../base/soon.ts'
import type { ReadNow } from './lmdb-header.ts'
import type { PageSource } from './lmdb-page-walk.ts'

/** A read that took longer came from the disk. */
const MEMORY_MILLISECONDS = 0.1
/** So many of the next ones are taken to come from there, too; twice as many each time that it was so again. */
const LEAST_SLOW_READS = 8
const MOST_SLOW_READS = 1024

/**
 * Reads at once what the system has in memory, which takes less than waking another thread; where that had to wait for the
 * disk, the next reads let others go on meanwhile.
 */
export class PromptFile implements PageSource {
  readonly readNow: ReadNow | undefined
  readonly #file: DiskFile
  readonly #clock: Clock
  /** How many reads are not to be waited for, and how many the last time. */
  #slowReads = 0
  #lastSlowReads = 0

  constructor(file: DiskFile, clock: Clock) {
    this.#file = file
    this.#clock = clock
    if (file.readNow) this.readNow = (buffer, position) => file.readNow?.(buffer, position) ?? 0
  }

  read(buffer: Uint8Array, position: number): Soon<number> {
    if (!this.readNow || this.#slowReads > 0) {
      this.#slowReads--
      return this.#file.read(buffer, position)
    }
    const start = this.#clock.elapsedMilliseconds()
    const count = this.readNow(buffer, position)
    const isSlow = this.#clock.elapsedMilliseconds() - start > MEMORY_MILLISECONDS
    this.#lastSlowReads = isSlow
      ? Math.min(MOST_SLOW_READS, Math.max(LEAST_SLOW_READS, 2 * this.#lastSlowReads))
      : 0
    this.#slowReads = this.#lastSlowReads
    return count
  }

  size(): Promise<number> {
    return this.#file.size()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

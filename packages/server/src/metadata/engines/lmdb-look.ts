import { type Clock, systemClock } from '../../base/clock.ts'
import type { Disk, DiskFile } from '../../base/disk.ts'
import type { Soon } from '../../base/soon.ts'
import type { OnwardFindings } from '../damaged-pages.ts'
import type { PageLook } from './fenced.ts'
import { newestMetaNow, type ReadNow } from './lmdb-header.ts'
import type { PageSource } from './lmdb-page-walk.ts'
import { lookOnward } from './lmdb-pages.ts'
import { isWayWhole } from './lmdb-way.ts'

/** Of a walk at a time: what leads to them is read with them. */
const LEAVES_AT_ONCE = 32
/** A read that took longer came from the disk. */
const MEMORY_MILLISECONDS = 0.1
/** So many of the next ones are taken to come from there, too; twice as many each time that it was so again. */
const LEAST_SLOW_READS = 8
const MOST_SLOW_READS = 1024

interface Snapshots {
  useReadTransaction(): { done(): void }
}

export interface LmdbLookOptions {
  readonly disk: Disk
  /** LMDB's data file. */
  readonly path: string
  readonly snapshots: Snapshots
}

/** Looks at the pages of LMDB's file while LMDB works with it, with a reader of its own. */
export class LmdbLook implements PageLook {
  readonly #options: LmdbLookOptions
  #opening: Promise<LookedAtFile> | undefined
  #file: LookedAtFile | undefined
  /** What pages of each level are read into where there is nothing to wait for. */
  readonly #pages: Buffer[] = []

  constructor(options: LmdbLookOptions) {
    this.#options = options
  }

  /** Reads what LMDB has just read, so that the system has it in memory. */
  isWholeTo(key: Uint8Array): boolean {
    const readNow = this.#file?.readNow
    if (!readNow) return false
    const { path, snapshots } = this.#options
    const snapshot = snapshots.useReadTransaction()
    try {
      const meta = newestMetaNow(readNow, path)
      return isWayWhole(key, meta, (number, level) => {
        if (number < 2 || number > meta.lastPage) return undefined
        const page = this.#pageFor(level, meta.pageSizeBytes)
        return readNow(page, number * page.length) === page.length ? page : undefined
      })
    } catch {
      // A look that can wait tells what is wrong.
      return false
    } finally {
      snapshot.done()
    }
  }

  async onward(after: Uint8Array | undefined, mostLeaves = LEAVES_AT_ONCE): Promise<OnwardFindings> {
    const { disk, path, snapshots } = this.#options
    const file = await this.#opened()
    const snapshot = snapshots.useReadTransaction()
    try {
      return await lookOnward(disk, path, file, after, mostLeaves)
    } finally {
      snapshot.done()
    }
  }

  async close(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
  }

  async #opened(): Promise<LookedAtFile> {
    const { disk, path } = this.#options
    this.#opening ??= disk.openForRead(path).then((file) => (this.#file = new LookedAtFile(file)))
    return this.#opening
  }

  #pageFor(level: number, sizeBytes: number): Buffer {
    return (this.#pages[level] ??= Buffer.allocUnsafeSlow(sizeBytes))
  }
}

/**
 * Reads at once what the system has in memory, which takes a tenth of having another thread do it; where that had to wait for the
 * disk, the next reads let others go on meanwhile.
 */
class LookedAtFile implements PageSource {
  readonly readNow: ReadNow | undefined
  readonly #file: DiskFile
  readonly #clock: Clock
  /** How many reads are not to be waited for, and how many the last time. */
  #slowReads = 0
  #lastSlowReads = 0

  constructor(file: DiskFile, clock: Clock = systemClock) {
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

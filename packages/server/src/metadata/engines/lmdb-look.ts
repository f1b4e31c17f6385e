import type { Clock } from '../../base/clock.ts'
import type { Disk } from '../../base/disk.ts'
import type { OnwardFindings } from '../damaged-pages.ts'
import type { PageLook } from './fenced.ts'
import { newestMetaNow } from './lmdb-header.ts'
import { lookOnward } from './lmdb-pages.ts'
import { isWayWhole } from './lmdb-way.ts'
import { PromptFile } from './prompt-file.ts'

/** Of a walk at a time: what leads to them is read with them. */
const LEAVES_AT_ONCE = 32

interface Snapshots {
  useReadTransaction(): { done(): void }
}

export interface LmdbLookOptions {
  readonly disk: Disk
  /** LMDB's data file. */
  readonly path: string
  readonly snapshots: Snapshots
  readonly clock: Clock
}

/** Looks at the pages of LMDB's file while LMDB works with it, with a reader of its own. */
export class LmdbLook implements PageLook {
  readonly #options: LmdbLookOptions
  #opening: Promise<PromptFile> | undefined
  #file: PromptFile | undefined
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
    await this.#opening?.catch(() => undefined)
    // Of a file that was only read nothing is lost where that fails.
    await this.#file?.close().catch(() => undefined)
    this.#file = undefined
  }

  /** Once; where that fails the next look tries again. */
  async #opened(): Promise<PromptFile> {
    if (this.#file) return this.#file
    this.#opening ??= this.#openFile().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  async #openFile(): Promise<PromptFile> {
    const { disk, path, clock } = this.#options
    return (this.#file = new PromptFile(await disk.openForRead(path), clock))
  }

  #pageFor(level: number, sizeBytes: number): Buffer {
    return (this.#pages[level] ??= Buffer.allocUnsafeSlow(sizeBytes))
  }
}

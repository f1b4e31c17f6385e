import type { Clock } from '../../base/clock.ts'
import type { Disk } from '../../base/disk.ts'
import type { OnwardFindings } from '../damaged-pages.ts'
import type { PageLook } from './fenced.ts'
import { type LmdbMeta, newestMetaNow, type ReadNow } from './lmdb-header.ts'
import { lookOnward } from './lmdb-pages.ts'
import { isWayWhole } from './lmdb-way.ts'
import { PromptFile } from './prompt-file.ts'

/** Of a walk at a time: what leads to them is read with them. */
const LEAVES_AT_ONCE = 128

interface HeldSnapshot {
  done(): void
}

interface Snapshots {
  useReadTransaction(): HeldSnapshot
}

/** Until the event loop goes on. */
interface HeldPages {
  readonly snapshot: HeldSnapshot
  readonly until: NodeJS.Immediate
  /** Of that snapshot, or a later one. */
  readonly meta: LmdbMeta
  /** Which page of each level was read last. */
  readonly numbers: (number | undefined)[]
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
  #held: HeldPages | undefined

  constructor(options: LmdbLookOptions) {
    this.#options = options
  }

  /** Reads what LMDB has just read, so that the system has it in memory. */
  isWholeTo(key: Uint8Array): boolean {
    const readNow = this.#file?.readNow
    if (!readNow) return false
    try {
      const { meta, numbers } = this.#hold(readNow)
      return isWayWhole(key, meta, (number, level) => {
        if (number < 2 || number > meta.lastPage) return undefined
        const page = this.#pageFor(level, meta.pageSizeBytes)
        if (numbers[level] === number) return page
        numbers[level] = undefined
        if (readNow(page, number * page.length) < page.length) return undefined
        numbers[level] = number
        return page
      })
    } catch {
      // A look that can wait tells what is wrong.
      this.#letGo()
      return false
    }
  }

  #letGo(): void {
    const { snapshot, until } = this.#held ?? {}
    clearImmediate(until)
    this.#held = undefined
    snapshot?.done()
  }

  /** What is looked at for requests that came together is read once: what a held snapshot reaches is not written into again. */
  #hold(readNow: ReadNow): HeldPages {
    if (this.#held) return this.#held
    const { path, snapshots } = this.#options
    const snapshot = snapshots.useReadTransaction()
    try {
      const meta = newestMetaNow(readNow, path)
      const until = setImmediate(() => this.#letGo())
      return (this.#held = { snapshot, until, meta, numbers: [] })
    } catch (error) {
      snapshot.done()
      throw error
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
    this.#letGo()
    const file = this.#file
    // Without it nothing is looked at, and held, any more.
    this.#file = undefined
    const opened = file ?? (await this.#opening?.catch(() => undefined))
    // Of a file that was only read nothing is lost where that fails.
    await opened?.close().catch(() => undefined)
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

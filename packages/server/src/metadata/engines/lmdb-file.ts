import type { Disk, DiskFile } from '../../base/disk.ts'
import { identifyFile, isSameFile } from '../../base/file-identity.ts'
import type { Changes } from '../ordered-store.ts'
import { lmdbChanges } from './lmdb-changes.ts'
import { newestOf, readLmdbMetas } from './lmdb-header.ts'

/** A transaction of one file: numbers of transactions mean nothing in a copy, which LMDB may count anew. */
interface Mark {
  readonly transaction: string
  readonly inode: string
  readonly born?: string | undefined
}

/** LMDB's data file, read beside LMDB. */
export class LmdbFile {
  readonly #disk: Disk
  readonly #path: string
  #open: DiskFile | undefined

  constructor(disk: Disk, path: string) {
    this.#disk = disk
    this.#path = path
  }

  /** Of the newest transaction. */
  async mark(): Promise<string | undefined> {
    const identity = await identifyFile(this.#path)
    const metas = await readLmdbMetas(this.#disk, this.#path)
    if (!identity || !metas) return undefined
    const mark: Mark = { transaction: String(newestOf(metas).transaction), ...identity }
    return JSON.stringify(mark)
  }

  /** Only while a snapshot is held: the pages that it reaches are not written into again, nor are those of later ones. */
  async changesSince(mark: string): Promise<Changes | undefined> {
    const marked = JSON.parse(mark) as Mark
    const identity = await identifyFile(this.#path)
    const metas = await readLmdbMetas(this.#disk, this.#path)
    if (!identity || !metas || !isSameFile(identity, marked)) return undefined
    const meta = newestOf(metas)
    const since = BigInt(marked.transaction)
    if (since > meta.transaction) return undefined
    this.#open ??= await this.#disk.openForRead(this.#path)
    return lmdbChanges({ file: this.#open, path: this.#path, meta, since })
  }

  async close(): Promise<void> {
    await this.#open?.close()
    this.#open = undefined
  }
}

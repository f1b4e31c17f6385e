import { type Disk, type DiskFile } from '../../base/disk.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import { type LmdbMeta, type LmdbTree, NO_ROOT, readLmdbMetas } from './lmdb-header.ts'
import { overflowFault, type OverflowRun, readTreePage, type TreePage } from './lmdb-page.ts'

/** Pages read at once. */
const PAGES_AT_ONCE = 32

const MOST_TRIES = 5

/**
 * Reads every page that the newest transaction of a data file reaches, without LMDB, which a page that is not what it
 * should be may make end the process. Throws `StorageFault('corrupt')` for a file that is not what one transaction left:
 * damaged, or copied while it was written. Takes as long as reading the file does.
 */
export async function checkLmdbPages(disk: Disk, path: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const before = await newestOf(disk, path)
    if (!before) return
    const fault = await faultOf(disk, path, before)
    if (fault === undefined) return
    // Somebody writes: pages of the transaction that was being read may be in use again.
    const isStill = (await newestOf(disk, path))?.transaction === before.transaction
    if (isStill || tries === MOST_TRIES) throw new StorageFault('corrupt', `${path}: ${fault}`)
  }
}

async function newestOf(disk: Disk, path: string): Promise<LmdbMeta | undefined> {
  const header = await readLmdbMetas(disk, path)
  return header?.metas.reduce((a, b) => (b.transaction > a.transaction ? b : a))
}

async function faultOf(disk: Disk, path: string, meta: LmdbMeta): Promise<string | undefined> {
  const file = await disk.openForRead(path)
  try {
    const walk = new TreeWalk(file, meta, await file.size())
    // Keys of free pages are numbers, in an order of their own.
    return (await walk.faultOf(meta.free, false)) ?? (await walk.faultOf(meta.main, true))
  } finally {
    await file.close()
  }
}

class TreeWalk {
  readonly #file: DiskFile
  readonly #meta: LmdbMeta
  readonly #pageCount: number
  /** A bit a page: none is reached twice. */
  readonly #seen: Uint8Array

  constructor(file: DiskFile, meta: LmdbMeta, sizeBytes: number) {
    this.#file = file
    this.#meta = meta
    this.#pageCount = Math.floor(sizeBytes / meta.pageSizeBytes)
    this.#seen = new Uint8Array(Math.ceil(this.#pageCount / 8))
  }

  /** What is wrong with a tree; level by level, each from the first key to the last. */
  async faultOf(tree: LmdbTree, isOrdered: boolean): Promise<string | undefined> {
    if (tree.root === NO_ROOT) return undefined
    const found = { branches: 0, leaves: 0, overflows: 0, entries: 0 }
    let level: number[] = [Number(tree.root)]
    for (let depth = 1; level.length > 0; depth++) {
      const below: number[] = []
      let last: Buffer | undefined
      for (let start = 0; start < level.length; start += PAGES_AT_ONCE) {
        const numbers = level.slice(start, start + PAGES_AT_ONCE)
        const pages = await Promise.all(numbers.map((number) => this.#read(number)))
        for (const [index, page] of pages.entries()) {
          if (typeof page === 'string') return `page ${numbers[index]} ${page}`
          if (page.isLeaf !== (depth === tree.depth)) return `page ${numbers[index]} is on a wrong level`
          const keys = page.isLeaf ? page.keys : page.keys.slice(1)
          for (const key of isOrdered ? keys : []) {
            if (last && Buffer.compare(last, key) >= 0)
              return `page ${numbers[index]} has keys in a wrong order`
            last = key
          }
          for (const child of page.children) below.push(child)
          const fault = await this.#overflowFault(page.overflows)
          if (fault !== undefined) return fault
          if (page.isLeaf) found.leaves++
          else found.branches++
          found.entries += page.isLeaf ? page.keys.length : 0
          found.overflows += page.overflows.reduce((sum, { pages: count }) => sum + count, 0)
        }
      }
      level = below
    }
    const { branches, leaves, overflows, entries } = tree
    const isWhole =
      found.branches === branches &&
      found.leaves === leaves &&
      found.overflows === overflows &&
      found.entries === entries
    return isWhole ? undefined : 'a tree has other pages than it should'
  }

  async #read(number: number): Promise<TreePage | string> {
    if (!this.#claim(number, 1)) return 'is outside the file, or reached twice'
    const page = Buffer.alloc(this.#meta.pageSizeBytes)
    await this.#file.read(page, number * page.length)
    return readTreePage(page, number, this.#meta.transaction)
  }

  async #overflowFault(runs: readonly OverflowRun[]): Promise<string | undefined> {
    for (const run of runs) {
      const head = Buffer.alloc(24)
      const isFree = this.#claim(run.page, run.pages)
      if (isFree) await this.#file.read(head, run.page * this.#meta.pageSizeBytes)
      const fault = isFree
        ? overflowFault(head, run, this.#meta.transaction)
        : 'is outside the file, or reached twice'
      if (fault !== undefined) return `page ${run.page} ${fault}`
    }
    return undefined
  }

  /** False where one of the pages is not there to be had. */
  #claim(first: number, count: number): boolean {
    if (first < 2 || first + count > this.#pageCount) return false
    for (let number = first; number < first + count; number++) {
      const [index, bit] = [number >> 3, 1 << (number & 7)]
      const byte = this.#seen[index] ?? 0
      if ((byte & bit) !== 0) return false
      this.#seen[index] = byte | bit
    }
    return true
  }
}

import { StorageFault } from '../../base/storage-fault.ts'
import type { DiskFile } from '../../base/disk.ts'
import type { Changes, Entry, Step } from '../ordered-store.ts'
import { type LmdbMeta, NO_ROOT } from './lmdb-header.ts'
import {
  edgeKeys,
  overflowFault,
  OVERFLOW_HEAD_BYTES,
  type OverflowRun,
  readTreePage,
  writerOf,
} from './lmdb-page.ts'
import { type PageRun, runsOf } from './page-runs.ts'

export interface LmdbChangesOptions {
  readonly file: DiskFile
  readonly path: string
  /** Of a transaction that some snapshot holds, or of a later one. */
  readonly meta: LmdbMeta
  /** The last transaction whose rows are known. */
  readonly since: bigint
}

/** What lmdb puts before each value: its version, a double. */
const VERSION_BYTES = 8

/**
 * Rows that may have been written after a transaction. LMDB never writes into a page that a commit has left: it writes a new one,
 * with the number of the transaction in it, and new ones for all that lead to it. So a page of an earlier transaction that the root still
 * leads to was there then, with all that is below it, and nothing of that has changed.
 */
export function lmdbChanges(options: LmdbChangesOptions): Changes {
  const { main } = options.meta
  const pages = new ChangedPages(options)
  return { rows: main.entries, steps: main.root === NO_ROOT ? none() : pages.below([Number(main.root)], 1) }
}

async function* none(): AsyncGenerator<readonly Step[]> {}

/** Most are as they were, and nobody asks for their values. */
class PageEntry implements Entry {
  readonly key: Buffer
  readonly stamp: number
  readonly #bytes: Buffer

  constructor(key: Buffer, bytes: Buffer) {
    this.key = key
    this.stamp = bytes.readDoubleLE(0)
    this.#bytes = bytes
  }

  get value(): Buffer {
    return this.#bytes.subarray(VERSION_BYTES)
  }
}

class ChangedPages {
  readonly #options: LmdbChangesOptions
  /** What the pages of a level that are being looked at lie in, by the level: used again for the next ones. */
  readonly #room: Buffer[] = []

  constructor(options: LmdbChangesOptions) {
    this.#options = options
  }

  /** Of pages that are on a level side by side. */
  async *below(numbers: readonly number[], level: number): AsyncGenerator<readonly Step[]> {
    const pages = await this.#read(numbers, level)
    if (level === this.#options.meta.main.depth) {
      yield await this.#ofLeaves(pages, numbers)
      return
    }
    for (const [index, page] of pages.entries()) {
      const number = numbers[index] ?? 0
      if (this.#isSame(page)) yield [await this.#sameBelow(page, number, level)]
      else yield* this.below(this.#open(page, number, level).children, level + 1)
    }
  }

  #isSame(page: Buffer): boolean {
    return writerOf(page) <= this.#options.since
  }

  async #ofLeaves(pages: readonly Buffer[], numbers: readonly number[]): Promise<Step[]> {
    const steps: Step[] = []
    for (const [index, page] of pages.entries()) {
      const number = numbers[index] ?? 0
      if (!this.#isSame(page)) steps.push({ kind: 'entries', entries: await this.#entriesOf(page, number) })
      else {
        const edges = edgeKeys(page, number, this.#options.meta.transaction)
        if (typeof edges === 'string') return this.#fail(number, edges)
        steps.push({ kind: 'same', first: edges[0], last: edges[1] })
      }
    }
    return steps
  }

  async #sameBelow(page: Buffer, number: number, level: number): Promise<Step> {
    const first = Buffer.from(await this.#edge(page, number, level, 0))
    return { kind: 'same', first, last: await this.#edge(page, number, level, -1) }
  }

  /** The first (0) or last (-1) key below a page. */
  async #edge(page: Buffer, number: number, level: number, at: 0 | -1): Promise<Buffer> {
    const { isLeaf, keys, children } = this.#open(page, number, level, at)
    if (isLeaf) return keys[0] ?? this.#fail(number, 'is empty')
    const child = children[0] ?? this.#fail(number, 'is empty')
    const [below] = await this.#read([child], level + 1)
    return below ? this.#edge(below, child, level + 1, at) : this.#fail(child, 'is not there')
  }

  #open(page: Buffer, number: number, level: number, only?: 0 | -1) {
    const { meta } = this.#options
    const found = readTreePage(page, number, meta.transaction, only)
    if (typeof found === 'string') return this.#fail(number, found)
    if (found.isLeaf !== (level === meta.main.depth)) return this.#fail(number, 'is on a wrong level')
    return found
  }

  async #entriesOf(page: Buffer, number: number): Promise<Entry[]> {
    const { keys, values } = this.#open(page, number, this.#options.meta.main.depth)
    const entries: Entry[] = []
    for (const [index, key] of keys.entries()) {
      const found = values[index] ?? this.#fail(number, 'has a key without a value')
      const value = Buffer.isBuffer(found) ? found : await this.#valueOf(found)
      if (value.length < VERSION_BYTES) this.#fail(number, 'has a value without a version')
      entries.push(new PageEntry(key, value))
    }
    return entries
  }

  async #valueOf(run: OverflowRun): Promise<Buffer> {
    const { meta, file } = this.#options
    const { pageSizeBytes } = meta
    if (run.pages > meta.lastPage || run.page > meta.lastPage)
      return this.#fail(run.page, 'is outside the file')
    const bytes = Buffer.allocUnsafe(run.pages * pageSizeBytes)
    const count = await file.read(bytes, run.page * pageSizeBytes)
    const fault =
      count < bytes.length
        ? 'is outside the file'
        : overflowFault(bytes, run, pageSizeBytes, meta.transaction)
    if (fault !== undefined) return this.#fail(run.page, fault)
    return bytes.subarray(OVERFLOW_HEAD_BYTES, OVERFLOW_HEAD_BYTES + run.sizeBytes)
  }

  /** Pages of a level, in the order of their numbers as given; valid until others of that level are read. */
  async #read(numbers: readonly number[], level: number): Promise<Buffer[]> {
    const { file, meta } = this.#options
    const { pageSizeBytes, lastPage } = meta
    const pages = Array.from<Buffer>({ length: numbers.length })
    const runs = runsOf(numbers)
    const room = this.#roomFor(runs, level)
    let at = 0
    for (const { start, end, places } of runs) {
      if (start < 2 || end > lastPage + 1) this.#fail(start, 'is outside the file')
      const bytes = room.subarray(at, at + (end - start) * pageSizeBytes)
      const position = start * pageSizeBytes
      const count = file.readNow ? file.readNow(bytes, position) : await file.read(bytes, position)
      if (count < bytes.length) this.#fail(start, 'is outside the file')
      for (const { place, number } of places) {
        const inRun = (number - start) * pageSizeBytes
        pages[place] = bytes.subarray(inRun, inRun + pageSizeBytes)
      }
      at += bytes.length
    }
    return pages
  }

  #roomFor(runs: readonly PageRun[], level: number): Buffer {
    const pages = runs.reduce((sum, { start, end }) => sum + end - start, 0)
    const sizeBytes = pages * this.#options.meta.pageSizeBytes
    const known = this.#room[level]
    if (known && known.length >= sizeBytes) return known
    return (this.#room[level] = Buffer.allocUnsafeSlow(sizeBytes))
  }

  #fail(page: number, reason: string): never {
    throw new StorageFault('corrupt', `${this.#options.path}: page ${page} ${reason}`)
  }
}

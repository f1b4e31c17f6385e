import { StorageFault } from '../../base/storage-fault.ts'
import type { DiskFile } from '../../base/disk.ts'
import type { LmdbMeta } from './lmdb-header.ts'
import {
  branchChildren,
  type LeafNode,
  leafNodes,
  overflowFault,
  OVERFLOW_HEAD_BYTES,
  type OverflowRun,
} from './lmdb-page.ts'
import { type PageRun, runsOf } from './page-runs.ts'
import type { PagesFromTo, PageSet } from './page-set.ts'

export interface PageReaderOptions {
  readonly file: DiskFile
  readonly path: string
  /** Of a transaction that some snapshot holds, or of a later one. */
  readonly meta: LmdbMeta
}

export interface PagesRead extends PagesFromTo {
  readonly bytes: Buffer
}

const MOST_AT_ONCE = 128
/** To read so many pages more costs less than another read. */
const MOST_BETWEEN = 8
/** Then whatever else the process has to do comes first. */
const MOST_READS_A_TURN = 32

/** Reads the pages of one transaction's rows. Throws `StorageFault` for what is damaged. */
export class LmdbPageReader {
  readonly #options: PageReaderOptions
  readonly meta: LmdbMeta
  /** What the pages of a level that are being looked at lie in, by the level: used again for the next ones. */
  readonly #room: Buffer[] = []

  constructor(options: PageReaderOptions) {
    this.#options = options
    this.meta = options.meta
  }

  /** Pages of a level, in the order of their numbers as given; valid until others of that level are read. */
  async read(numbers: readonly number[], level: number): Promise<Buffer[]> {
    const { pageSizeBytes } = this.meta
    const pages = Array.from<Buffer>({ length: numbers.length })
    const runs = runsOf(numbers)
    const room = this.#roomFor(runs, level)
    let at = 0
    for (const { start, end, places } of runs) {
      this.assertInside(start, end)
      const bytes = room.subarray(at, at + (end - start) * pageSizeBytes)
      const reading = this.#fill(bytes, start, false)
      if (reading) await reading
      for (const { place, number } of places) {
        const inRun = (number - start) * pageSizeBytes
        pages[place] = bytes.subarray(inRun, inRun + pageSizeBytes)
      }
      at += bytes.length
    }
    return pages
  }

  /** Pages in the order in which they lie, with some between them. Bytes are valid until the next are asked for. */
  async *readAll(pages: PageSet): AsyncGenerator<PagesRead> {
    const room = Buffer.allocUnsafeSlow(MOST_AT_ONCE * this.meta.pageSizeBytes)
    let reads = 0
    for (const { start, end } of pages.runs(MOST_AT_ONCE, MOST_BETWEEN)) {
      const bytes = room.subarray(0, (end - start) * this.meta.pageSizeBytes)
      const isOthersTurn = ++reads % MOST_READS_A_TURN === 0
      const reading = this.#fill(bytes, start, isOthersTurn)
      if (reading) await reading
      yield { bytes, start, end }
    }
  }

  /** What a branch leads to. */
  childrenOf(page: Buffer, number: number): readonly number[] {
    const children = branchChildren(page, number, this.meta.transaction)
    return typeof children === 'string' ? this.fail(number, children) : children
  }

  /** What a leaf holds. */
  nodesOf(page: Buffer, number: number): readonly LeafNode[] {
    const nodes = leafNodes(page, number, this.meta.transaction)
    return typeof nodes === 'string' ? this.fail(number, nodes) : nodes
  }

  async valueOf(run: OverflowRun): Promise<Buffer> {
    const { meta, file } = this.#options
    const { pageSizeBytes } = meta
    if (run.pages > meta.lastPage || run.page > meta.lastPage)
      return this.fail(run.page, 'is outside the file')
    const bytes = Buffer.allocUnsafe(run.pages * pageSizeBytes)
    const count = await file.read(bytes, run.page * pageSizeBytes)
    const fault =
      count < bytes.length
        ? 'is outside the file'
        : overflowFault(bytes, run, pageSizeBytes, meta.transaction)
    if (fault !== undefined) return this.fail(run.page, fault)
    return bytes.subarray(OVERFLOW_HEAD_BYTES, OVERFLOW_HEAD_BYTES + run.sizeBytes)
  }

  /** `end` is exclusive. */
  assertInside(start: number, end: number): void {
    if (start < 2 || end > this.#options.meta.lastPage + 1) this.fail(start, 'is outside the file')
  }

  fail(page: number, reason: string): never {
    throw new StorageFault('corrupt', `${this.#options.path}: page ${page} ${reason}`)
  }

  /** `undefined` where there is nothing to wait for. */
  #fill(bytes: Buffer, start: number, isOthersTurn: boolean): Promise<void> | undefined {
    const { file } = this.#options
    const position = start * this.meta.pageSizeBytes
    if (isOthersTurn || !file.readNow)
      return file.read(bytes, position).then((count) => this.#assertFull(bytes, count, start))
    this.#assertFull(bytes, file.readNow(bytes, position), start)
    return undefined
  }

  #assertFull(bytes: Buffer, count: number, start: number): void {
    if (count < bytes.length) this.fail(start, 'is outside the file')
  }

  #roomFor(runs: readonly PageRun[], level: number): Buffer {
    const pages = runs.reduce((sum, { start, end }) => sum + end - start, 0)
    const sizeBytes = pages * this.#options.meta.pageSizeBytes
    const known = this.#room[level]
    if (known && known.length >= sizeBytes) return known
    return (this.#room[level] = Buffer.allocUnsafeSlow(sizeBytes))
  }
}

import { justAfter } from '../just-after.ts'
import { ALL_KEYS } from '../key-limits.ts'
import type { Changes, KeyPlace, Step, StepEntry } from '../ordered-store.ts'
import { NO_ROOT } from './lmdb-header.ts'
import { keyAt, overflowAt, writerOf } from './lmdb-page.ts'
import { LmdbPageReader, type PageReaderOptions } from './lmdb-page-reader.ts'
import { writtenLeaves } from './lmdb-written-leaves.ts'
import type { PageSet } from './page-set.ts'

export interface LmdbChangesOptions extends PageReaderOptions {
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
  return { rows: options.meta.main.entries, steps: stepsOf(options) }
}

async function* stepsOf({ since, ...options }: LmdbChangesOptions): AsyncGenerator<readonly Step[]> {
  const { root, depth } = options.meta.main
  if (root === NO_ROOT) return
  const reader = new LmdbPageReader(options)
  const pages = new ChangedPages(reader, since, await writtenLeaves(reader, since))
  const ref = { number: Number(root), start: ALL_KEYS.start }
  yield* depth === 1 ? pages.ofOnlyLeaf(ref) : pages.below(ref, 1)
}

class PageEntry implements StepEntry {
  readonly keyAt: KeyPlace
  readonly stamp: number
  readonly #bytes: Buffer
  readonly #start: number
  readonly #end: number

  /** The value lies in `bytes`, with its version before it. */
  constructor(keyAt: KeyPlace, bytes: Buffer, start: number, end: number) {
    this.keyAt = keyAt
    this.stamp = bytes.readDoubleLE(start)
    this.#bytes = bytes
    this.#start = start + VERSION_BYTES
    this.#end = end
  }

  get key(): Buffer {
    const { bytes, start, end } = this.keyAt
    return bytes.subarray(start, end)
  }

  get value(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end)
  }
}

interface PageRef {
  readonly number: number
  /** What leads to it: none of its keys comes before. */
  readonly start: Buffer
}

interface LeafRun {
  readonly isWritten: boolean
  /** Which of the branch's children is its first. */
  readonly first: number
  /** The last of them. */
  number: number
}

/**
 * Each page has the keys from the one that leads to it on. LMDB makes that one lower only where it writes the page anew, so nothing was there before the first
 * key of a page that is as it was. It makes it higher when it moves pages from one branch to another: so what is behind the last key may have been in the
 * page that comes next, and may be gone.
 */
class ChangedPages {
  readonly #reader: LmdbPageReader
  readonly #since: bigint
  readonly #written: PageSet

  constructor(reader: LmdbPageReader, since: bigint, written: PageSet) {
    this.#reader = reader
    this.#since = since
    this.#written = written
  }

  /** Of a tree that is one leaf. */
  async *ofOnlyLeaf({ number, start }: PageRef): AsyncGenerator<readonly Step[]> {
    const [page] = await this.#reader.read([number], 1)
    const run = { isWritten: this.#written.has(number), first: 0, number }
    yield [await this.#ofRun(run, page, start)]
  }

  async *below(ref: PageRef, level: number): AsyncGenerator<readonly Step[]> {
    const [page] = await this.#reader.read([ref.number], level)
    yield* this.#ofBranch(page ?? this.#reader.fail(ref.number, 'is not there'), ref, level)
  }

  async *#ofBranch(page: Buffer, ref: PageRef, level: number): AsyncGenerator<readonly Step[]> {
    if (writerOf(page) <= this.#since)
      yield [{ kind: 'same', start: ref.start, end: await this.#endOf(page, ref.number, level) }]
    else if (level + 1 === this.#reader.meta.main.depth) yield await this.#ofLeaves(page, ref)
    else {
      const numbers = this.#reader.childrenOf(page, ref.number)
      const children = await this.#reader.read(numbers, level + 1)
      for (const [index, number] of numbers.entries()) {
        const child = children[index] ?? this.#reader.fail(number, 'is not there')
        yield* this.#ofBranch(child, { number, start: this.#startOf(page, ref, index) }, level + 1)
      }
    }
  }

  async #ofLeaves(branch: Buffer, ref: PageRef): Promise<Step[]> {
    const runs = this.#runsOf(this.#reader.childrenOf(branch, ref.number))
    const pages = await this.#reader.read(
      runs.map(({ number }) => number),
      this.#reader.meta.main.depth,
    )
    const steps: Step[] = []
    for (const [index, run] of runs.entries())
      steps.push(await this.#ofRun(run, pages[index], this.#startOf(branch, ref, run.first)))
    return steps
  }

  async #ofRun({ isWritten, number }: LeafRun, page: Buffer | undefined, start: Buffer): Promise<Step> {
    if (!page) return this.#reader.fail(number, 'is not there')
    if (isWritten) return { kind: 'entries', entries: await this.#entriesOf(page, number) }
    return { kind: 'same', start, end: await this.#endOf(page, number, this.#reader.meta.main.depth) }
  }

  /** Those side by side that are as they were as one. */
  #runsOf(leaves: readonly number[]): LeafRun[] {
    const runs: LeafRun[] = []
    for (const [first, number] of leaves.entries()) {
      const isWritten = this.#written.has(number)
      const before = runs.at(-1)
      if (before && !before.isWritten && !isWritten) before.number = number
      else runs.push({ isWritten, first, number })
    }
    return runs
  }

  /** What leads to a branch's child. The first key of a branch means nothing. */
  #startOf(branch: Buffer, { number, start }: PageRef, index: number): Buffer {
    return index === 0 ? start : this.#keyAt(branch, number, index)
  }

  /** Behind the last key below a page. */
  async #endOf(page: Buffer, number: number, level: number): Promise<Buffer> {
    if (level === this.#reader.meta.main.depth) return justAfter(this.#keyAt(page, number, -1))
    const child = this.#reader.childrenOf(page, number).at(-1) ?? this.#reader.fail(number, 'is empty')
    const [below] = await this.#reader.read([child], level + 1)
    return below ? this.#endOf(below, child, level + 1) : this.#reader.fail(child, 'is not there')
  }

  #keyAt(page: Buffer, number: number, index: number): Buffer {
    return keyAt(page, index) ?? this.#reader.fail(number, 'has an entry that leaves it')
  }

  async #entriesOf(page: Buffer, number: number): Promise<StepEntry[]> {
    const entries: StepEntry[] = []
    for (const node of this.#reader.nodesOf(page, number)) {
      const key = { bytes: page, start: node.keyStart, end: node.keyEnd }
      if (node.bigBytes === undefined) entries.push(this.#entry(number, key, page, node.keyEnd, node.end))
      else {
        const value = await this.#reader.valueOf(overflowAt(page, node.keyEnd, node.bigBytes))
        entries.push(this.#entry(number, key, value, 0, value.length))
      }
    }
    return entries
  }

  #entry(number: number, key: KeyPlace, bytes: Buffer, start: number, end: number): PageEntry {
    if (end - start < VERSION_BYTES) this.#reader.fail(number, 'has a value without a version')
    return new PageEntry(key, bytes, start, end)
  }
}

import { justAfter } from '../just-after.ts'
import { ALL_KEYS } from '../key-limits.ts'
import type { Changes, Entry, Step } from '../ordered-store.ts'
import { NO_ROOT } from './lmdb-header.ts'
import { keyAt, writerOf } from './lmdb-page.ts'
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
  const { root } = options.meta.main
  if (root === NO_ROOT) return
  const reader = new LmdbPageReader(options)
  const pages = new ChangedPages(reader, since, await writtenLeaves(reader, since))
  yield* pages.below([{ number: Number(root), start: ALL_KEYS.start }], 1)
}

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

interface PageRef {
  readonly number: number
  /** What leads to it: none of its keys comes before. */
  readonly start: Buffer
}

interface LeafRun {
  readonly isWritten: boolean
  readonly start: Buffer
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

  /** Of pages that are on a level side by side. */
  async *below(refs: readonly PageRef[], level: number): AsyncGenerator<readonly Step[]> {
    if (level === this.#reader.meta.main.depth) {
      yield await this.#ofLeaves(refs)
      return
    }
    const pages = await this.#reader.read(numbersOf(refs), level)
    for (const [index, ref] of refs.entries()) {
      const page = pages[index] ?? this.#reader.fail(ref.number, 'is not there')
      if (writerOf(page) > this.#since) yield* this.below(this.#refsOf(page, ref), level + 1)
      else yield [{ kind: 'same', start: ref.start, end: await this.#endOf(page, ref.number, level) }]
    }
  }

  /** The first key of a branch means nothing. */
  #refsOf(page: Buffer, { number, start }: PageRef): PageRef[] {
    const children = this.#reader.childrenOf(page, number)
    return children.map((child, index) => ({
      number: child,
      start: index === 0 ? start : this.#keyAt(page, number, index),
    }))
  }

  async #ofLeaves(refs: readonly PageRef[]): Promise<Step[]> {
    const { depth } = this.#reader.meta.main
    const runs = this.#runsOf(refs)
    const pages = await this.#reader.read(numbersOf(runs), depth)
    const steps: Step[] = []
    for (const [index, { isWritten, start, number }] of runs.entries()) {
      const page = pages[index] ?? this.#reader.fail(number, 'is not there')
      if (isWritten) steps.push({ kind: 'entries', entries: await this.#entriesOf(page, number) })
      else steps.push({ kind: 'same', start, end: await this.#endOf(page, number, depth) })
    }
    return steps
  }

  /** Those side by side that are as they were as one. */
  #runsOf(leaves: readonly PageRef[]): LeafRun[] {
    const runs: LeafRun[] = []
    for (const { number, start } of leaves) {
      const isWritten = this.#written.has(number)
      const before = runs.at(-1)
      if (before && !before.isWritten && !isWritten) before.number = number
      else runs.push({ isWritten, start, number })
    }
    return runs
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

  async #entriesOf(page: Buffer, number: number): Promise<Entry[]> {
    const reader = this.#reader
    const { keys, values } = reader.open(page, number)
    const entries: Entry[] = []
    for (const [index, key] of keys.entries()) {
      const found = values[index] ?? reader.fail(number, 'has a key without a value')
      const value = Buffer.isBuffer(found) ? found : await reader.valueOf(found)
      if (value.length < VERSION_BYTES) reader.fail(number, 'has a value without a version')
      entries.push(new PageEntry(key, value))
    }
    return entries
  }
}

function numbersOf(refs: readonly { readonly number: number }[]): number[] {
  return refs.map(({ number }) => number)
}

import type { Soon } from '../../base/soon.ts'
import type { DamagedPage, KeySpan, RowFault } from '../damaged-pages.ts'
import type { UnreadableRow } from '../unreadable-row.ts'
import { freePagesFault } from './lmdb-free-pages.ts'
import { type LmdbMeta, type LmdbTree, NO_ROOT } from './lmdb-header.ts'
import {
  overflowAt,
  overflowFault,
  OVERFLOW_HEAD_BYTES,
  type OverflowRun,
  readTreePage,
  type TreePage,
} from './lmdb-page.ts'
import { wholeLeaf } from './lmdb-way.ts'
import { runsOf } from './page-runs.ts'
import { justAfter } from '../just-after.ts'

/** Pages read at once; those of the values of each come with it. */
export const PAGES_AT_ONCE = 8

/** A page, and what the pages above say of it. */
export interface PageRef {
  readonly tree: 'rows' | 'free'
  readonly page: number
  /** 1 is the root's. */
  readonly level: number
  readonly span: KeySpan
  /** Its span and those of its neighbours below the same page. */
  readonly around: KeySpan
}

/** What pages are read from. */
export interface PageSource {
  read(buffer: Uint8Array, position: number): Soon<number>
  size(): Promise<number>
}

export interface PageWalkOptions {
  readonly file: PageSource
  readonly meta: LmdbMeta
  readonly sizeBytes: number
  /** Looks at each row by its own means (row-fault.ts). */
  readonly rowFault?: RowFault | undefined
}

/** What lmdb puts before each value: its version. */
const VERSION_BYTES = 8
const EVERYTHING: KeySpan = { start: undefined, end: undefined }

/** Looks at the pages of one transaction, without LMDB, and gathers what is wrong with them. */
export class PageWalk {
  readonly damages: DamagedPage[] = []
  readonly rows: UnreadableRow[] = []
  bytesRead = 0
  readonly #options: PageWalkOptions
  readonly #pageCount: number
  /** A bit a page: none is reached twice. */
  readonly #seen: Uint8Array
  readonly #found = {
    rows: { branches: 0, leaves: 0, overflows: 0, entries: 0 },
    free: { branches: 0, leaves: 0, overflows: 0, entries: 0 },
  }

  constructor(options: PageWalkOptions) {
    const { meta, sizeBytes } = options
    this.#options = options
    this.#pageCount = Math.min(Math.floor(sizeBytes / meta.pageSizeBytes), meta.lastPage + 1)
    this.#seen = new Uint8Array(Math.ceil(this.#pageCount / 8))
  }

  /** The root, where a tree has one. */
  roots(tree: PageRef['tree']): PageRef[] {
    const { root } = this.#treeOf(tree)
    return root === NO_ROOT
      ? []
      : [{ tree, page: Number(root), level: 1, span: EVERYTHING, around: EVERYTHING }]
  }

  isLeaf({ tree, level }: PageRef): boolean {
    return level >= this.#treeOf(tree).depth
  }

  /** Looks at pages; returns those below each. */
  async look(refs: readonly PageRef[]): Promise<PageRef[][]> {
    const pages = await this.#readAll(refs)
    return Promise.all(refs.map((ref) => this.#lookAt(ref, pages.get(ref))))
  }

  /** After a look at all pages: what a tree as a whole is wrong in. */
  noteWhole(): void {
    for (const name of ['rows', 'free'] as const) {
      const [tree, found] = [this.#treeOf(name), this.#found[name]]
      const isWhole =
        found.branches === tree.branches &&
        found.leaves === tree.leaves &&
        found.overflows === tree.overflows &&
        found.entries === tree.entries
      if (isWhole || this.damages.some((damage) => damage.tree === name)) continue
      const [ref] = this.roots(name)
      const page = ref?.page ?? 0
      this.#note({ tree: name, page, level: 1, span: EVERYTHING, around: EVERYTHING }, WRONG_COUNT)
    }
  }

  #treeOf(name: PageRef['tree']): LmdbTree {
    return name === 'rows' ? this.#options.meta.main : this.#options.meta.free
  }

  #note({ tree, page, span, around }: PageRef, reason: string): void {
    this.damages.push({ tree, page, reason, span, around })
  }

  async #lookAt(ref: PageRef, bytes: Buffer | undefined): Promise<PageRef[]> {
    const isWhole =
      bytes && ref.tree === 'rows' && this.isLeaf(ref) && (await this.#lookAtWholeLeaf(ref, bytes))
    if (isWhole) return []
    const page = bytes ? this.#pageIn(ref, bytes) : 'is outside the file, or reached twice'
    if (typeof page === 'string') {
      this.#note(ref, page)
      return []
    }
    const found = this.#found[ref.tree]
    if (page.isLeaf) {
      found.leaves++
      found.entries += page.keys.length
      await this.#lookAtValues(ref, page)
      return []
    }
    found.branches++
    return childrenOf(ref, page)
  }

  /** In few reads; without those that are not there to be had. */
  async #readAll(refs: readonly PageRef[]): Promise<ReadonlyMap<PageRef, Buffer>> {
    const { file, meta } = this.#options
    const { pageSizeBytes } = meta
    const pages = new Map<PageRef, Buffer>()
    const claimed = refs.filter(({ page }) => this.#claim(page, 1))
    for (const { start, end, places } of runsOf(claimed.map(({ page }) => page))) {
      const bytes = Buffer.allocUnsafeSlow((end - start) * pageSizeBytes)
      const reading = file.read(bytes, start * pageSizeBytes)
      const count = typeof reading === 'number' ? reading : await reading
      this.bytesRead += count
      bytes.fill(0, count)
      for (const { place, number } of places) {
        const ref = claimed[place]
        const at = (number - start) * pageSizeBytes
        if (ref) pages.set(ref, bytes.subarray(at, at + pageSizeBytes))
      }
    }
    return pages
  }

  /** False where something in it is not what was written. */
  async #lookAtWholeLeaf(ref: PageRef, bytes: Buffer): Promise<boolean> {
    const { meta, rowFault } = this.#options
    const nodes = wholeLeaf(bytes, ref.page, meta.transaction, ref.span, rowFault)
    if (!nodes) return false
    this.#found.rows.leaves++
    this.#found.rows.entries += nodes.length
    for (const { keyStart, keyEnd, bigBytes } of nodes) {
      if (bigBytes === undefined) continue
      await this.#lookAtRun(ref, bytes.subarray(keyStart, keyEnd), overflowAt(bytes, keyEnd, bigBytes))
    }
    return true
  }

  #pageIn(ref: PageRef, bytes: Buffer): TreePage | string {
    const page = readTreePage(bytes, ref.page, this.#options.meta.transaction)
    if (typeof page === 'string') return page
    if (page.isLeaf !== this.isLeaf(ref)) return 'is on a wrong level'
    // Keys of free pages are numbers, in an order of their own.
    return (ref.tree === 'rows' ? orderFault(page, ref.span) : undefined) ?? page
  }

  async #lookAtValues(ref: PageRef, page: TreePage): Promise<void> {
    for (const [index, found] of page.values.entries()) {
      const key = page.keys[index] ?? EMPTY
      if (Buffer.isBuffer(found)) this.#lookAtValue(ref, key, found)
      else await this.#lookAtRun(ref, key, found)
    }
  }

  /** Such pages cost their own row alone; its removal comes to them as well. */
  async #lookAtRun(ref: PageRef, key: Uint8Array, run: OverflowRun): Promise<void> {
    const value = await this.#readRun(ref, run)
    if (Buffer.isBuffer(value)) return this.#lookAtValue(ref, key, value)
    const span = { start: key, end: justAfter(key) }
    this.#note({ ...ref, page: run.page, ...(ref.tree === 'rows' && { span, around: span }) }, value)
  }

  #lookAtValue(ref: PageRef, key: Uint8Array, value: Buffer): void {
    const { meta, rowFault } = this.#options
    if (ref.tree === 'free') {
      const reason = freePagesFault(key, value, meta, (number) => this.#isSeen(number))
      if (reason !== undefined) this.#note(ref, reason)
    } else {
      const row = rowFault?.(key, value.subarray(VERSION_BYTES))
      if (row) this.rows.push(row)
    }
  }

  /** A value in pages of its own, or what is wrong with those. Their first alone is read where nobody asks for the value. */
  async #readRun({ tree }: PageRef, run: OverflowRun): Promise<Buffer | string> {
    const { file, meta, rowFault } = this.#options
    if (!this.#claim(run.page, run.pages)) return 'is outside the file, or reached twice'
    this.#found[tree].overflows += run.pages
    const isRead = tree === 'free' || rowFault !== undefined
    const bytes = Buffer.alloc(isRead ? run.pages * meta.pageSizeBytes : OVERFLOW_HEAD_BYTES)
    this.bytesRead += await file.read(bytes, run.page * meta.pageSizeBytes)
    const fault = overflowFault(bytes, run, meta.pageSizeBytes, meta.transaction)
    return fault ?? bytes.subarray(OVERFLOW_HEAD_BYTES, OVERFLOW_HEAD_BYTES + run.sizeBytes)
  }

  /** False where one of the pages is not there to be had. */
  #claim(first: number, count: number): boolean {
    if (!(first >= 2 && count >= 1 && first + count <= this.#pageCount)) return false
    for (let number = first; number < first + count; number++) {
      if (this.#isSeen(number)) return false
      this.#seen[number >> 3] = (this.#seen[number >> 3] ?? 0) | (1 << (number & 7))
    }
    return true
  }

  #isSeen(number: number): boolean {
    return ((this.#seen[number >> 3] ?? 0) & (1 << (number & 7))) !== 0
  }
}

const EMPTY = Buffer.alloc(0)
const WRONG_COUNT = 'leads to other pages than it should'

function childrenOf({ tree, level, span, around }: PageRef, { keys, children }: TreePage): PageRef[] {
  // The first key of a branch means nothing; the others are where their pages begin.
  const bounds: (Uint8Array | undefined)[] = [span.start, ...keys.slice(1), span.end]
  return children.map((page, index) => ({
    tree,
    page,
    level: level + 1,
    span: { start: bounds[index], end: bounds[index + 1] },
    around: {
      start: index === 0 ? around.start : bounds[index - 1],
      end: index === children.length - 1 ? around.end : bounds[index + 2],
    },
  }))
}

function orderFault(page: TreePage, { start, end }: KeySpan): string | undefined {
  const keys = page.isLeaf ? page.keys : page.keys.slice(1)
  let last = start
  for (const [index, key] of keys.entries()) {
    const order = last === undefined ? 1 : Buffer.compare(key, last)
    // The first key of a leaf may be the very one where the page begins.
    if (order < 0 || (order === 0 && !(index === 0 && page.isLeaf))) return 'has keys in a wrong order'
    last = key
  }
  return end === undefined || last === undefined || last === start || Buffer.compare(last, end) < 0
    ? undefined
    : 'has keys of another page'
}

import { StorageFault } from '../base/storage-fault.ts'
import type { Change, ScanRange } from './ordered-store.ts'
import type { UnreadableRow } from './unreadable-row.ts'

/** From `start` on and before `end`; where one is `undefined`, to that end of all keys. */
export interface KeySpan {
  readonly start: Uint8Array | undefined
  readonly end: Uint8Array | undefined
}

/** A page of a store's file that is not what was written. */
export interface DamagedPage {
  readonly page: number
  readonly reason: string
  /** `free`: of the list of pages that may be written into. */
  readonly tree: 'rows' | 'free'
  /** Whose rows may be in it, or below it. */
  readonly span: KeySpan
  /** Those, and those whose removal may draw on the page. */
  readonly around: KeySpan
}

/** What is found when pages are looked at. */
export interface PageFindings {
  readonly damages: readonly DamagedPage[]
  /** In pages that are whole: their key or value is not what was written. */
  readonly rows: readonly UnreadableRow[]
}

export const NO_FINDINGS: PageFindings = { damages: [], rows: [] }

/** Of a part of a walk through all pages of rows. */
export interface OnwardFindings extends PageFindings {
  /** Where to go on; `undefined` at the end. */
  readonly next: Uint8Array | undefined
  readonly bytesRead: number
}

export type RowFault = (key: Uint8Array, value: Uint8Array) => UnreadableRow | undefined

/**
 * The damaged pages of a store, as far as they are known. What may be in them is neither read nor written any more, so that no
 * row that is lost is taken for one that never was, and the engine, which may end the process for such a page, does not
 * come to it. With a damaged list of free pages nothing is written: it may name pages that are in use.
 */
export class DamagedPages {
  readonly #pages = new Map<string, DamagedPage>()
  readonly #onFound: (pages: readonly DamagedPage[], fresh: readonly DamagedPage[]) => void
  /** Called when a read or a commit met damage. */
  onMet: (fault: StorageFault) => void = () => {}
  /** Looks at the next pages, from the beginning where `after` is `undefined`. An engine that has pages brings it. */
  lookOnward: ((after: Uint8Array | undefined) => Promise<OnwardFindings>) | undefined
  #onRow: ((row: UnreadableRow) => void) | undefined
  /** Until there is somebody to tell. */
  #untold: UnreadableRow[] = []
  /** Keys before it were looked at; `all` where there is nothing that was not. */
  #lookedUpTo: Uint8Array | 'all' = 'all'
  #free: DamagedPage | undefined
  /** Those of rows. */
  #fenced: readonly DamagedPage[] = []

  /** `onFound` is told all that are known, and those that were not known before. */
  constructor(onFound: (pages: readonly DamagedPage[], fresh: readonly DamagedPage[]) => void = () => {}) {
    this.#onFound = onFound
  }

  get count(): number {
    return this.#pages.size
  }

  list(): readonly DamagedPage[] {
    return [...this.#pages.values()]
  }

  /** Walks through all pages now, as fast as it goes. */
  async lookAtAll(): Promise<void> {
    let after: Uint8Array | undefined
    do {
      const found = await this.lookOnward?.(after)
      if (found) this.found(found)
      after = found?.next
    } while (after)
  }

  /** Each row that is found not to be what was written, those of before too. */
  set onRow(tell: (row: UnreadableRow) => void) {
    this.#onRow = tell
    for (const row of this.#untold.splice(0)) tell(row)
  }

  /** From now on what is absent is only believed where {@link lookedUpTo} has come to. */
  doubt(): void {
    this.#lookedUpTo = new Uint8Array(0)
  }

  /** `undefined`: to the end. */
  lookedUpTo(key: Uint8Array | undefined): void {
    if (this.#lookedUpTo !== 'all') this.#lookedUpTo = key ?? 'all'
  }

  isLookedAt(key: Uint8Array): boolean {
    return this.#lookedUpTo === 'all' || Buffer.compare(key, this.#lookedUpTo) < 0
  }

  found({ damages, rows }: PageFindings): void {
    for (const row of rows) {
      if (this.#onRow) this.#onRow(row)
      else this.#untold.push(row)
    }
    const fresh = damages.filter(({ tree, page }) => !this.#pages.has(`${tree} ${page}`))
    if (fresh.length === 0) return
    for (const page of fresh) this.#pages.set(`${page.tree} ${page.page}`, page)
    const all = [...this.#pages.values()]
    this.#free = all.find(({ tree }) => tree === 'free')
    this.#fenced = all.filter(({ tree }) => tree === 'rows')
    this.#onFound(all, fresh)
  }

  /** The fault, where the row may be in a damaged page. */
  faultAt(key: Uint8Array): StorageFault | undefined {
    const page = this.#fenced.find(({ span }) => isWithin(key, span))
    return page && faultOf(page)
  }

  /** The range up to where damage begins, from the side that it is read from; and the fault for who wants more of it. */
  readablePart(range: ScanRange): { readonly range: ScanRange; readonly fault: StorageFault | undefined } {
    let { start, end } = range
    let nearest: DamagedPage | undefined
    for (const page of this.#fenced) {
      const [first, behind] = [later(start, page.span.start), earlier(end, page.span.end)]
      if (Buffer.compare(first, behind) >= 0) continue
      nearest = page
      if (range.reverse) start = behind
      else end = first
    }
    return { range: { ...range, start, end }, fault: nearest && faultOf(nearest) }
  }

  assertWritable({ expect, put, remove }: Change): void {
    if (this.#free) throw faultOf(this.#free)
    const keys = [...expect.map(({ key }) => key), ...put.map(({ key }) => key), ...remove]
    for (const page of this.#fenced) if (keys.some((key) => isWithin(key, page.around))) throw faultOf(page)
  }
}

function later(one: Uint8Array, other: Uint8Array | undefined): Uint8Array {
  return other && Buffer.compare(other, one) > 0 ? other : one
}

function earlier(one: Uint8Array, other: Uint8Array | undefined): Uint8Array {
  return other && Buffer.compare(other, one) < 0 ? other : one
}

function isWithin(key: Uint8Array, { start, end }: KeySpan): boolean {
  return (!start || Buffer.compare(key, start) >= 0) && (!end || Buffer.compare(key, end) < 0)
}

function faultOf({ page, reason }: DamagedPage): StorageFault {
  return new StorageFault('corrupt', `page ${page} of the metadata ${reason}`)
}

/** `end` is exclusive. */
export interface PagesFromTo {
  readonly start: number
  readonly end: number
}

/** Numbers of pages, a bit each. */
export class PageSet {
  readonly #bits: Uint8Array

  /** Of pages up to `last`. */
  constructor(last: number) {
    this.#bits = new Uint8Array((last >> 3) + 1)
  }

  add(page: number): void {
    this.#bits[page >> 3] = (this.#bits[page >> 3] ?? 0) | (1 << (page & 7))
  }

  has(page: number): boolean {
    return ((this.#bits[page >> 3] ?? 0) & (1 << (page & 7))) !== 0
  }

  /** Runs of pages that hold all of the set, with no more than so many others between two of it. `end` is exclusive. */
  *runs(mostPages: number, mostBetween: number): Generator<PagesFromTo, undefined> {
    let start = -1
    let end = -1
    for (const page of this.#pages()) {
      const isNear = page - end <= mostBetween && page - start < mostPages
      if (start >= 0 && !isNear) yield { start, end }
      if (start < 0 || !isNear) start = page
      end = page + 1
    }
    if (start >= 0) yield { start, end }
    return undefined
  }

  *#pages(): Generator<number> {
    for (const [index, byte] of this.#bits.entries())
      for (let left = byte; left !== 0; left &= left - 1) yield index * 8 + 31 - Math.clz32(left & -left)
  }
}

/** Larger ones make changes slower, smaller ones make more of them. */
const MOST_IN_CHUNK = 512

interface Item<Value> {
  readonly name: string
  value: Value
}

/** A map sorted by its names' UTF-16 code units. A look-up or change takes O(log n) comparisons. */
export class SortedMap<Value> {
  // Sorted within and from one to the next; none is empty but an only one.
  readonly #chunks: Item<Value>[][] = [[]]

  get(name: string): Value | undefined {
    const chunk = this.#chunk(this.#chunkIndex(name))
    const item = chunk[firstAtLeast(chunk, name)]
    return item?.name === name ? item.value : undefined
  }

  set(name: string, value: Value): void {
    const chunkIndex = this.#chunkIndex(name)
    const chunk = this.#chunk(chunkIndex)
    const index = firstAtLeast(chunk, name)
    const item = chunk[index]
    if (item?.name === name) {
      item.value = value
      return
    }
    chunk.splice(index, 0, { name, value })
    if (chunk.length > MOST_IN_CHUNK) this.#chunks.splice(chunkIndex + 1, 0, chunk.splice(MOST_IN_CHUNK / 2))
  }

  delete(name: string): void {
    const chunkIndex = this.#chunkIndex(name)
    const chunk = this.#chunk(chunkIndex)
    const index = firstAtLeast(chunk, name)
    if (chunk[index]?.name !== name) return
    chunk.splice(index, 1)
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(chunkIndex, 1)
  }

  /** All from `start` (inclusive) up. The map must not change meanwhile. */
  *ascending(start: string): Generator<Readonly<Item<Value>>> {
    const from = this.#chunkIndex(start)
    const first = this.#chunk(from)
    yield* first.slice(firstAtLeast(first, start))
    for (let index = from + 1; index < this.#chunks.length; index++) yield* this.#chunk(index)
  }

  /** All from `end` (exclusive) down. The map must not change meanwhile. */
  *descending(end: string): Generator<Readonly<Item<Value>>> {
    const from = this.#chunkIndex(end)
    const first = this.#chunk(from)
    yield* first.slice(0, firstAtLeast(first, end)).toReversed()
    for (let index = from - 1; index >= 0; index--) yield* this.#chunk(index).toReversed()
  }

  /** Of the last chunk that does not begin after `name`, or of the first. */
  #chunkIndex(name: string): number {
    let low = 0
    let high = this.#chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (nameAt(this.#chunk(middle), 0) <= name) low = middle
      else high = middle - 1
    }
    return low
  }

  #chunk(index: number): Item<Value>[] {
    return this.#chunks[index] ?? []
  }
}

function firstAtLeast(chunk: readonly Item<unknown>[], name: string): number {
  let low = 0
  let high = chunk.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (nameAt(chunk, middle) < name) low = middle + 1
    else high = middle
  }
  return low
}

function nameAt(chunk: readonly Item<unknown>[], index: number): string {
  return chunk[index]?.name ?? ''
}

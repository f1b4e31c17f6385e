import { keyText } from './key-text.ts'

/** Up to here all are compared: a map would have V8 make a text of each key and intern it, which costs ten times as much. */
const FEW = 16

interface Place<Row> {
  readonly key: Uint8Array
  row: Row
}

/** Rows by their key, most often a handful of them; in the order in which they came in. */
export class RowsByKey<Row> {
  #few: Place<Row>[] = []
  /** Once there are more. */
  #many: Map<string, Place<Row>> | undefined

  get size(): number {
    return this.#many ? this.#many.size : this.#few.length
  }

  get(key: Uint8Array): Row | undefined {
    return this.#place(key)?.row
  }

  has(key: Uint8Array): boolean {
    return this.#place(key) !== undefined
  }

  set(key: Uint8Array, row: Row): void {
    const place = this.#place(key)
    if (place) place.row = row
    else if (this.#many) this.#many.set(keyText(key), { key, row })
    else if (this.#few.push({ key, row }) > FEW) this.#becomeMany()
  }

  delete(key: Uint8Array): void {
    if (this.#many) this.#many.delete(keyText(key))
    else if (this.has(key)) this.#few = this.#few.filter((place) => !isSameKey(place.key, key))
  }

  rows(): Row[] {
    return this.#places().map(({ row }) => row)
  }

  /** The first key that `matches`. */
  findKey(matches: (key: Uint8Array) => boolean): Uint8Array | undefined {
    return this.#places().find(({ key }) => matches(key))?.key
  }

  #place(key: Uint8Array): Place<Row> | undefined {
    if (this.#many) return this.#many.get(keyText(key))
    for (const place of this.#few) if (isSameKey(place.key, key)) return place
    return undefined
  }

  #places(): readonly Place<Row>[] {
    return this.#many ? [...this.#many.values()] : this.#few
  }

  #becomeMany(): void {
    this.#many = new Map(this.#few.map((place) => [keyText(place.key), place]))
    this.#few = []
  }
}

/** From the end on, where keys of one table differ. */
function isSameKey(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  for (let index = one.length - 1; index >= 0; index--) if (one[index] !== other[index]) return false
  return true
}

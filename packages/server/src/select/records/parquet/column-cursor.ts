import type { Value } from '../../values/value.ts'
import { decompressPage } from './decompress-page.ts'
import { ENCODING, rawValues } from './encodings.ts'
import { hybrid } from './hybrid.ts'
import type { Raw } from './physical.ts'
import type { Leaf } from './schema.ts'
import { sizeOf, structOf, type ThriftStruct, ThriftReader } from './thrift.ts'

const PAGE = { data: 0, dictionary: 2, dataV2: 3 } as const

/** Told of what a row group comes to; each throws where that is too much. */
export interface RowGroupUse {
  readonly bytesOfPage: (bytes: number) => void
  readonly valuesOfDictionary: (count: number) => void
}

/** The entries of a data page that are left. */
interface Page {
  left: number
  readonly nextDefinition: () => number
  readonly nextRepetition: () => number
  readonly nextValue: () => Value
}

/** Goes through a column of a row group, of which one page at a time is laid out. */
export class ColumnCursor {
  readonly leaf: Leaf
  readonly #bytes: Buffer
  readonly #codec: number
  readonly #use: RowGroupUse
  #at = 0
  #dictionary: readonly Value[] | undefined
  #page: Page | undefined
  /** Of the entry that is next; −1 behind the last one. */
  definition = -1
  repetition = -1

  constructor(leaf: Leaf, bytes: Buffer, codec: number, use: RowGroupUse) {
    this.leaf = leaf
    this.#bytes = bytes
    this.#codec = codec
    this.#use = use
    this.#advance()
  }

  /** The entry's value, null where it is not there. */
  take(): Value {
    const page = this.#page
    if (page === undefined) throw new Error('parquet: a column has fewer values than its row group has rows')
    const value = this.definition === this.leaf.definition ? page.nextValue() : null
    this.#advance()
    return value
  }

  #advance(): void {
    if (this.#page === undefined || this.#page.left === 0) this.#page = this.#nextPage()
    if (this.#page === undefined) {
      this.definition = -1
      this.repetition = -1
      return
    }
    this.#page.left--
    this.repetition = this.#page.nextRepetition()
    this.definition = this.#page.nextDefinition()
  }

  #nextPage(): Page | undefined {
    while (this.#at < this.#bytes.length) {
      const reader = new ThriftReader(this.#bytes, this.#at)
      const head = reader.struct()
      const stored = sizeOf(head, 3)
      const bytes = this.#bytes.subarray(reader.at, reader.at + stored)
      if (bytes.length !== stored) throw new Error('parquet: a page beyond its column')
      this.#at = reader.at + stored
      this.#use.bytesOfPage(sizeOf(head, 2))
      const page = this.#pageOf(head, bytes)
      if (page !== undefined && page.left > 0) return page
    }
    return undefined
  }

  /** Nothing of a page that has no entries, as a dictionary has none. */
  #pageOf(head: ThriftStruct, bytes: Buffer): Page | undefined {
    const type = sizeOf(head, 1)
    if (type === PAGE.data) return this.#dataPage(head, bytes)
    if (type === PAGE.dataV2) return this.#dataPageV2(head, bytes)
    if (type === PAGE.dictionary) this.#readDictionary(head, bytes)
    return undefined
  }

  #readDictionary(head: ThriftStruct, bytes: Buffer): void {
    const count = sizeOf(detailsOf(head, 7), 1)
    const page = decompressPage(bytes, this.#codec, sizeOf(head, 2))
    this.#use.valuesOfDictionary(count)
    const next = rawValues(page, ENCODING.plain, this.leaf, count)
    this.#dictionary = Array.from({ length: count }, () => this.leaf.valueOf(next()))
  }

  #dataPage(head: ThriftStruct, bytes: Buffer): Page {
    const details = detailsOf(head, 5)
    const count = sizeOf(details, 1)
    let rest = decompressPage(bytes, this.#codec, sizeOf(head, 2))
    const levels = (highest: number, encoding: number) => {
      if (highest === 0) return none
      if (encoding !== ENCODING.rle) throw new Error('parquet: levels of an encoding that is not read')
      const length = rest.readUInt32LE(0)
      const of = rest.subarray(4, 4 + length)
      rest = rest.subarray(4 + length)
      return hybrid(of, bitsOf(highest))
    }
    const nextRepetition = levels(this.leaf.repetition, sizeOf(details, 4))
    const nextDefinition = levels(this.leaf.definition, sizeOf(details, 3))
    const nextValue = this.#values(rest, sizeOf(details, 2), count)
    return { left: count, nextDefinition, nextRepetition, nextValue }
  }

  #dataPageV2(head: ThriftStruct, bytes: Buffer): Page {
    const details = detailsOf(head, 8)
    const count = sizeOf(details, 1)
    const definitionBytes = sizeOf(details, 5)
    const levelBytes = definitionBytes + sizeOf(details, 6)
    const repetitionEnd = levelBytes - definitionBytes
    const data = bytes.subarray(levelBytes)
    const sizeBytes = sizeOf(head, 2) - levelBytes
    if (levelBytes > bytes.length || sizeBytes < 0) throw new Error('parquet: levels beyond their page')
    const isCompressed = details.get(7) !== false
    const page = isCompressed ? decompressPage(data, this.#codec, sizeBytes) : data
    const levels = (highest: number, start: number, end: number) =>
      highest === 0 ? none : hybrid(bytes.subarray(start, end), bitsOf(highest))
    return {
      left: count,
      nextRepetition: levels(this.leaf.repetition, 0, repetitionEnd),
      nextDefinition: levels(this.leaf.definition, repetitionEnd, levelBytes),
      nextValue: this.#values(page, sizeOf(details, 4), count),
    }
  }

  #values(bytes: Buffer, encoding: number, count: number): () => Value {
    // A page of nulls may have no bytes at all.
    if (bytes.length === 0) return beyond
    const { valueOf } = this.leaf
    if (encoding === ENCODING.plainDictionary || encoding === ENCODING.rleDictionary) {
      const dictionary = this.#dictionary
      if (dictionary === undefined) throw new Error('parquet: a dictionary is missing')
      const next = hybrid(bytes.subarray(1), bytes.readUInt8(0))
      return () => {
        const index = next()
        if (index >= dictionary.length) throw new Error('parquet: a value beyond the dictionary')
        return dictionary[index]
      }
    }
    const next: () => Raw = rawValues(bytes, encoding, this.leaf, count)
    return () => valueOf(next())
  }
}

function none(): number {
  return 0
}

function beyond(): never {
  throw new Error('parquet: a value beyond the page')
}

function bitsOf(highest: number): number {
  return 32 - Math.clz32(highest)
}

function detailsOf(head: ThriftStruct, field: number): ThriftStruct {
  const details = structOf(head, field)
  if (details === undefined) throw new Error('parquet: a page without a head')
  return details
}

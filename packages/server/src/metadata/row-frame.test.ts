import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StorageFault } from '../base/storage-fault.ts'
import type { FrameVersion } from './row-frame.ts'
import { defineBytesTable, defineTable, type StoredRow, type Table } from './table.ts'

const json = defineTable<[name: string], unknown>(247, 'json')
const bytes = defineBytesTable<[name: string]>(248, 'bytes')

function stored<Row>(table: Table<[string], Row>, name: string, row: Row, version: FrameVersion): StoredRow {
  const key = table.key(name)
  return { key, value: table.encode(key, row, version) }
}

function flipped(buffer: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(buffer)
  const index = Math.floor(bit / 8) % copy.length
  copy[index] = (copy[index] ?? 0) ^ (1 << (bit % 8))
  return copy
}

const corruptOrRead = expect.toSatisfy(
  (outcome) => !(outcome instanceof Error) || outcome instanceof StorageFault,
)
const corrupt = expect.objectContaining({ name: 'StorageFault', kind: 'corrupt' })

function failureOf(read: () => unknown): unknown {
  try {
    return { read: read() }
  } catch (error) {
    return error
  }
}

describe('a framed row', () => {
  it('is read as it was written, in either version', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constantFrom(1 as const, 2 as const),
        (name, row, version) => {
          expect(json.decode(stored(json, name, row, version))).toEqual(JSON.parse(JSON.stringify(row)))
        },
      ),
    )
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), (name, row) => {
        expect(Buffer.from(row).equals(bytes.decode(stored(bytes, name, row, 2)))).toBe(true)
      }),
    )
  })

  it('with any bit turned over, in the row or its key, is not read', () => {
    const row = { etag: 'abc', sizeBytes: 12, content: { kind: 'inline', id: 'x' } }
    const found = stored(json, 'key', row, 2)
    for (let bit = 0; bit < found.value.length * 8; bit++) {
      const value = flipped(found.value, bit)
      expect(
        failureOf(() => json.decode({ ...found, value })),
        `bit ${bit}`,
      ).toEqual(corrupt)
    }
    for (let bit = 0; bit < found.key.length * 8; bit++) {
      expect(failureOf(() => json.decode({ ...found, key: flipped(found.key, bit) }))).toEqual(corrupt)
    }
  })

  it('cut off, grown or replaced by other bytes, is not read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (row, cut) => {
        const found = stored(bytes, 'key', row, 2)
        const shorter = found.value.subarray(0, cut % found.value.length)
        expect(failureOf(() => bytes.decode({ ...found, value: shorter }))).toEqual(corrupt)
        const longer = Buffer.concat([found.value, Buffer.of(0)])
        expect(failureOf(() => bytes.decode({ ...found, value: longer }))).toEqual(corrupt)
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array(), (value) => {
        expect(failureOf(() => json.decode({ key: json.key('key'), value }))).toEqual(corruptOrRead)
      }),
    )
  })

  it('at the key of another row is not read', () => {
    const { value } = stored(json, 'one', { owner: 'me' }, 2)
    expect(failureOf(() => json.decode({ key: json.key('other'), value }))).toEqual(corrupt)
  })

  it('in another layout is told apart from a damaged one', () => {
    const key = json.key('key')
    const value = bytes.encode(key, Buffer.from('{}'), 2)
    expect(failureOf(() => json.decode({ key, value }))).toMatchObject({ message: /unknown layout 0/ })
  })
})

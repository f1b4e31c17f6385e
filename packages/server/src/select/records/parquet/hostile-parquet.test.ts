import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { objectOf, parquet } from '../../../../../../tests/support/select-objects.ts'
import { type InputRecord } from '../record.ts'
import { readRecords } from '../read-records.ts'

/** Thrift's compact protocol: the types of values, and their bytes. */
interface Encoded {
  readonly type: number
  readonly bytes: Buffer
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  for (; left >= 0x80; left = Math.floor(left / 0x80)) bytes.push((left % 0x80) | 0x80)
  return Buffer.from([...bytes, left])
}

function size(value: number): Encoded {
  return { type: 6, bytes: varint(2 * value) }
}

function text(value: string): Encoded {
  return { type: 8, bytes: Buffer.concat([varint(value.length), Buffer.from(value)]) }
}

function list(...elements: readonly Encoded[]): Encoded {
  const head = Buffer.from([(elements.length << 4) | (elements[0]?.type ?? 0)])
  return { type: 9, bytes: Buffer.concat([head, ...elements.map(({ bytes }) => bytes)]) }
}

function struct(fields: Readonly<Record<number, Encoded>>): Encoded {
  const parts = Object.entries(fields).map(([id, { type, bytes }], at, all) => {
    const delta = Number(id) - Number(all[at - 1]?.[0] ?? 0)
    return Buffer.concat([Buffer.from([(delta << 4) | type]), bytes])
  })
  return { type: 12, bytes: Buffer.concat([...parts, Buffer.from([0])]) }
}

const BYTE_ARRAY = 6
const BOOLEAN = 0

function fileOf(pages: Buffer, footer: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(footer.length)
  return Buffer.concat([Buffer.from('PAR1'), pages, footer, length, Buffer.from('PAR1')])
}

/** One column of one row group. */
function columnOf(type: number, rows: number, pages: Buffer, codec = 0): Buffer {
  const sizeBytes = size(pages.length)
  const metadata = { 1: size(type), 4: size(codec), 5: size(rows), 6: sizeBytes, 7: sizeBytes, 9: size(4) }
  const column = struct({ 2: size(4), 3: struct(metadata) })
  const schema = list(
    struct({ 4: text('root'), 5: size(1) }),
    struct({ 1: size(type), 3: size(0), 4: text('a') }),
  )
  const group = struct({ 1: list(column), 3: size(rows) })
  return fileOf(pages, struct({ 2: schema, 3: size(rows), 4: list(group) }).bytes)
}

function dataPage(count: number, encoding: number, values: Buffer): Buffer {
  const details = struct({ 1: size(count), 2: size(encoding), 3: size(3), 4: size(3) })
  const sizeBytes = size(values.length)
  return Buffer.concat([struct({ 1: size(0), 2: sizeBytes, 3: sizeBytes, 5: details }).bytes, values])
}

/** In blocks of eight differences, which take two bytes where they are all 0. */
function deltas(numbers: readonly number[]): Buffer {
  const parts = [varint(8), varint(1), varint(numbers.length), varint(2 * (numbers[0] ?? 0))]
  for (let at = 1; at < numbers.length; at += 8) {
    const block = Buffer.alloc(32)
    for (let place = at; place < Math.min(at + 8, numbers.length); place++)
      block.writeInt32LE((numbers[place] ?? 0) - (numbers[place - 1] ?? 0), 4 * (place - at))
    parts.push(...(block.some((byte) => byte !== 0) ? [Buffer.from([0, 32]), block] : [Buffer.from([0, 0])]))
  }
  return Buffer.concat(parts)
}

/** So many zeros, of which a million take two bytes. */
function manyZeros(count: number): Buffer {
  const block = 2 ** 20
  return Buffer.concat([
    ...[block, 1, count, 0].map(varint),
    Buffer.alloc(2 * Math.ceil((count - 1) / block)),
  ])
}

async function firstBatch(file: Buffer): Promise<readonly InputRecord[]> {
  const options = { path: [], scanRange: undefined, scanned() {}, processed() {} }
  for await (const batch of readRecords(parquet, objectOf(file), options)) return batch
  return []
}

const parsingError = expect.objectContaining({ code: 'ParquetParsingError' }) as Error

describe('a file that claims much', () => {
  it('lays out some rows at a time where they are long and it is not', async () => {
    const [count, length] = [1000, 1_000_000]
    const others = (number: number) => Array.from({ length: count - 1 }, () => number)
    const prefixes = deltas([0, ...others(length)])
    const suffixes = deltas([length, ...others(0)])
    const page = Buffer.concat([prefixes, suffixes, Buffer.alloc(length, 'x')])
    const batch = await firstBatch(columnOf(BYTE_ARRAY, count, dataPage(count, 7, page)))
    expect(batch.length).toBeLessThan(10)
    expect(batch.length).toBeGreaterThan(1)
  })

  it('has lengths that are passed over without being looked at', async () => {
    const count = 2_000_000_000
    const page = dataPage(count, 6, manyZeros(count))
    expect(await firstBatch(columnOf(BYTE_ARRAY, 10, page))).toHaveLength(10)
  })

  it('has no footer of more values than there is memory for', async () => {
    const structs = Buffer.alloc(2_000_000)
    const footer = Buffer.concat([
      Buffer.from([0x29, 0xfc]),
      varint(structs.length),
      structs,
      Buffer.from([0]),
    ])
    await expect(firstBatch(fileOf(Buffer.alloc(0), footer))).rejects.toEqual(parsingError)
  })

  it('has no dictionary of more values than there is memory for', async () => {
    const zeros = gzipSync(Buffer.alloc(1_000_000))
    const head = { 1: size(2), 2: size(1_000_000), 3: size(zeros.length) }
    const page = struct({ ...head, 7: struct({ 1: size(8_000_000), 2: size(0) }) }).bytes
    await expect(firstBatch(columnOf(BOOLEAN, 1, Buffer.concat([page, zeros]), 2))).rejects.toMatchObject({
      code: 'OverMaxParquetBlockSize',
    })
  })
})

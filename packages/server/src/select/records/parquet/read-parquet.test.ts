import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { CompressionCodec, SchemaElement } from 'hyparquet'
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { ofPyArrow } from '../../../../../../tests/support/select-files.ts'
import { objectOf, parquet, recordsOf } from '../../../../../../tests/support/select-objects.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { Decimal } from '../../values/decimal.ts'
import { Timestamp } from '../../values/timestamp.ts'
import type { Value } from '../../values/value.ts'
import type { ObjectSource } from '../formats.ts'
import type { ReadingOptions } from '../read-records.ts'
import { checkRowGroupSize } from './footer.ts'

function failure(code: string): Error {
  return expect.objectContaining({ code }) as Error
}

/** Values as plain ones; exact numbers and timestamps as their texts. */
function plain(value: Value): unknown {
  if (value instanceof Decimal || value instanceof Timestamp) return value.toString()
  if (Array.isArray(value)) return value.map((element: Value) => plain(element))
  if (!(value instanceof Map)) return value
  return Object.fromEntries([...value].map(([name, member]) => [name, plain(member as Value)]))
}

/** Asserts that nothing is read but of the object. */
function checked(source: ObjectSource): ObjectSource {
  return {
    ...source,
    read(start, end) {
      if (!(start >= 0 && start <= end && end <= source.sizeBytes))
        throw new Error(`read from ${start} to ${end}`)
      return source.read(start, end)
    },
  }
}

async function read(bytes: Uint8Array, options?: Partial<ReadingOptions>): Promise<unknown[]> {
  const records = await recordsOf(parquet, checked(objectOf(bytes, 100)), options)
  return records.map((record) => ('value' in record ? plain(record.value) : undefined))
}

interface Writing {
  readonly schema?: SchemaElement[]
  readonly codec?: CompressionCodec
  readonly pageSize?: number
  readonly rowGroupSize?: number
}

function write(columnData: ColumnSource[], options: Writing = {}): Buffer {
  const compressors = {
    GZIP: (bytes: Uint8Array) => gzipSync(bytes),
    LZ4: (bytes: Uint8Array) => bytes,
  }
  return Buffer.from(parquetWriteBuffer({ columnData, compressors, ...options }))
}

const leaf = (element: Omit<SchemaElement, 'name'>): SchemaElement[] => [
  { name: 'root', num_children: 1 },
  { name: 'a', repetition_type: 'OPTIONAL', ...element },
]

describe('values', () => {
  it('are of types and encodings of all kinds', async () => {
    expect(await read(ofPyArrow)).toEqual([
      {
        u64: '18446744073709551615',
        dec: '-12345678901234567.89',
        date: '2024-02-29',
        ts: '2024-01-01T01:02:03.456789Z',
        time: '01:02:03.456',
        s: 'prefix one',
        l: [1n, null],
        ll: [['a'], [], null],
        st: { a: 1n, b: { c: 'x' } },
        m: { k: 1n, l: null },
      },
      {
        u64: 7n,
        dec: '0.10',
        date: '1969-12-31',
        ts: '1969-12-31T23:59:59.999999Z',
        time: '23:59:59.000',
        s: 'prefix two é',
        l: [],
        ll: [['b', 'c']],
        st: undefined,
        m: {},
      },
      {
        u64: undefined,
        dec: undefined,
        date: undefined,
        ts: undefined,
        time: undefined,
        s: '',
        l: undefined,
        ll: [],
        st: { a: undefined, b: undefined },
        m: undefined,
      },
    ])
  })

  it.each<[string, ColumnSource, unknown[]]>([
    ['integers', { name: 'a', data: [1, -2], type: 'INT32' }, [1n, -2n]],
    ['long integers', { name: 'a', data: [2n ** 63n - 1n, null], type: 'INT64' }, [2n ** 63n - 1n, null]],
    ['floats', { name: 'a', data: [0.5, -0.25], type: 'FLOAT' }, [0.5, -0.25]],
    ['doubles', { name: 'a', data: [0.1, Infinity], type: 'DOUBLE' }, [0.1, Infinity]],
    ['booleans', { name: 'a', data: [true, false, null], type: 'BOOLEAN' }, [true, false, null]],
    ['texts', { name: 'a', data: ['é', '', null], type: 'STRING' }, ['é', '', null]],
    ['JSON, as its text', { name: 'a', data: [{ b: 1 }], type: 'JSON' }, ['{"b":1}']],
    ['timestamps', { name: 'a', data: [new Date(1)], type: 'TIMESTAMP' }, ['1970-01-01T00:00:00.001Z']],
    ['16-bit floats', { name: 'a', data: [1.5, -65_504, 6e-8], type: 'FLOAT16' }, [1.5, -65_504, 2 ** -24]],
    [
      'UUIDs',
      { name: 'a', data: ['00112233-4455-6677-8899-aabbccddeeff'], type: 'UUID' },
      ['00112233-4455-6677-8899-aabbccddeeff'],
    ],
    [
      'bytes, as text where they are some and else in base64',
      { name: 'a', data: [Buffer.from('text'), Buffer.from([0xff, 0])], type: 'BYTE_ARRAY' },
      ['text', '/wA='],
    ],
  ])('are of %s', async (_, column, expected) => {
    expect(await read(write([column]))).toEqual(expected.map((a) => ({ a: a ?? undefined })))
  })

  it.each<[string, SchemaElement[], ColumnSource['data'], unknown[]]>([
    [
      'decimals in 32 bits',
      leaf({ type: 'INT32', converted_type: 'DECIMAL', scale: 2, precision: 9 }),
      [1.5],
      ['1.50'],
    ],
    ['days', leaf({ type: 'INT32', converted_type: 'DATE' }), [new Date(-86_400_000)], ['1969-12-31']],
    [
      'integers without a sign',
      leaf({ type: 'INT32', converted_type: 'UINT_32' }),
      [2 ** 32 - 1],
      [2n ** 32n - 1n],
    ],
  ])('are of %s', async (_, schema, data, expected) => {
    expect(await read(write([{ name: 'a', data }], { schema }))).toEqual(expected.map((a) => ({ a })))
  })

  // Source: aws-sdk-java issue 2576.
  it('that are null are MISSING, in their place', async () => {
    const file = write([
      { name: 'a', data: [null], type: 'STRING' },
      { name: 'b', data: [1], type: 'INT32' },
    ])
    const [record] = await recordsOf(parquet, objectOf(file))
    expect(record).toEqual({
      value: new Map([
        ['a', undefined],
        ['b', 1n],
      ]),
    })
  })

  it('of a text that is none are an error', async () => {
    const schema = leaf({ type: 'BYTE_ARRAY', converted_type: 'UTF8' })
    const file = write([{ name: 'a', data: ['x!x'] }], { schema, codec: 'UNCOMPRESSED' })
    const at = file.indexOf('x!x')
    file[at + 1] = 0xff
    await expect(read(file)).rejects.toEqual(failure('InvalidTextEncoding'))
  })

  it('are those that were written, whatever the pages and row groups are', async () => {
    const row = fc.record({
      int: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: undefined }),
      text: fc.option(
        fc.string({ unit: 'grapheme' }).map((text) => text.toWellFormed()),
        { nil: undefined },
      ),
      few: fc.constantFrom('one', 'two', undefined),
      flag: fc.option(fc.boolean(), { nil: undefined }),
      float: fc.double({ noNaN: true }),
    })
    const rows = fc.array(row, { minLength: 1, maxLength: 200 })
    const codecs = fc.constantFrom<CompressionCodec>('SNAPPY', 'GZIP', 'UNCOMPRESSED')
    const sizes = fc.integer({ min: 1, max: 300 })
    await fc.assert(
      fc.asyncProperty(rows, codecs, sizes, sizes, async (written, codec, pageSize, rowGroupSize) => {
        const columns: ColumnSource[] = [
          { name: 'int', data: written.map(({ int }) => int), type: 'INT64' },
          { name: 'text', data: written.map(({ text }) => text), type: 'STRING' },
          { name: 'few', data: written.map(({ few }) => few), type: 'STRING' },
          { name: 'flag', data: written.map(({ flag }) => flag), type: 'BOOLEAN' },
          { name: 'float', data: written.map(({ float }) => float), type: 'DOUBLE' },
        ]
        expect(await read(write(columns, { codec, pageSize, rowGroupSize }))).toEqual(written)
      }),
      { numRuns: 30 },
    )
  })
})

describe('a file', () => {
  const rows = Array.from({ length: 1000 }, (_, id) => ({ id: BigInt(id), text: `text ${id}` }))
  const columns: ColumnSource[] = [
    { name: 'id', data: rows.map(({ id }) => id), type: 'INT64' },
    { name: 'text', data: rows.map(({ text }) => text), type: 'STRING' },
  ]
  const file = write(columns, { rowGroupSize: 100 })

  it('is read by its row groups that begin in a scan range', async () => {
    const bounds = [0, 4, 5, 2000, 2001, 7000, file.length]
    const parts = await Promise.all(
      bounds.slice(1).map((end, at) => read(file, { scanRange: { start: bounds[at] ?? 0, end } })),
    )
    expect(parts[1]).toEqual(rows.slice(0, 100))
    expect(parts.flat()).toEqual(rows)
  })

  it('is read by the columns that are asked for', async () => {
    const counted = async (columns: ReadingOptions['columns']) => {
      let scanned = 0
      const records = await read(file, { columns, scanned: (bytes) => (scanned += bytes) })
      return { scanned, records }
    }
    const all = await counted(undefined)
    const some = await counted([{ text: 'ID', isQuoted: false }])
    expect(some.records).toEqual(rows.map(({ id }) => ({ id })))
    expect(some.scanned).toBeLessThan(all.scanned * 0.7)
    // Without any there are as many records all the same.
    expect((await counted([])).records).toHaveLength(rows.length)
  })

  it('is an error where a column is compressed as S3 does not know', async () => {
    const compressed = write(columns, { codec: 'LZ4' })
    await expect(read(compressed)).rejects.toEqual(failure('ParquetUnsupportedCompressionCodec'))
  })

  it('is an error where a row group is too large', () => {
    const group = (chunk: { readonly end: number; readonly uncompressedBytes: number }) => () =>
      checkRowGroupSize({ rows: 1, chunks: [{ start: 0, codec: 0, ...chunk }] })
    expect(group({ end: 1, uncompressedBytes: 2 ** 28 })).not.toThrow()
    expect(group({ end: 1, uncompressedBytes: 2 ** 28 + 1 })).toThrow(failure('OverMaxParquetBlockSize'))
    expect(group({ end: 2 ** 28 + 1, uncompressedBytes: 1 })).toThrow(failure('OverMaxParquetBlockSize'))
  })

  it('is an error where it ends too soon', async () => {
    for (const length of [0, 1, 8, 11, 12, 100, ofPyArrow.length - 1]) {
      await expect(read(ofPyArrow.subarray(0, length))).rejects.toEqual(failure('ParquetParsingError'))
    }
    const cut = Buffer.concat([ofPyArrow.subarray(0, 500), ofPyArrow.subarray(600)])
    await expect(read(cut)).rejects.toEqual(failure('ParquetParsingError'))
  })

  it('has errors of S3 alone wherever it is damaged', async () => {
    for (const damage of [0x01, 0x80, 0xff]) {
      for (let at = 0; at < ofPyArrow.length; at++) {
        const damaged = Buffer.from(ofPyArrow)
        damaged[at] = (damaged[at] ?? 0) ^ damage
        const outcome = await read(damaged).catch((error: unknown) => error)
        expect(Array.isArray(outcome) || outcome instanceof S3Error).toBe(true)
      }
    }
  })
})

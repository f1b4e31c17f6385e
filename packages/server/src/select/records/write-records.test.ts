import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { json, objectOf, recordsOf } from '../../../../../tests/support/select-objects.ts'
import { Decimal } from '../values/decimal.ts'
import { Timestamp } from '../values/timestamp.ts'
import type { Value } from '../values/value.ts'
import type { CsvOutput } from './formats.ts'
import { recordWriter } from './write-records.ts'

const csv: CsvOutput = {
  kind: 'CSV',
  quoteFields: 'ASNEEDED',
  quote: '"',
  quoteEscape: '"',
  recordDelimiter: '\n',
  fieldDelimiter: ',',
}
const writeCsv = (values: readonly Value[], change: Partial<CsvOutput> = {}) =>
  recordWriter({ ...csv, ...change })({ names: [], values })
const writeJson = (members: Readonly<Record<string, Value>>, recordDelimiter = '\n') =>
  recordWriter({ kind: 'JSON', recordDelimiter })({
    names: Object.keys(members),
    values: Object.values(members),
  })

const all = [
  undefined,
  null,
  true,
  -(2n ** 63n),
  0.5,
  new Decimal(150n, 2),
  'text',
  Timestamp.ofInstant(0),
  [1n, undefined, 'a,"b"'],
  new Map<string, Value>([
    ['a', null],
    ['b', undefined],
  ]),
]

describe('CSV', () => {
  it('has each value as a text, and what is nested as JSON', () => {
    expect(writeCsv(all)).toBe(
      ',,true,-9223372036854775808,0.5,1.50,text,1970-01-01T00:00:00.000Z,"[1,null,""a,\\""b\\""""]","{""a"":null}"\n',
    )
  })

  it('has quotes as needed', () => {
    expect(writeCsv(['a', 'b c', 'd,e', 'f"g', 'h\ni', 'j\rk', ''])).toBe(
      'a,b c,"d,e","f""g","h\ni","j\rk",\n',
    )
    const change = { fieldDelimiter: '||', recordDelimiter: '$$', quote: "'", quoteEscape: '\\' }
    expect(writeCsv(['a,b', 'c|d', 'e||f', 'g$$', "h'\\"], change)).toBe(
      "a,b||c|d||'e||f'||'g$$'||'h\\'\\\\'$$",
    )
  })

  it('has delimiters of any length', () => {
    const [fieldDelimiter, recordDelimiter] = ['x'.repeat(300_000), 'y'.repeat(300_000)]
    const change = { fieldDelimiter, recordDelimiter }
    expect(writeCsv(['a', `b${recordDelimiter}`], change)).toBe(
      `a${fieldDelimiter}"b${recordDelimiter}"${recordDelimiter}`,
    )
  })

  it('has quotes always', () => {
    expect(writeCsv(['a', null, 1n, 'b"'], { quoteFields: 'ALWAYS' })).toBe('"a","","1","b"""\n')
  })

  it('has no quotes where there are none, and quotes twice where nothing escapes them', () => {
    expect(writeCsv(['a,b'], { quote: '' })).toBe('a,b\n')
    expect(writeCsv(['a"b'], { quoteEscape: '' })).toBe('"a""b"\n')
  })
})

describe('JSON', () => {
  it('has members in their order, without what is missing', () => {
    const members = Object.fromEntries(all.map((value, at) => [`m${at}`, value]))
    expect(writeJson(members)).toBe(
      '{"m1":null,"m2":true,"m3":-9223372036854775808,"m4":0.5,"m5":1.50,"m6":"text","m7":"1970-01-01T00:00:00.000Z","m8":[1,null,"a,\\"b\\""],"m9":{"a":null}}\n',
    )
  })

  it('is an empty object where nothing is there', () => {
    expect(writeJson({}, '|')).toBe('{}|')
    expect(writeJson({ a: undefined })).toBe('{}\n')
  })

  it('has null for floats that are no numbers', () => {
    expect(writeJson({ a: NaN, b: Infinity, c: 1e21, d: -0 })).toBe('{"a":null,"b":null,"c":1e+21,"d":0}\n')
  })

  it('is read back as the same', async () => {
    const { value } = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 2 },
        fc.constantFrom(null, true, false),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.string({ unit: 'binary', maxLength: 10 }),
        fc
          .tuple(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), fc.integer({ min: 1, max: 60 }))
          .map(([coefficient, scale]) => new Decimal(coefficient, scale)),
        fc.array(tie('value'), { maxLength: 3 }),
        fc
          .dictionary(fc.string(), tie('value'), { maxKeys: 3 })
          .map((members) => new Map(Object.entries(members))),
      ),
    }))
    await fc.assert(
      fc.asyncProperty(value, async (written) => {
        const [record] = await recordsOf(json, objectOf(writeJson({ a: written })), {
          path: [{ kind: 'name', name: { text: 'a', isQuoted: true } }],
        })
        const read = record !== undefined && 'value' in record ? record.value : undefined
        // As numbers: those with an exponent may be floats, which are written otherwise.
        expect(JSON.parse(writeJson({ a: read }))).toEqual(JSON.parse(writeJson({ a: written })))
      }),
      { numRuns: 50 },
    )
  })
})

it('writes records of a mebibyte and not a byte more', () => {
  expect(writeCsv(['é'.repeat(2 ** 19 - 1) + 'a'])).toHaveLength(2 ** 19 + 1)
  expect(() => writeCsv(['é'.repeat(2 ** 19)])).toThrow(
    expect.objectContaining({ code: 'OverMaxRecordSize' }) as Error,
  )
})

describe('a record that names one long value often', () => {
  const long = 'x'.repeat(600_000)
  const often = Array.from({ length: 100_000 }, () => long)

  it.each([
    ['columns of CSV', () => writeCsv(often)],
    ['columns of JSON', () => writeJson(Object.fromEntries(often.map((text, at) => [String(at), text])))],
    ['a list', () => writeJson({ list: often })],
    ['a list in CSV', () => writeCsv([often])],
    ['lists in lists', () => writeCsv([Array.from({ length: 1000 }, () => often)])],
  ])('is too long: %s', (_, write) => {
    expect(write).toThrow(expect.objectContaining({ code: 'OverMaxRecordSize' }))
  })
})

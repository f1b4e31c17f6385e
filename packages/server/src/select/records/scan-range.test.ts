import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csv, json, objectOf, recordsOf, rowsOf } from '../../../../../tests/support/select-objects.ts'
import type { CsvInput, InputFormat, ScanRange } from './formats.ts'

const rowsIn = (text: string, scanRange: ScanRange, change: Partial<CsvInput> = {}) =>
  rowsOf({ ...csv, ...change }, objectOf(text, 3), { scanRange })

/** Adjoining ranges of a text, from its begin to its end. */
function rangesOf(text: string, cuts: readonly number[]): ScanRange[] {
  const size = Buffer.byteLength(text)
  const bounds = [...new Set([0, ...cuts.filter((cut) => cut < size), size])].sort(
    (one, other) => one - other,
  )
  return bounds.slice(1).map((end, at) => ({ start: bounds[at] ?? 0, end }))
}

describe('a scan range', () => {
  const text = 'A,B\nC,D\nD,E\nE,F\nG,H\nI,J\n'

  it("has the records that the User Guide's example says", async () => {
    expect(await rowsIn(text, { start: 1, end: 4 })).toEqual([])
    expect(await rowsIn(text, { start: 1, end: 5 })).toEqual([['C', 'D']])
  })

  it.each<[string, ScanRange, string[][]]>([
    ['from the first byte', { start: 0, end: 1 }, [['A', 'B']]],
    ['from where a record begins', { start: 4, end: 5 }, [['C', 'D']]],
    ['from within a record', { start: 5, end: 9 }, [['D', 'E']]],
    ['within a record', { start: 5, end: 8 }, []],
    [
      'to the end',
      { start: 16, end: 24 },
      [
        ['G', 'H'],
        ['I', 'J'],
      ],
    ],
    ['beyond the end', { start: 20, end: 1000 }, [['I', 'J']]],
    ['behind the end', { start: 30, end: 40 }, []],
    ['within the last record', { start: 21, end: 24 }, []],
  ])('%s has the records that begin in it', async (_, range, expected) => {
    expect(await rowsIn(text, range)).toEqual(expected)
  })

  it('knows the names of the columns wherever it begins', async () => {
    const named = '\ufeff#comment\nx,y\n1,2\n3,4\n'
    const scanRange = { start: named.indexOf('1') + 3, end: 1000 }
    for (const range of [{ start: 5, end: 1000 }, scanRange]) {
      const records = await recordsOf({ ...csv, header: 'USE' }, objectOf(named), { scanRange: range })
      expect(records.map((record) => 'fields' in record && record.header?.names)).toContainEqual(['x', 'y'])
    }
    expect(await rowsIn(named, scanRange, { header: 'IGNORE' })).toEqual([['3', '4']])
    expect(await rowsIn(named, { start: 1, end: 15 }, { header: 'IGNORE' })).toEqual([])
    expect(await rowsIn(named, { start: 1, end: 20 }, { header: 'IGNORE' })).toEqual([['1', '2']])
  })

  it.each<[string, InputFormat]>([
    ['compressed', { ...csv, compression: 'GZIP' }],
    ['CSV with quoted record delimiters', { ...csv, allowQuotedRecordDelimiter: true }],
    ['a JSON document', { ...json, type: 'DOCUMENT' }],
  ])('is an error where the object is %s', async (_, format) => {
    await expect(recordsOf(format, objectOf(text), { scanRange: { start: 0, end: 1 } })).rejects.toEqual(
      expect.objectContaining({ code: 'UnsupportedScanRangeInput' }),
    )
  })

  it('is of bytes, with lines longer than what is read at once', async () => {
    const lines = ['é'.repeat(400_000), 'b'.repeat(300_000), '']
    const long = lines.join('\n')
    expect(await rowsIn(long, { start: 700_000, end: 800_001 })).toEqual([])
    expect(await rowsIn(long, { start: 700_000, end: 800_002 })).toEqual([[lines[1]]])
    expect(await rowsIn(long, { start: 0, end: 2 })).toEqual([[lines[0]]])
  })

  it.each<[string, Partial<CsvInput>]>([
    ['lines', {}],
    ['lines behind names', { header: 'USE' }],
    ['lines behind a line that is ignored', { header: 'IGNORE' }],
    ['other delimiters', { recordDelimiter: 'é', comments: 'a' }],
    ['delimiters of two characters', { recordDelimiter: ',\n', fieldDelimiter: 'a' }],
    ['delimiters of the same two characters', { recordDelimiter: '\n\n' }],
    ['delimiters of the same two long characters', { recordDelimiter: 'éé' }],
  ])('and those that adjoin it have each record once: %s', async (_, change) => {
    const content = fc.string({ unit: fc.constantFrom('a', ',', '\n', 'é', '#', '\r'), maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(content, fc.array(fc.nat(60)), async (generated, cuts) => {
        const whole = await rowsOf({ ...csv, ...change }, objectOf(generated))
        const ranges = rangesOf(generated, cuts)
        const parts = await Promise.all(ranges.map((range) => rowsIn(generated, range, change)))
        expect(parts.flat()).toEqual(whole)
      }),
      { numRuns: 300 },
    )
  })

  it('and those that adjoin it have each line of JSON once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), fc.array(fc.nat(200)), async (values, cuts) => {
        const lines = values.map((value, id) => JSON.stringify({ id, value })).join('\n')
        const whole = await recordsOf(json, objectOf(lines))
        const ranges = rangesOf(lines, cuts)
        const parts = ranges.map((scanRange) => recordsOf(json, objectOf(lines, 5), { scanRange }))
        expect((await Promise.all(parts)).flat()).toEqual(whole)
        expect(whole).toHaveLength(values.length)
      }),
    )
  })
})

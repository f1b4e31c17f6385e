import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { S3Error } from '../../../model/s3-error.ts'
import { Timestamp } from '../timestamp.ts'
import { timestampReader } from './read-timestamp.ts'
import { timestampWriter } from './write-timestamp.ts'

function timestamp(text: string): Timestamp {
  const parsed = Timestamp.parse(text)
  if (parsed === undefined) throw new Error(`no timestamp: ${text}`)
  return parsed
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    if (error instanceof S3Error) return error.code
  }
  return undefined
}

describe('writing', () => {
  test.each([
    ['yy', '05'],
    ['y', '2005'],
    ['yyyy', '2005'],
    ['M', '3'],
    ['MM', '03'],
    ['MMM', 'Mar'],
    ['MMMM', 'March'],
    ['MMMMM', 'M'],
    ['d', '4'],
    ['dd', '04'],
    ['a', 'PM'],
    ['h', '1'],
    ['hh', '01'],
    ['H', '13'],
    ['HH', '13'],
    ['m', '6'],
    ['mm', '06'],
    ['s', '7'],
    ['ss', '07'],
    ['S', '0'],
    ['SS', '06'],
    ['SSS', '060'],
    ['SSSSSSSSS', '060000000'],
    ['n', '60000000'],
    ['X', '+0530'],
    ['XX', '+0530'],
    ['XXX', '+05:30'],
    ['XXXX', '+0530'],
    ['XXXXX', '+05:30'],
    ['x', '+0530'],
    ['xx', '+0530'],
    ['xxx', '+05:30'],
    ['xxxx', '+0530'],
    ['xxxxx', '+05:30'],
    ["''", "'"],
    ["'it''s' y", "it's 2005"],
    ['', ''],
    ['— y/M', '— 2005/3'],
  ])('%j is %j', (pattern, expected) => {
    expect(timestampWriter(pattern)(timestamp('2005-03-04T13:06:07.06+05:30'))).toBe(expected)
  })

  test.each([
    ['2005T', "y-MM-dd'T'HH:mm:ss.SSSX", '2005-01-01T00:00:00.000Z'],
    ['2005-03-04T00:06Z', 'h a', '12 AM'],
    ['2005-03-04T12:06Z', 'hh a', '12 PM'],
    ['2005-03-04T12:06Z', 'xXx', '+00Z+00'],
    ['2005-03-04T12:06Z', 'xxx', '+00:00'],
    ['2005-03-04T12:06-08:00', 'x XXX', '-08 -08:00'],
    ['0042T', 'y yyyy yy', '42 0042 42'],
  ])('%s as %j is %j', (text, pattern, expected) => {
    expect(timestampWriter(pattern)(timestamp(text))).toBe(expected)
  })
})

describe('reading', () => {
  test.each([
    ['July 20, 1969', 'MMMM d, y', '1969-07-20'],
    ['jul 5, 1969', 'MMM d, yyyy', '1969-07-05'],
    ['7-20-69', 'M-d-yy', '2069-07-20'],
    ['7-20-70', 'M-d-yy', '1970-07-20'],
    ['1969', 'y', '1969T'],
    ['02/1969', 'MM/y', '1969-02T'],
    ['July 20, 1969 8:18 PM', 'MMMM d, y h:m a', '1969-07-20T20:18-00:00'],
    ['1969-07-20 12 am', 'y-M-d h a', '1969-07-20T00:00-00:00'],
    ['1969-07-20T20:18:00Z', "y-MM-dd'T'H:m:ssX", '1969-07-20T20:18:00Z'],
    ['1969-07-20T20:18:00+08', "y-MM-dd'T'H:m:ssX", '1969-07-20T20:18:00+08:00'],
    ['1969-07-20T20:18:00.012-0830', "y-MM-dd'T'H:m:ss.SSSXX", '1969-07-20T20:18:00.012-08:30'],
    ['1969-07-20T20:18:00.5+08:00', "y-MM-dd'T'H:m:ss.Sxxx", '1969-07-20T20:18:00.5+08:00'],
    ['1969-07-20 20:18:00 5', 'y-M-d H:m:s n', '1969-07-20T20:18:00.000000005-00:00'],
    ['19690720', 'yyyyMMdd', '1969-07-20'],
  ])('%j as %j is %s', (text, pattern, expected) => {
    expect(timestampReader(pattern)(text).toString()).toBe(expected)
  })

  test.each([
    ['', 'y'],
    ['x', 'y'],
    ['196', 'yyyy'],
    ['1969x', 'y'],
    ['1969-13', 'y-M'],
    ['1969-2-29', 'y-M-d'],
    ['1969-Foo', 'y-MMM'],
    ['1969-1-1 13 am', 'y-M-d h a'],
    ['1969-1-1 0 am', 'y-M-d h a'],
    ['1969-1-1 1 xm', 'y-M-d h a'],
    ['1969-1-1 24', 'y-M-d H'],
    ['1969-1-1 1+24:00', 'y-M-d Hxxx'],
    ['1969-1-1 1 08', 'y-M-d H x'],
    ['0000', 'yyyy'],
    ['1969-1-1 1:2:3.4', 'y-M-d H:m:s.SS'],
  ])('%j as %j fails', (text, pattern) => {
    expect(codeOf(() => timestampReader(pattern)(text))).toBe('ValueParseFailure')
  })

  test('what is written is read again', () => {
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 })
    const offsets = fc.integer({ min: -1439, max: 1439 })
    fc.assert(
      fc.property(seconds, offsets, (second, offsetMinutes) => {
        const value = new Timestamp({
          milliseconds: second * 1000 + 500,
          precision: 'second',
          fraction: '500',
          offsetMinutes,
        })
        for (const pattern of ["yyyy-MM-dd'T'HH:mm:ss.SSSxxx", 'MMMM d, y h:m:s.SSS a XX']) {
          expect(timestampReader(pattern)(timestampWriter(pattern)(value))).toEqual(value)
        }
      }),
    )
  })
})

describe('mistakes in patterns', () => {
  test.each([
    ["y'T", 'EvaluatorUnterminatedTimestampFormatPatternToken'],
    ["'", 'EvaluatorUnterminatedTimestampFormatPatternToken'],
    ['y-Q', 'EvaluatorInvalidTimestampFormatPatternSymbol'],
    ['T', 'EvaluatorInvalidTimestampFormatPatternSymbol'],
    ['yyy', 'EvaluatorInvalidTimestampFormatPatternToken'],
    ['yyyyy', 'EvaluatorInvalidTimestampFormatPatternToken'],
    ['HHH', 'EvaluatorInvalidTimestampFormatPatternToken'],
    ['SSSSSSSSSS', 'EvaluatorInvalidTimestampFormatPatternToken'],
  ])('%j is %s', (pattern, code) => {
    expect(codeOf(() => timestampWriter(pattern))).toBe(code)
    expect(codeOf(() => timestampReader(pattern))).toBe(code)
  })

  test.each([
    ['MMMMM y', 'EvaluatorInvalidTimestampFormatPatternSymbolForParsing'],
    ['y yyyy', 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ['y M MMM', 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ['y M d H h a', 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ['y M d H X x', 'EvaluatorTimestampFormatPatternDuplicateFields'],
    ['y M d h', 'EvaluatorTimestampFormatPatternHourClockAmPmMismatch'],
    ['y M d H a', 'EvaluatorTimestampFormatPatternHourClockAmPmMismatch'],
    ['M', 'EvaluatorInvalidTimestampFormatPattern'],
    ['y d', 'EvaluatorInvalidTimestampFormatPattern'],
    ['y M d m', 'EvaluatorInvalidTimestampFormatPattern'],
    ['', 'EvaluatorInvalidTimestampFormatPattern'],
  ])('%j is %s to read by', (pattern, code) => {
    expect(codeOf(() => timestampReader(pattern))).toBe(code)
    expect(codeOf(() => timestampWriter(pattern))).toBeUndefined()
  })
})

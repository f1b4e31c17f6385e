import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { S3Error } from '../../model/s3-error.ts'
import { addToDate, dateDifference, extractFromDate, type DatePart, type ExtractPart } from './date-parts.ts'
import { Timestamp } from './timestamp.ts'

function timestamp(text: string): Timestamp {
  const parsed = Timestamp.parse(text)
  if (parsed === undefined) throw new Error(`no timestamp: ${text}`)
  return parsed
}

describe('adding', () => {
  test.each<[DatePart, bigint, string, string]>([
    ['MONTH', 1n, '2008-01-31', '2008-02-29'],
    ['MONTH', -1n, '2008-03-31T10:00Z', '2008-02-29T10:00Z'],
    ['YEAR', 1n, '2008-02-29', '2009-02-28'],
    ['MONTH', -13n, '2010-01T', '2008-12T'],
    ['DAY', 1n, '2010-12-31T23:00-08:00', '2011-01-01T23:00-08:00'],
    ['HOUR', 25n, '2010-12-31T23:30:05.5+01:00', '2011-01-02T00:30:05.5+01:00'],
    ['SECOND', 1n, '2010-01-01', '2010-01-01T00:00:01-00:00'],
    ['MINUTE', -1n, '2010T', '2009-12-31T23:59-00:00'],
    ['YEAR', 0n, '2010-01-01T00:00:00.123456789Z', '2010-01-01T00:00:00.123456789Z'],
    ['DAY', 0n, '2010T', '2010-01-01'],
  ])('%s %s to %s is %s', (part, quantity, text, expected) => {
    expect(addToDate(part, quantity, timestamp(text)).toString()).toBe(expected)
  })

  test.each<[DatePart, bigint, string]>([
    ['YEAR', 1n, '9999T'],
    ['YEAR', -1n, '0001T'],
    ['SECOND', 1n, '9999-12-31T23:59:59Z'],
    ['DAY', 9223372036854775807n, '2010T'],
    ['MONTH', -9223372036854775808n, '2010T'],
  ])('%s %s to %s has no place in the calendar', (part, quantity, text) => {
    expect(() => addToDate(part, quantity, timestamp(text))).toThrow(S3Error)
  })

  test('and taking away again is what it was', () => {
    const instants = fc
      .integer({ min: 0, max: 4_000_000_000 })
      .map((seconds) => Timestamp.ofInstant(seconds * 1000))
    const parts = fc.constantFrom<DatePart>('DAY', 'HOUR', 'MINUTE', 'SECOND')
    const quantities = fc.bigInt({ min: -10_000n, max: 10_000n })
    fc.assert(
      fc.property(instants, parts, quantities, (instant, part, quantity) => {
        const moved = addToDate(part, quantity, instant)
        expect(addToDate(part, -quantity, moved)).toEqual(instant)
        expect(dateDifference(part, instant, moved)).toBe(quantity)
        expect(dateDifference(part, moved, instant)).toBe(-quantity)
      }),
    )
  })
})

describe('the difference', () => {
  test.each<[DatePart, string, string, bigint]>([
    ['YEAR', '2010-06-15', '2011-06-14', 0n],
    ['YEAR', '2010-06-15', '2011-06-15', 1n],
    ['YEAR', '2011-06-15', '2010-06-16', 0n],
    ['YEAR', '2011-06-15', '2010-06-15', -1n],
    ['MONTH', '2010-01-31', '2010-02-28', 0n],
    ['MONTH', '2010-01-31T12:00Z', '2010-03-31T11:59Z', 1n],
    ['DAY', '2010-01-01T00:00+05:00', '2010-01-02T00:00Z', 1n],
    ['HOUR', '2010-01-01T00:00Z', '2010-01-01T00:00-08:00', 8n],
    ['MINUTE', '2010-01-01T00:00:59Z', '2010-01-01T00:01:58Z', 0n],
    ['SECOND', '2010-01-01T00:00:01Z', '2010-01-01T00:00:00Z', -1n],
    ['MONTH', '1969-12-31T23:00Z', '1970-01-31T22:00Z', 0n],
  ])('in %s from %s to %s is %s', (part, from, to, expected) => {
    expect(dateDifference(part, timestamp(from), timestamp(to))).toBe(expected)
  })
})

describe('extracting', () => {
  test.each<[ExtractPart, string, string]>([
    ['DAY', '2010T', '1'],
    ['SECOND', '2010-01-01T00:00:05Z', '5'],
    ['SECOND', '2010-01-01T00:00:05.0060Z', '5.0060'],
    ['DAY', '2010-01-01T23:00-08:00', '1'],
    ['TIMEZONE_HOUR', '2010-01-01T23:00-08:30', '-8'],
    ['TIMEZONE_MINUTE', '2010-01-01T23:00-08:30', '-30'],
    ['TIMEZONE_HOUR', '2010-01-01T23:00Z', '0'],
    ['TIMEZONE_HOUR', '2010T', 'null'],
    ['TIMEZONE_MINUTE', '2010-01-01T23:00-00:00', 'null'],
  ])('%s of %s is %s', (part, text, expected) => {
    expect(String(extractFromDate(part, timestamp(text)))).toBe(expected)
  })
})

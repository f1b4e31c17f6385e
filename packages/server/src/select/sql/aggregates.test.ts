import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Decimal } from '../values/decimal.ts'
import type { Value } from '../values/value.ts'
import { ask, askCsv, askJson, codeOf, written } from './run-query.suite.ts'

function csv(expression: string, fields: readonly string[]): string {
  return written(askCsv(`SELECT ${expression} AS x FROM S3Object`, fields)[0]?.['x'])
}

function values(expression: string, members: readonly Value[]): string {
  const records = members.map((member) => ({ value: new Map([['a', member]]) }))
  return written(ask(`SELECT ${expression} AS x FROM S3Object`, records)[0]?.['x'])
}

const decimal = (text: string): Value => Decimal.parse(text)

describe('of fields', () => {
  test.each([
    ['COUNT(*)', ['1', '', 'x'], '3'],
    ['COUNT(_1)', ['1', '', 'x'], '3'],
    ['COUNT(_2)', ['1', '1,2'], '1'],
    ['SUM(_1)', ['1', '-2', '+4'], '3'],
    ['SUM(_1)', ['1', '2.50', '.5'], '4.00'],
    ['SUM(_1)', ['1', '2.5', '1e0'], '4.5e0'],
    ['SUM(_1)', [' 1 ', '2'], '3'],
    ['SUM(_2)', ['1', '2'], 'null'],
    ['SUM(_1)', ['999999999999999', '999999999999999', '1'], '1999999999999999'],
    ['SUM(_1)', ['9223372036854775807'], '9223372036854775807'],
    ['SUM(_1)', ['9223372036854775807', '1', '-1'], '9223372036854775807'],
    ['AVG(_1)', ['1', '2'], '1.5'],
    ['AVG(_1)', ['1', '2', '2'], `1.${'6'.repeat(36)}7`],
    ['AVG(_1)', ['2', '2'], '2'],
    ['AVG(_1)', ['1.50', '2.50'], '2.00'],
    ['AVG(_1)', ['1e0', '2'], '1.5e0'],
    ['AVG(_1)', ['9223372036854775807', '9223372036854775807'], '9223372036854775807'],
    ['MIN(_1)', ['10', '9', '9.5'], '9'],
    ['MAX(_1)', ['10', '9', '10.50', '10.5'], '10.50'],
    ['MAX(_1)', ['12345678901234567890', '9', '12345678901234567891'], '12345678901234567891'],
    ['MIN(_1)', ['b', 'a', 'c'], "'a'"],
    ['MAX(_1)', ['2020-01-02', '2020-01-10'], "'2020-01-10'"],
    ['MIN(_2)', ['1'], 'null'],
    ['SUM(_1) / COUNT(*)', ['1', '2', '6'], '3'],
    ['MAX(_1) - MIN(_1)', ['1', '2', '6'], '5'],
    ['SUM(_1 * 2)', ['1', '2'], '6'],
    ['SUM(CAST(_1 AS INT))', ['1', '2'], '3'],
    ['COUNT(*) > 1', ['1', '2'], 'true'],
    ['CAST(COUNT(*) AS STRING)', ['1'], "'1'"],
    ["COUNT(*) IN (1, 2) AND 'a' LIKE 'a'", ['1'], 'true'],
  ])('%s of %j is %s', (expression, fields, expected) => {
    expect(csv(expression, fields)).toBe(expected)
  })

  test.each([
    ['SUM(_1)', ['9223372036854775807', '1'], 'IntegerOverflow'],
    ['SUM(_1)', ['1', ''], 'CastFailed'],
    ['AVG(_1)', ['few'], 'CastFailed'],
    ['MAX(_1)', ['1', 'few'], 'UnsupportedTypeForQuerying'],
    ['MIN(_1)', ['few', '1'], 'UnsupportedTypeForQuerying'],
  ])('%s of %j is %s', (expression, fields, code) => {
    expect(codeOf(() => csv(expression, fields))).toBe(code)
  })
})

describe('of values', () => {
  test.each<[string, Value[], string]>([
    ['COUNT(*)', [1n, null, undefined], '3'],
    ['COUNT(a)', [1n, null, undefined, false], '2'],
    ['SUM(a)', [1n, null, undefined, 2n], '3'],
    ['SUM(a)', [1n, decimal('1.5')], '2.5'],
    ['SUM(a)', [decimal('1.5'), 0.25], '1.75e0'],
    ['SUM(a)', [null], 'null'],
    ['AVG(a)', [], 'null'],
    ['AVG(a)', [1n, null, 2n], '1.5'],
    ['COUNT(*)', [], '0'],
    ['MIN(a)', [2n, decimal('1.5'), 1.75], '1.5'],
    ['MAX(a)', ['a', 'b'], "'b'"],
    ['MAX(a)', [true, false], 'true'],
    ['MAX(a)', [Number.NaN, 1], '1e0'],
    ['MAX(a)', [], 'null'],
  ])('%s, %#', (expression, members, expected) => {
    expect(values(expression, members)).toBe(expected)
  })

  test.each<[string, Value[], string]>([
    ['SUM(a)', ['1'], 'IncorrectSqlFunctionArgumentType'],
    ['MAX(a)', [1n, '1'], 'UnsupportedTypeForQuerying'],
    ['MIN(a)', [[1n]], 'UnsupportedTypeForQuerying'],
  ])('%s, %#', (expression, members, code) => {
    expect(codeOf(() => values(expression, members))).toBe(code)
  })
})

test('only rows that meet the condition count', () => {
  expect(askCsv('SELECT COUNT(*) AS n, SUM(_1) AS s FROM S3Object WHERE _1 > 1', ['1', '2', '3'])).toEqual([
    { n: 2n, s: 5n },
  ])
  expect(askJson('SELECT COUNT(*), 5 AS five FROM S3Object WHERE FALSE', [1, 2])).toEqual([
    { _1: 0n, five: 5n },
  ])
})

test('a sum of short numbers is exact', () => {
  const numbers = fc.record({
    digits: fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
    scale: fc.integer({ min: 0, max: 12 }),
  })
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 200 }), (parts) => {
      const texts = parts.map(({ digits, scale }) => plain(digits, scale))
      const exact = parts.reduce((sum, { digits, scale }) => sum + digits * 10n ** BigInt(12 - scale), 0n)
      const sum = Decimal.parse(csv('SUM(_1)', texts))
      expect(sum?.compare(new Decimal(exact, 12))).toBe(0)
    }),
  )
})

function plain(digits: bigint, scale: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const fraction = scale === 0 ? '' : `.${text.slice(-scale)}`
  return `${digits < 0n ? '-' : ''}${text.slice(0, text.length - scale)}${fraction}`
}

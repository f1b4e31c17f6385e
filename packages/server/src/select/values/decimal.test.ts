import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Decimal } from './decimal.ts'

function decimal(text: string): Decimal {
  const parsed = Decimal.parse(text)
  if (parsed === undefined) throw new Error(`no decimal: ${text}`)
  return parsed
}

const nines = '9'.repeat(38)

describe('reading', () => {
  test.each([
    ['0', '0'],
    ['-0', '0'],
    ['007', '7'],
    ['+1.50', '1.50'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['123.456', '123.456'],
    ['-123.456', '-123.456'],
    ['1e3', '1E+3'],
    ['12.5E-2', '0.125'],
    ['0.0000001', '1E-7'],
    ['0.000001', '0.000001'],
    ['1.25e-10', '1.25E-10'],
    [nines, nines],
    [`${nines}4`, `9.${'9'.repeat(37)}E+38`],
    [`${nines}5`, `1.${'0'.repeat(37)}E+39`],
    [`1${'0'.repeat(37)}5`, `1.${'0'.repeat(37)}E+38`],
    [`1${'0'.repeat(37)}51`, `1.${'0'.repeat(36)}1E+39`],
    ['1e2147483648', '1E+2147483648'],
  ])('%s is %s', (text, expected) => {
    expect(decimal(text).toString()).toBe(expected)
  })

  test.each([
    '',
    '.',
    '-',
    'e5',
    '1e',
    '1e+',
    '1.2.3',
    ' 1',
    '1 ',
    '0x10',
    'NaN',
    'Infinity',
    '1_000',
    '1e2147483649',
    '1e-2147483648',
    `1e${'9'.repeat(400)}`,
    '١',
  ])('%j is no decimal', (text) => {
    expect(Decimal.parse(text)).toBeUndefined()
  })

  test('a million digits take no long time', () => {
    const start = process.hrtime.bigint()
    expect(decimal('7'.repeat(1_000_000)).toString()).toMatch(/^7\.7{36}8E\+999999$/)
    expect(decimal(`0.${'0'.repeat(1_000_000)}1`).toString()).toBe('1E-1000001')
    expect(process.hrtime.bigint() - start).toBeLessThan(1_000_000_000n)
  })

  test('what is written reads back as the same', () => {
    const parts = fc.tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.integer())
    fc.assert(
      fc.property(parts, ([coefficient, scale]) => {
        const read = decimal(new Decimal(coefficient, scale).toString())
        expect([read.coefficient, read.scale]).toEqual([coefficient, scale])
      }),
    )
  })
})

describe('arithmetic', () => {
  test.each([
    ['1.50', '+', '2.5', '4.00'],
    ['0', '+', '1.50', '1.50'],
    ['1.50', '-', '1.50', '0.00'],
    [nines, '+', '1', `1.${'0'.repeat(37)}E+38`],
    ['1e2000000000', '+', '1', `1.${'0'.repeat(37)}E+2000000000`],
    ['1', '-', '1e-2000000000', `1.${'0'.repeat(37)}`],
    ['1', '-', '95e-40', `0.${'9'.repeat(38)}`],
    ['1.5', '*', '-1.50', '-2.250'],
    ['1', '/', '3', `0.${'3'.repeat(38)}`],
    ['2', '/', '-3', `-0.${'6'.repeat(37)}7`],
    ['10', '/', '4', '2.5'],
    ['6.0', '/', '2', '3.0'],
    ['0', '/', '7', '0'],
    ['7.5', '%', '2', '1.5'],
    ['-7.5', '%', '2', '-1.5'],
    ['1', '%', '1e2000000000', '1'],
  ])('%s %s %s is %s', (left, operator, right, expected) => {
    expect(calculate(decimal(left), operator, decimal(right)).toString()).toBe(expected)
  })

  test.each([
    ['1e2000000000', '%', '7'],
    ['1e2000000000', '*', '1e2000000000'],
    ['1e2000000000', '/', '1e-2000000000'],
  ])('%s %s %s is out of range', (left, operator, right) => {
    expect(() => calculate(decimal(left), operator, decimal(right))).toThrow(
      expect.objectContaining({ code: 'NumberFormatError' }),
    )
  })

  test('agrees with integers', () => {
    const numbers = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: 0, max: 30 }), (left, right, scale) => {
        const [one, other] = [new Decimal(left, scale), new Decimal(right, scale)]
        expect(one.add(other)).toEqual(new Decimal(left + right, scale))
        expect(one.subtract(other)).toEqual(new Decimal(left - right, scale))
        expect(one.multiply(other)).toEqual(new Decimal(left * right, 2 * scale))
        expect(one.compare(other)).toBe(left < right ? -1 : Number(left > right))
      }),
    )
  })

  test('what is divided and multiplied again is close to what it was', () => {
    const numbers = fc.bigInt({ min: 1n, max: 10n ** 38n - 1n })
    fc.assert(
      fc.property(numbers, numbers, fc.integer({ min: -50, max: 50 }), (left, right, scale) => {
        const [one, other] = [new Decimal(left, scale), new Decimal(right, 3)]
        const error = one.divide(other).multiply(other).subtract(one)
        const bound = one.multiply(decimal('2e-37'))
        expect(error.compare(bound)).toBeLessThanOrEqual(0)
        expect(error.negate().compare(bound)).toBeLessThanOrEqual(0)
      }),
    )
  })

  test('compares by value, whatever the scales', () => {
    expect(decimal('1.0').compare(decimal('1'))).toBe(0)
    expect(decimal('1e2000000000').compare(decimal('1e-2000000000'))).toBe(1)
    expect(decimal('-1e2000000000').compare(decimal('1'))).toBe(-1)
    expect(decimal('0').compare(decimal('0e100'))).toBe(0)
    expect(decimal('-2').compare(decimal('-1.5'))).toBe(-1)
  })
})

describe('as other numbers', () => {
  test.each([
    ['1.9', 1n],
    ['-1.9', -1n],
    ['1e3', 1000n],
    ['0.5', 0n],
    ['9223372036854775807', 9223372036854775807n],
    ['1e30', undefined],
    ['0e1000', 0n],
  ])('%s before its point is %s', (text, expected) => {
    expect(decimal(text).toInteger()).toBe(expected)
  })

  test('a float is its shortest text', () => {
    expect(Decimal.ofNumber(0.1).toString()).toBe('0.1')
    expect(Decimal.ofNumber(1e21).toString()).toBe('1E+21')
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Decimal.ofNumber(value).toNumber()).toBe(value === 0 ? 0 : value)
      }),
    )
  })

  test('has fewer digits on demand', () => {
    expect(decimal('123.456').withPrecision(4).toString()).toBe('123.5')
    expect(decimal('999.9').withPrecision(3).toString()).toBe('1.00E+3')
  })
})

function calculate(left: Decimal, operator: string, right: Decimal): Decimal {
  if (operator === '+') return left.add(right)
  if (operator === '-') return left.subtract(right)
  if (operator === '*') return left.multiply(right)
  return operator === '/' ? left.divide(right) : left.remainder(right)
}

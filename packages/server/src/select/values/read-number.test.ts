import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { areEqual, orderOf } from './compare-values.ts'
import { Decimal } from './decimal.ts'
import { readNumber, readShortNumber, shortNumberOf } from './read-number.ts'

describe('a text that is a number', () => {
  test.each<[string, bigint | number | Decimal | undefined]>([
    ['5', 5n],
    ['-5', -5n],
    ['+5', 5n],
    ['007', 7n],
    [' 5\t', 5n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['9223372036854775808', new Decimal(9223372036854775808n, 0)],
    ['000000000000000000000000005', 5n],
    ['1.50', new Decimal(150n, 2)],
    ['5.', new Decimal(5n, 0)],
    ['-.5', new Decimal(-5n, 1)],
    ['1e3', 1000],
    ['1.5E-3', 0.0015],
    ['1e999', undefined],
    ['', undefined],
    [' ', undefined],
    ['.', undefined],
    ['-', undefined],
    ['1 2', undefined],
    ['1,5', undefined],
    ['0x10', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['1_000', undefined],
    ['1e', undefined],
  ])('%j', (text, expected) => {
    expect(readNumber(text)).toEqual(expected)
  })

  test('of a million digits takes no long time', () => {
    const start = process.hrtime.bigint()
    for (const text of [
      '7'.repeat(1_000_000),
      `${'7'.repeat(1_000_000)}.5`,
      `${'7'.repeat(1_000_000)}x`,
      ' '.repeat(1_000_000),
    ]) {
      readNumber(text)
    }
    expect(process.hrtime.bigint() - start).toBeLessThan(1_000_000_000n)
  })
})

describe('a short one', () => {
  const texts = fc.stringMatching(/^[+-]?\d{0,9}(\.\d{0,7})?$/)

  test('is the double that JavaScript reads', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const isShort = /\d/.test(text) && text.length <= 16
        expect(readShortNumber(text)).toBe(isShort ? Number(text) : Number.NaN)
      }),
    )
  })

  test('is in the same order as the number that it stands for', () => {
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        const [left, right] = [readShortNumber(one), readShortNumber(other)]
        fc.pre(!Number.isNaN(left) && !Number.isNaN(right))
        const order = orderOf(readNumber(one), readNumber(other))
        expect(Math.sign(left - right) + 0).toBe(order)
      }),
    )
  })

  test.each(['', '.', '-', '+.', '1e3', ' 1', '1.2.3', '1234567890123456', '12345678901234567'])(
    '%j is none',
    (text) => {
      expect(readShortNumber(text)).toBeNaN()
    },
  )

  test('stands for a value of a query as well', () => {
    expect(shortNumberOf(123456789012345n)).toBe(123456789012345)
    expect(shortNumberOf(1234567890123456n)).toBeNaN()
    expect(shortNumberOf(new Decimal(15n, 1))).toBe(1.5)
    expect(shortNumberOf(new Decimal(15n, -100))).toBeNaN()
    expect(shortNumberOf(1e300)).toBe(1e300)
  })
})

describe('comparing numbers of different types', () => {
  const ints = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })

  test('an int is compared exactly', () => {
    fc.assert(
      fc.property(ints, ints, (left, right) => {
        const expected = left < right ? -1 : Number(left > right)
        expect(orderOf(left, right)).toBe(expected)
        expect(orderOf(new Decimal(left, 0), right)).toBe(expected)
        expect(orderOf(left, new Decimal(right, 0))).toBe(expected)
        expect(areEqual(left, right)).toBe(left === right)
      }),
    )
  })

  test('beside a float a decimal is one', () => {
    const floats = fc.double({ noDefaultInfinity: true, noNaN: true })
    fc.assert(
      fc.property(floats, floats, (left, right) => {
        const expected = left < right ? -1 : Number(left > right)
        expect(orderOf(Decimal.ofNumber(left), right)).toBe(expected)
        expect(orderOf(left, Decimal.ofNumber(right))).toBe(expected)
      }),
    )
  })

  test('NaN has no order, and is not equal to itself', () => {
    expect(orderOf(Number.NaN, 1n)).toBeUndefined()
    expect(areEqual(Number.NaN, Number.NaN)).toBe(false)
  })
})

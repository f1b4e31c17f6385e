import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { prepareQuery } from './prepare-query.ts'
import { ask, askCsv, codeOf, now, valueOf } from './run-query.suite.ts'

const long = 'x'.repeat(1_000_000)
const many = (count: number, text: string): string => Array.from({ length: count }, () => text).join(', ')

describe('what a query makes of a record is no longer than a record', () => {
  test.each([
    ['texts', `SELECT ${many(20, 'LOWER(_1)')} FROM S3Object`],
    ['texts of a list', `SELECT * FROM S3Object WHERE [${many(20, 'LOWER(_1)')}] = 1`],
    ['texts of lists', `SELECT * FROM S3Object WHERE [${many(20, '[LOWER(_1)]')}] = 1`],
    ['texts put together', `SELECT ${many(20, 'LOWER(_1)').replaceAll(',', ' ||')} FROM S3Object`],
    ['what aggregate functions hold', `SELECT ${many(20, 'MAX(LOWER(_1))')} FROM S3Object`],
  ])('in %s', (_, expression) => {
    expect(codeOf(() => askCsv(expression, [long]))).toBe('OverMaxRecordSize')
  })

  test('in fields of stars', () => {
    const [fields, stars] = [','.repeat(1000), many(2000, 's.*')]
    expect(codeOf(() => askCsv(`SELECT ${stars} FROM S3Object s`, [fields]))).toBe('OverMaxRecordSize')
  })

  test('and its row is one value, however often it is named', () => {
    const run = prepareQuery('SELECT s, s FROM S3Object s', { inputKind: 'CSV', now }).start()
    const values = ['1', '2'].map((field) => run.take({ fields: [field], header: undefined })?.values ?? [])
    expect(values.map(([one, other]) => one === other)).toEqual([true, true])
    expect(values.map(([one]) => one)).toEqual([new Map([['_1', '1']]), new Map([['_1', '2']])])
  })
})

describe('IN', () => {
  test('costs no more where its numbers are nearly the same', () => {
    const numbers = Array.from({ length: 20_000 }, (_, at) => `\`1d${100_000 + at}\``)
    expect(valueOf(`1 IN (${numbers.join()})`)).toBe('false')
    expect(valueOf(`\`100d119997\` IN (${numbers.join()})`)).toBe('true')
  })

  test('is = of one of them', () => {
    const numbers =
      `0;-0e0;0.00;1;1.0;1e0;1.5;15e-1;\`150d-2\`;\`1d400\`;\`2d400\`;0.1;1e-1;1e308 * 10;1e308 * 10 - 1e308 * 10;
      9007199254740993;9007199254740992e0;9007199254740993.0;9223372036854775807`.split(';')
    const number = fc.constantFrom(...numbers)
    fc.assert(
      fc.property(number, fc.array(number, { minLength: 1, maxLength: 4 }), (one, others) => {
        const row = [{ value: new Map() }]
        const equals = others.map((other) => `(${one}) = (${other})`).join(' OR ')
        const [answer] = ask(`SELECT ${one} IN (${others.join()}) AS a, ${equals} AS b FROM S3Object`, row)
        expect(answer?.['a']).toBe(answer?.['b'])
      }),
    )
  })
})

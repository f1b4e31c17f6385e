import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatHttpDate, formatIsoDate, parseHttpDate, parseIsoDate } from './timestamps.ts'

it.each([
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2024-02-29T12:34:56Z', '2024-02-29T12:34:56.000Z'],
  ['2024-02-29T12:34:56.7Z', '2024-02-29T12:34:56.700Z'],
  ['2024-02-29T12:34:56.123456789Z', '2024-02-29T12:34:56.123Z'],
  ['2024-02-29T12:34:56+02:00', '2024-02-29T10:34:56.000Z'],
  ['2024-02-29T12:34:56+0230', '2024-02-29T10:04:56.000Z'],
  ['2024-02-29T12:34:56-02', '2024-02-29T14:34:56.000Z'],
  ['2024-02-29T12:34:56', '2024-02-29T12:34:56.000Z'],
  ['2024-02-29T12:34:56,25', '2024-02-29T12:34:56.250Z'],
  ['2024-02-29T12:34Z', '2024-02-29T12:34:00.000Z'],
  ['2024-02-29T24:00Z', '2024-03-01T00:00:00.000Z'],
  ['20240229', '2024-02-29T00:00:00.000Z'],
  ['20240229T123456Z', '2024-02-29T12:34:56.000Z'],
  ['20240229T1234', '2024-02-29T12:34:00.000Z'],
])('%s is a date of ISO 8601', (text, expected) => {
  expect(parseIsoDate(text)?.toISOString()).toBe(expected)
})

it.each([
  '',
  'now',
  '2024',
  '2024-02-30',
  '2023-02-29T00:00:00Z',
  '2024-13-01',
  '2024-02-29T25:00:00Z',
  '2024-02-29T1234:56Z',
  '202402-29',
  '20240230',
  '2024-02-29T24:01Z',
  ' 2024-02-29',
])('%j is no date of ISO 8601', (text) => {
  expect(parseIsoDate(text)).toBeUndefined()
})

it.each([
  '',
  'now',
  '2024-02-29',
  'Sun, 06 Nov 1994 08:49:37',
  'Sun, 06 Nov 1994 25:49:37 GMT',
  'Sun, 06 Foo 1994 08:49:37 GMT',
])('%j is no date of HTTP', (text) => {
  expect(parseHttpDate(text)).toBeUndefined()
})

it('reads what it writes', () => {
  const dates = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(dates, (date) => {
      expect(parseIsoDate(formatIsoDate(date))).toEqual(date)
      expect(parseHttpDate(formatHttpDate(date))).toEqual(new Date(Math.floor(date.getTime() / 1000) * 1000))
    }),
  )
})

it('writes any date as JavaScript does, and refuses what is none', () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), (date) => {
      expect(formatIsoDate(date)).toBe(date.toISOString())
      expect(formatHttpDate(date)).toBe(date.toUTCString())
    }),
  )
  expect(() => formatIsoDate(new Date(NaN))).toThrow(RangeError)
})

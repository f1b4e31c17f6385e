import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calendarDayOf, daysOf } from './calendar.ts'
import { Timestamp } from './timestamp.ts'

function timestamp(text: string): Timestamp {
  const parsed = Timestamp.parse(text)
  if (parsed === undefined) throw new Error(`no timestamp: ${text}`)
  return parsed
}

describe('reading', () => {
  test.each([
    ['2007T', '2007T', '2007-01-01T00:00:00Z'],
    ['2007-02T', '2007-02T', '2007-02-01T00:00:00Z'],
    ['2007-02-23T', '2007-02-23', '2007-02-23T00:00:00Z'],
    ['2007-02-23', '2007-02-23', '2007-02-23T00:00:00Z'],
    ['2007-02-23T12:14Z', '2007-02-23T12:14Z', '2007-02-23T12:14:00Z'],
    ['2007-02-23T12:14:33.079-08:00', '2007-02-23T12:14:33.079-08:00', '2007-02-23T20:14:33.079Z'],
    ['2007-02-23t12:14:33z', '2007-02-23T12:14:33Z', '2007-02-23T12:14:33Z'],
    ['2007-02-23 12:14:33', '2007-02-23T12:14:33-00:00', '2007-02-23T12:14:33Z'],
    ['2007-02-23 12:14:33 +0130', '2007-02-23T12:14:33+01:30', '2007-02-23T10:44:33Z'],
    ['2007-02-23T12:14-00:00', '2007-02-23T12:14-00:00', '2007-02-23T12:14:00Z'],
    ['2007-02-23T12:14+00:00', '2007-02-23T12:14Z', '2007-02-23T12:14:00Z'],
    ['2008-02-29T', '2008-02-29', '2008-02-29T00:00:00Z'],
    ['0001-01-01T00:00+23:59', '0001-01-01T00:00+23:59', '0000-12-31T00:01:00Z'],
    ['2007-02-23T12:14:33.0791234567Z', '2007-02-23T12:14:33.0791234567Z', '2007-02-23T12:14:33.079Z'],
  ])('%s is written %s and is %s', (text, written, instant) => {
    expect(timestamp(text).toString()).toBe(written)
    expect(timestamp(text).milliseconds).toBe(Date.parse(instant))
  })

  test.each([
    '',
    '2007',
    '2007-02',
    '07-02-23',
    '0000T',
    '2007-00T',
    '2007-13T',
    '2007-02-29',
    '1900-02-29T',
    '2007-04-31T',
    '2007-02-23T24:00Z',
    '2007-02-23T12:60Z',
    '2007-02-23T12:14:60Z',
    '2007-02-23T12:14:33.Z',
    '2007-02-23T12Z',
    '2007-02-23T12:14+24:00',
    '2007-02-23T12:14+08:60',
    '1969-07-20T20:18+08:00Z',
    ' 2007T',
    '2007T ',
    '２００７T',
  ])('%j is no timestamp', (text) => {
    expect(Timestamp.parse(text)).toBeUndefined()
  })

  test('what is written reads back as the same', () => {
    const texts = fc
      .tuple(
        fc.integer({ min: 1, max: 9999 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 28 }),
        fc.integer({ min: 0, max: 86_399 }),
        fc.integer({ min: -1439, max: 1439 }),
        fc.stringMatching(/^\d{0,12}$/),
      )
      .map(([year, month, day, second, offsetMinutes, fraction]) =>
        Timestamp.ofLocal(
          {
            year,
            month,
            day,
            hour: Math.floor(second / 3600),
            minute: Math.floor(second / 60) % 60,
            second: second % 60,
          },
          { precision: 'second', fraction, offsetMinutes },
        ),
      )
    fc.assert(
      fc.property(texts, (value) => {
        expect(timestamp(value.toString())).toEqual(value)
      }),
    )
  })
})

describe('an instant', () => {
  test('is in UTC, to the millisecond', () => {
    expect(Timestamp.ofInstant(Date.parse('2017-10-13T16:02:11.123Z')).toString()).toBe(
      '2017-10-13T16:02:11.123Z',
    )
    expect(Timestamp.ofInstant(-1).toString()).toBe('1969-12-31T23:59:59.999Z')
    expect(Timestamp.ofInstant(0).toString()).toBe('1970-01-01T00:00:00.000Z')
  })
})

describe('comparing', () => {
  test.each([
    ['2007T', '2007-01-01T00:00Z', 0],
    ['2007-02-23T12:14Z', '2007-02-23T04:14-08:00', 0],
    ['2007T', '2008T', -1],
    ['2007-01-01T00:00:00.1Z', '2007-01-01T00:00:00.100000Z', 0],
    ['2007-01-01T00:00:00.1000001Z', '2007-01-01T00:00:00.1Z', 1],
    ['1969-12-31T23:59:59.9991Z', '1969-12-31T23:59:59.9992Z', -1],
  ])('%s with %s is %i', (left, right, expected) => {
    expect(timestamp(left).compare(timestamp(right))).toBe(expected)
  })
})

test('the calendar agrees with that of JavaScript', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(-62135596800000), max: new Date(253402300799999), noInvalidDate: true }),
      (date) => {
        const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
        const days = Math.floor(date.getTime() / 86_400_000)
        expect(daysOf(day)).toBe(days)
        expect(calendarDayOf(days)).toEqual(day)
      },
    ),
  )
})

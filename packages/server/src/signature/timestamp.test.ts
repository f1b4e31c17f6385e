import { describe, expect, it } from 'vitest'
import { isoSeconds, parseAnyDate, parseDateHeader, parseTimestamp } from './timestamp.ts'

describe('parseTimestamp', () => {
  it.each(['20130524T000000Z', '20240229T235959Z', '19991231T120000Z', '20260331T010203Z'])(
    'reads %s',
    (text) => {
      const iso = text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z')
      expect(parseTimestamp(text)).toEqual({ text, milliseconds: Date.parse(iso) })
    },
  )

  it.each([
    '',
    '20130524',
    '20130524T000000',
    '2013-05-24T00:00:00Z',
    '20130524t000000z',
    '20130524T000000Z ',
    '20230229T000000Z',
    '20130431T000000Z',
    '20131301T000000Z',
    '20130024T000000Z',
    '20130500T000000Z',
    '20130532T000000Z',
    '20130524T240000Z',
    '20130524T006000Z',
    '20130524T000060Z',
  ])('refuses %j', (text) => {
    expect(parseTimestamp(text)).toBeUndefined()
  })
})

describe('parseDateHeader', () => {
  it.each(['Fri, 24 May 2013 00:00:00 GMT', 'Fri, 24 May 2013 00:00:00 +0000', '20130524T000000Z'])(
    'reads %s',
    (text) => {
      expect(parseDateHeader(text)).toEqual({
        text: '20130524T000000Z',
        milliseconds: Date.UTC(2013, 4, 24),
      })
    },
  )

  it.each([
    '',
    'yesterday',
    'yesterday GMT',
    '2013-05-24',
    'Fri, 24 May 2013 00:00:00 +0200',
    '1 GMT',
    'Fri, 24 Foo 2013 00:00:00 GMT',
  ])('refuses %j', (text) => {
    expect(parseDateHeader(text)).toBeUndefined()
  })
})

describe('parseAnyDate', () => {
  it.each([
    'Fri, 24 May 2013 00:00:00 GMT',
    'Fri, 24 May 2013 00:00:00 UTC',
    'Fri, 24 May 2013 00:00:00 -0000',
    'Thu, 23 May 2013 19:00:00 -0500',
    'Friday, 24-May-13 00:00:00 GMT',
    'Fri May 24 00:00:00 2013',
    '20130524T000000Z',
  ])('reads %s', (text) => {
    expect(parseAnyDate(text)?.milliseconds).toBe(Date.UTC(2013, 4, 24))
  })

  it.each(['', '1369353600', '2013-05-24T00:00:00Z', 'Fri, 24 May 2013', 'Fri, 24 Foo 2013 00:00:00 GMT'])(
    'refuses %j',
    (text) => {
      expect(parseAnyDate(text)).toBeUndefined()
    },
  )
})

it('isoSeconds has no fraction', () => {
  expect(isoSeconds(Date.UTC(2013, 4, 24) + 999)).toBe('2013-05-24T00:00:00Z')
})

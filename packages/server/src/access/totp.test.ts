import { describe, expect, it } from 'vitest'
import { decodeBase32, encodeBase32, findDrift, timeStepOfCode, totpCode } from './totp.ts'

const secret = Buffer.from('12345678901234567890')

// Source: RFC 6238, appendix B, SHA-1, the last six of its eight digits.
it.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
])('at %i seconds the code is %s', (seconds, code) => {
  expect(totpCode(secret, Math.floor(seconds / 30))).toBe(code)
})

it('takes the codes of the steps beside the current one and no others', () => {
  const now = new Date(1_000_000 * 30_000 + 15_000)
  const found = [-2, -1, 0, 1, 2].map((drift) =>
    timeStepOfCode(secret, totpCode(secret, 1_000_000 + drift), now),
  )
  expect(found).toEqual([undefined, 999_999, 1_000_000, 1_000_001, undefined])
})

it('takes the codes around where the clock of a device is thought to be, and those of a right one', () => {
  const now = new Date(1_000_000 * 30_000)
  const found = [-10, -9, -7, -6, -2, -1, 1, 2].map((ahead) =>
    timeStepOfCode(secret, totpCode(secret, 1_000_000 + ahead), now, -8),
  )
  expect(found).toEqual([undefined, 999_991, 999_993, undefined, undefined, 999_999, 1_000_001, undefined])
})

describe('two codes in a row', () => {
  const now = new Date(1_000_000 * 30_000)
  const two = (step: number) => [totpCode(secret, step - 1), totpCode(secret, step)] as const

  it.each([
    [-120, -120],
    [-2, -2],
    [-1, 0],
    [0, 0],
    [1, 0],
    [2, 2],
    [120, 120],
  ])('of %i steps ahead tell a drift of %i', (ahead, driftSteps) => {
    const timeStep = 1_000_000 + ahead
    expect(findDrift(secret, two(timeStep), now)).toEqual({ timeStep, driftSteps })
  })

  it('tell nothing from further off, in another order, or where they are not neighbours', () => {
    expect(findDrift(secret, two(1_000_121), now)).toBeUndefined()
    expect(findDrift(secret, two(999_879), now)).toBeUndefined()
    const [first, second] = two(1_000_000)
    for (const codes of [
      [second, first],
      [first, first],
      [first, totpCode(secret, 1_000_001)],
      ['', second],
    ] as const) {
      expect(findDrift(secret, codes, now)).toBeUndefined()
    }
  })
})

describe('base32', () => {
  // Source: RFC 4648, section 10.
  it.each([
    ['', ''],
    ['MY======', 'f'],
    ['MZXQ====', 'fo'],
    ['MZXW6===', 'foo'],
    ['MZXW6YQ=', 'foob'],
    ['MZXW6YTB', 'fooba'],
    ['mzxw 6ytb oi', 'foobar'],
  ])('%s is %s', (text, plain) => {
    expect(Buffer.from(decodeBase32(text) ?? []).toString()).toBe(plain)
    expect(encodeBase32(Buffer.from(plain))).toBe(text.toUpperCase().replaceAll(/[ =]/g, ''))
  })

  it('refuses other signs', () => {
    expect(decodeBase32('MZXW1')).toBeUndefined()
  })
})

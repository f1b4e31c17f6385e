import { describe, expect, it } from 'vitest'
import { decodeBase32, timeStepOfCode, totpCode } from './totp.ts'

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
  })

  it('refuses other signs', () => {
    expect(decodeBase32('MZXW1')).toBeUndefined()
  })
})

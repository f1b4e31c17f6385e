import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRange } from './http-range.ts'

const size = 100

describe('a range that is served', () => {
  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-99', 0, 100],
    ['bytes=10-19', 10, 20],
    ['bytes=99-99', 99, 100],
    ['bytes=0-', 0, 100],
    ['bytes=99-', 99, 100],
    ['bytes=50-100', 50, 100],
    ['bytes=50-99999999999999999999999999', 50, 100],
    ['bytes=-1', 99, 100],
    ['bytes=-100', 0, 100],
    ['bytes=-101', 0, 100],
    [`bytes=-${'9'.repeat(400)}`, 0, 100],
    ['bytes=007-8', 7, 9],
    ['Bytes=1-2', 1, 3],
  ])('%s', (header, start, end) => {
    expect(parseRange(header, size)).toEqual({ start, end })
  })
})

describe('the whole object, for a header that is malformed or not supported', () => {
  test.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=5',
    'bytes=5-2',
    'bytes=200-150',
    'bytes=--5',
    'bytes=1.5-2',
    'bytes=+1-2',
    'bytes=1 - 2',
    'bytes = 1-2',
    'bytes=1-2\n',
    'bytes=0x1-2',
    'octets=1-2',
    '1-2',
    'bytes=0-1,3-4',
    'bytes=0-1,',
    'bytes=200-300,0-1',
  ])('%j', (header) => {
    expect(parseRange(header, size)).toBeUndefined()
  })
})

describe('unsatisfiable', () => {
  test.each(['bytes=100-', 'bytes=100-100', 'bytes=102-200', `bytes=${'9'.repeat(40)}-`, 'bytes=-0'])(
    '%s',
    (header) => {
      expect(parseRange(header, size)).toBe('unsatisfiable')
    },
  )
})

test('an empty object has no first byte, and all of its last bytes', () => {
  expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable')
  expect(parseRange('bytes=0-0', 0)).toBe('unsatisfiable')
  expect(parseRange('bytes=-5', 0)).toBeUndefined()
})

test('digits too long for a number are a range still, or none', () => {
  const huge = '9'.repeat(400)
  expect(parseRange(`bytes=${huge}-${huge}`, size)).toBeOneOf(['unsatisfiable', undefined])
})

test('any first and last byte within the object are taken as they are', () => {
  const bounds = fc.tuple(fc.nat(2 ** 31), fc.nat(2 ** 31), fc.integer({ min: 1, max: 2 ** 45 }))
  fc.assert(
    fc.property(bounds, ([a, b, more]) => {
      const [first, last] = [Math.min(a, b), Math.max(a, b)]
      expect(parseRange(`bytes=${first}-${last}`, last + more)).toEqual({ start: first, end: last + 1 })
    }),
  )
})

test('no header throws or leads outside the object', () => {
  const part = fc.oneof(
    fc.constantFrom('bytes=', '-', ',', ' ', '0', '9'.repeat(20)),
    fc.nat().map(String),
    fc.string(),
  )
  const header = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''))
  const prefixed = fc.oneof(
    header,
    header.map((rest) => `bytes=${rest}`),
  )
  const property = fc.property(prefixed, fc.nat(1000), (header, sizeBytes) => {
    const range = parseRange(header, sizeBytes)
    return (
      range === undefined ||
      range === 'unsatisfiable' ||
      (range.start >= 0 && range.start < range.end && range.end <= sizeBytes)
    )
  })
  expect(() => fc.assert(property, { numRuns: 2000 })).not.toThrow()
})

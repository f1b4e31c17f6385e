import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvariantViolation } from '../base/assert.ts'
import { GrowingBytes } from '../base/growing-bytes.ts'
import { StorageFault } from '../base/storage-fault.ts'
import { MAX_KEY_BYTES } from './ordered-store.ts'
import {
  appendText,
  assertText,
  decodeText,
  decodeTuple,
  encodeTuple,
  isSameText,
  pastText,
  prefixRange,
  stringPrefixRange,
  type TuplePart,
} from './tuple.ts'

// Few different characters, so that equal beginnings and NUL bytes are common.
const strings = fc.oneof(
  fc.string({
    unit: fc.constantFrom('\0', '\u0001', 'a', 'b', '\u007f', 'é', '\ud7ff', '\uffff', '😀'),
    maxLength: 6,
  }),
  fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => text.isWellFormed()),
)
const bytes = fc.oneof(
  fc.array(fc.constantFrom(0, 1, 0xfe, 0xff), { maxLength: 5 }).map((list) => Buffer.from(list)),
  fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array)),
)
const numbers = fc.oneof(
  fc.constantFrom(0, 1, 255, 256, 65_535, 65_536, 2 ** 32, 2 ** 48 - 1, 2 ** 48, Number.MAX_SAFE_INTEGER),
  fc.maxSafeNat(),
)
const part: fc.Arbitrary<TuplePart> = fc.oneof(
  strings,
  bytes,
  numbers,
  numbers.map((descending) => ({ descending })),
)
const tuples = fc.array(part, { maxLength: 4 })

function kindOf(value: TuplePart): number {
  if (value instanceof Uint8Array) return 0
  if (typeof value === 'string') return 1
  return typeof value === 'number' ? 2 : 3
}

function outcomeOf(read: () => Buffer): unknown {
  try {
    return read()
  } catch (error) {
    return error
  }
}

function compareParts(a: TuplePart, b: TuplePart): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b)
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  if (typeof a === 'number' && typeof b === 'number') return Math.sign(a - b)
  if (typeof a === 'object' && 'descending' in a && typeof b === 'object' && 'descending' in b) {
    return Math.sign(b.descending - a.descending)
  }
  return Math.sign(kindOf(a) - kindOf(b))
}

function compareTuples(a: readonly TuplePart[], b: readonly TuplePart[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]
    if (right === undefined) return 1
    const order = compareParts(left, right)
    if (order !== 0) return order
  }
  return Math.sign(a.length - b.length)
}

function within(range: { start: Buffer; end: Buffer }, key: Buffer): boolean {
  return Buffer.compare(range.start, key) <= 0 && Buffer.compare(key, range.end) < 0
}

function outcome(decode: () => TuplePart[]): unknown {
  try {
    decode()
  } catch (error) {
    if (!(error instanceof StorageFault) || error.kind !== 'corrupt') return error
  }
  return 'corrupt or a tuple'
}

describe('encodeTuple', () => {
  test('sorts as the tuples do', () => {
    const holds = (a: TuplePart[], b: TuplePart[]): void => {
      expect(Buffer.compare(encodeTuple(a), encodeTuple(b))).toBe(compareTuples(a, b))
    }
    fc.assert(fc.property(tuples, tuples, holds), { numRuns: 2000 })
    // Equal beginnings, where the order is decided late.
    fc.assert(
      fc.property(tuples, part, tuples, part, tuples, (common, a, restA, b, restB) =>
        holds([...common, a, ...restA], [...common, b, ...restB]),
      ),
      { numRuns: 2000 },
    )
  })

  test('round-trips', () => {
    const holds = (parts: TuplePart[]): void => {
      expect(decodeTuple(encodeTuple(parts))).toEqual(parts)
    }
    fc.assert(fc.property(tuples, holds), { numRuns: 2000 })
  })

  test.each(['\0', '\u0001', 'é', '😀'])(
    'takes a key of 1,024 bytes of %j with room to spare',
    (character) => {
      const key = character.repeat(1024 / Buffer.byteLength(character))
      const parts = [2, 'b'.repeat(63), key, { descending: 2 ** 48 }, Buffer.alloc(32)]
      expect(encodeTuple(parts).length).toBeLessThan(1300)
      expect(decodeTuple(encodeTuple(parts))).toEqual(parts)
    },
  )

  test('has a stable form on disk', () => {
    expect(encodeTuple([2, 'a\0b', 258, { descending: 1 }, Buffer.from([7, 0])]).toString('hex')).toBe(
      '1102 0262016300 120102 26fe 010700ff00'.replaceAll(' ', ''),
    )
  })

  test.each([
    [-1],
    [0.5],
    [2 ** 53],
    [Number.NaN],
    ['\ud800'],
    ['a'.repeat(MAX_KEY_BYTES - 1)],
    [{ descending: -1 }],
  ])('refuses %j', (wrong) => {
    expect(() => encodeTuple([wrong])).toThrow(InvariantViolation)
  })

  test('takes the longest key there is', () => {
    expect(encodeTuple(['a'.repeat(MAX_KEY_BYTES - 2)])).toHaveLength(MAX_KEY_BYTES)
  })
})

describe('decodeTuple', () => {
  test('gives a tuple or StorageFault for any bytes', () => {
    const holds = (bytes: Uint8Array): void => {
      expect(outcome(() => decodeTuple(bytes))).toBe('corrupt or a tuple')
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 30 }), holds), { numRuns: 2000 })
  })

  test.each(['00', '0261', '0161', '0100ff', '18', '120102'.slice(0, 4), '28', '03'])('refuses %s', (hex) => {
    expect(() => decodeTuple(Buffer.from(hex, 'hex'))).toThrow(StorageFault)
  })

  test.each([
    ['a number beyond the safe ones', '1720000000000000'],
    ['such a number, descending', '20dfffffffffffff'],
    ['a string that is no UTF-8', '026300'.replace('63', 'c4')],
  ])('refuses %s, which would be another key when written again', (_, hex) => {
    expect(() => decodeTuple(Buffer.from(hex, 'hex'))).toThrow(StorageFault)
  })

  test('takes the replacement character where it was written', () => {
    expect(decodeTuple(encodeTuple(['a\ufffd']))).toEqual(['a\ufffd'])
  })
})

describe('the text within a key', () => {
  test('is known, appended and compared as it is decoded', () => {
    const holds = (before: TuplePart, one: string, other: string, behind: TuplePart[]): void => {
      const start = encodeTuple([before]).length
      const key = encodeTuple([before, one, ...behind])
      const otherKey = encodeTuple([before, other, ...behind])
      assertText(key, start)
      const target = new GrowingBytes()
      target.ascii('before')
      appendText(key, start, target)
      expect(target.copy().toString()).toBe(`before${decodeText(key, start)}`)
      expect(decodeText(key, start)).toBe(one)
      expect(isSameText(key, otherKey, start)).toBe(one === other)
      expect(isSameText(key, encodeTuple([before, one]), start)).toBe(true)
    }
    fc.assert(fc.property(part, strings, strings, tuples, holds))
  })

  test('is refused where it is none, whether or not it is decoded', () => {
    const holds = (bytes: Uint8Array): void => {
      expect(isRefused(() => assertText(bytes, 0))).toBe(isRefused(() => decodeText(bytes, 0)))
    }
    const texts = fc.uint8Array({ maxLength: 8 }).map((array) => Uint8Array.of(2, ...array, 0))
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 8 }), texts), holds), { numRuns: 2000 })
    expect(() => assertText(Buffer.from('02c400', 'hex'), 0)).toThrow(StorageFault)
  })
})

function isRefused(read: () => unknown): boolean {
  try {
    read()
    return false
  } catch {
    return true
  }
}

describe('prefixRange', () => {
  test('holds exactly the tuples that begin with the parts', () => {
    fc.assert(
      fc.property(tuples, tuples, tuples, (parts, rest, other) => {
        const range = prefixRange(parts)
        expect(within(range, encodeTuple([...parts, ...rest]))).toBe(true)
        const begins = compareTuples(parts, other.slice(0, parts.length)) === 0
        expect(within(range, encodeTuple(other))).toBe(begins)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('stringPrefixRange', () => {
  test('holds exactly the strings that begin with the prefix', () => {
    fc.assert(
      fc.property(tuples, strings, strings, tuples, (parts, prefix, text, rest) => {
        const range = stringPrefixRange(parts, prefix)
        expect(within(range, encodeTuple([...parts, prefix + text, ...rest]))).toBe(true)
        const begins = Buffer.from(text).subarray(0, Buffer.byteLength(prefix)).equals(Buffer.from(prefix))
        expect(within(range, encodeTuple([...parts, text, ...rest]))).toBe(begins)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a text behind known parts', () => {
  test('is read, and gone past, without the others', () => {
    fc.assert(
      fc.property(tuples, strings, strings, tuples, (parts, prefix, text, rest) => {
        const key = encodeTuple([...parts, prefix + text, ...rest])
        const start = encodeTuple(parts).length
        expect(decodeText(key, start)).toBe(prefix + text)
        expect(pastText(key, start, prefix).equals(stringPrefixRange(parts, prefix).end)).toBe(true)
      }),
    )
  })

  test('is refused where it is none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), fc.nat(30), (key, start) => {
        const outcome = outcomeOf(() => encodeTuple([decodeText(key, start)]))
        expect(outcome).toSatisfy(
          (found) => found instanceof StorageFault || (found instanceof Buffer && found.length > 1),
        )
      }),
    )
    expect(() => decodeText(Buffer.of(0x02, 0xc4, 0), 0)).toThrow(StorageFault)
    expect(() => decodeText(Buffer.alloc(3000, 2), 0)).toThrow(StorageFault)
  })
})

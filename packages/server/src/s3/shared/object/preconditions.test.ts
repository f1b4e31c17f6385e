import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../model/s3-error.ts'
import {
  allowsRange,
  assertReadPreconditions,
  assertWritePreconditions,
  failedPrecondition,
  matchesEtag,
  type Preconditions,
} from './preconditions.ts'

const modifiedMilliseconds = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const validators = { etag: 'abc', modifiedMilliseconds }
const at = (seconds: number): Date =>
  new Date(Math.floor(modifiedMilliseconds / 1000) * 1000 + seconds * 1000)

function codeOf(action: () => void): string | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
}

describe('matchesEtag', () => {
  it.each(['"abc"', 'abc', '*', '"x", "abc"', '"x",abc', ' "abc" '])('%j names it', (list) => {
    expect(matchesEtag(list, 'abc')).toBe(true)
  })
  it.each(['', '"abcd"', '"ab"', 'ABC', '"x", "y"', '"*"', '"abc', "'abc'"])('%j does not', (list) => {
    expect(matchesEtag(list, 'abc')).toBe(false)
  })
})

describe('failedPrecondition', () => {
  it('looks at whole seconds', () => {
    expect(failedPrecondition({ ifModifiedSince: at(0) }, validators)).toBe('If-Modified-Since')
    expect(failedPrecondition({ ifModifiedSince: at(-1) }, validators)).toBeUndefined()
    expect(failedPrecondition({ ifUnmodifiedSince: at(0) }, validators)).toBeUndefined()
    expect(failedPrecondition({ ifUnmodifiedSince: at(-1) }, validators)).toBe('If-Unmodified-Since')
  })

  const tag = fc.option(fc.constantFrom('"abc"', '"x"', '*'), { nil: undefined })
  const date = fc.option(
    fc.constantFrom(-2, 0, 2).map((seconds) => at(seconds)),
    { nil: undefined },
  )
  const conditions = fc.record<Preconditions>({
    ifMatch: tag,
    ifNoneMatch: tag,
    ifModifiedSince: date,
    ifUnmodifiedSince: date,
  })

  /** RFC 9110, section 13.2.2, step by step as it is written. */
  function bySpecification({ ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: Preconditions) {
    if (ifMatch !== undefined && ifMatch === '"x"') return 'If-Match'
    if (ifMatch === undefined && ifUnmodifiedSince && ifUnmodifiedSince < at(0)) return 'If-Unmodified-Since'
    if (ifNoneMatch !== undefined && ifNoneMatch !== '"x"') return 'If-None-Match'
    if (ifNoneMatch === undefined && ifModifiedSince && ifModifiedSince >= at(0)) return 'If-Modified-Since'
    return undefined
  }

  it('follows the precedence of RFC 9110 in every combination', () => {
    fc.assert(
      fc.property(conditions, (wanted) => {
        expect(failedPrecondition(wanted, validators)).toBe(bySpecification(wanted))
      }),
      { numRuns: 500 },
    )
  })
})

describe('assertReadPreconditions', () => {
  it('tells a failed condition from an object that did not change', () => {
    const read = (wanted: Preconditions) =>
      codeOf(() => assertReadPreconditions(wanted, validators, () => ({})))
    expect(read({ ifMatch: '"x"' })).toBe('PreconditionFailed')
    expect(read({ ifUnmodifiedSince: at(-1) })).toBe('PreconditionFailed')
    expect(read({ ifNoneMatch: '*' })).toBe('NotModified')
    expect(read({ ifModifiedSince: at(0) })).toBe('NotModified')
    expect(read({})).toBeUndefined()
  })
})

describe('assertWritePreconditions', () => {
  const write = (wanted: Parameters<typeof assertWritePreconditions>[0], existing?: typeof validators) =>
    codeOf(() => assertWritePreconditions(wanted, existing, 'key'))

  it('If-None-Match: * wants nothing there', () => {
    expect(write({ ifNoneMatch: '*' })).toBeUndefined()
    expect(write({ ifNoneMatch: '*' }, validators)).toBe('PreconditionFailed')
    expect(write({ ifNoneMatch: '"abc"' }, validators)).toBe('NotImplemented')
  })

  it('If-Match wants what it names', () => {
    expect(write({ ifMatch: '"abc"' }, validators)).toBeUndefined()
    expect(write({ ifMatch: '"x"' }, validators)).toBe('PreconditionFailed')
    expect(write({ ifMatch: '"abc"' })).toBe('NoSuchKey')
  })
})

describe('allowsRange', () => {
  it('takes a range of exactly what If-Range names', () => {
    const same = [undefined, '"abc"', at(0).toUTCString()]
    expect(same.map((value) => allowsRange(value, validators))).toEqual([true, true, true])
    const others = ['abc', 'W/"abc"', '*', '', at(1).toUTCString(), at(-1).toUTCString()]
    for (const value of others) expect(allowsRange(value, validators)).toBe(false)
  })
})

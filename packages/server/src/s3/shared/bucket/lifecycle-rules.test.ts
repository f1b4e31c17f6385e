import { describe, expect, it } from 'vitest'
import type { AccessTier } from '../../../metadata/tables/rows.ts'
import { dueTransition } from './lifecycle-rules.ts'

const SIZE = 200_000

/** What an object of a class becomes by transitions that are due after so many days, when day 100 has come. */
function becomes(
  storageClass: string,
  days: Readonly<Record<string, number>>,
  accessTier?: AccessTier,
): string | undefined {
  const candidates = Object.entries(days).map(([name, atMilliseconds]) => ({
    storageClass: name,
    leastBytes: 128 * 1024,
    atMilliseconds,
  }))
  return dueTransition(candidates, { storageClass, accessTier, sizeBytes: SIZE }, 100)
}

describe('an object becomes by the lifecycle', () => {
  const CLASSES = ['STANDARD', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER']

  // Source: S3 User Guide, "Supported lifecycle transitions".
  it.each([
    ['STANDARD', ['STANDARD_IA', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'OWN']],
    ['STANDARD_IA', ['INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'OWN']],
    ['INTELLIGENT_TIERING', ['ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'OWN']],
    ['ONEZONE_IA', ['GLACIER', 'OWN']],
    ['OWN', ['GLACIER_IR', 'GLACIER']],
    ['GLACIER_IR', ['GLACIER']],
    ['GLACIER', []],
    ['DEEP_ARCHIVE', []],
  ])('from %s: %s', (from, expected) => {
    const due = [...CLASSES, 'OWN'].filter((to) => becomes(from, { [to]: 1 }) !== undefined)
    expect(due.toSorted()).toEqual(expected.toSorted())
    expect(becomes(from, { DEEP_ARCHIVE: 1 })).toBe(from === 'DEEP_ARCHIVE' ? undefined : 'DEEP_ARCHIVE')
  })

  it('from an archive tier only what costs less to keep', () => {
    const all = { ONEZONE_IA: 1, GLACIER_IR: 1 }
    expect(becomes('INTELLIGENT_TIERING', all, 'ARCHIVE_ACCESS')).toBeUndefined()
    const archive = { ...all, GLACIER: 1 }
    expect(becomes('INTELLIGENT_TIERING', archive, 'ARCHIVE_ACCESS')).toBe('GLACIER')
    expect(becomes('INTELLIGENT_TIERING', archive, 'DEEP_ARCHIVE_ACCESS')).toBeUndefined()
  })

  it('the one of several classes that costs least', () => {
    expect(becomes('STANDARD', { GLACIER_IR: 1, GLACIER: 1, STANDARD_IA: 1 })).toBe('GLACIER')
    expect(becomes('STANDARD', { GLACIER: 1, STANDARD_IA: 1, DEEP_ARCHIVE: 101 })).toBe('GLACIER')
  })

  it('INTELLIGENT_TIERING rather than any but the archives, and stays there', () => {
    const all = { STANDARD_IA: 1, ONEZONE_IA: 1, INTELLIGENT_TIERING: 1, GLACIER_IR: 1, OWN: 1 }
    expect(becomes('STANDARD', all)).toBe('INTELLIGENT_TIERING')
    expect(becomes('STANDARD_IA', all)).toBe('INTELLIGENT_TIERING')
    expect(becomes('INTELLIGENT_TIERING', all)).toBeUndefined()
    expect(becomes('STANDARD', { ...all, GLACIER: 1 })).toBe('GLACIER')
    expect(becomes('INTELLIGENT_TIERING', { ...all, DEEP_ARCHIVE: 1 })).toBe('DEEP_ARCHIVE')
  })

  it('another class from INTELLIGENT_TIERING on a later day, and where it cannot become that', () => {
    const later = { INTELLIGENT_TIERING: 1, ONEZONE_IA: 60 }
    expect(becomes('INTELLIGENT_TIERING', later)).toBe('ONEZONE_IA')
    expect(becomes('ONEZONE_IA', { INTELLIGENT_TIERING: 60, OWN: 1 })).toBe('OWN')
  })
})

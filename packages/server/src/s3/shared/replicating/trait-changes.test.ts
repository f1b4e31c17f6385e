import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { laterOf, saidNow } from './trait-changes.ts'

const time = fc.option(fc.nat(3), { nil: undefined })
const plain = {
  ownerAccountId: '100000000001',
  etag: 'aed563ecafb4bcc5654c597a421547b2',
  sizeBytes: 0,
  modifiedMilliseconds: 0,
  content: { kind: 'empty' },
  replication: 'COMPLETED',
} as const satisfies ObjectRow
const version: fc.Arbitrary<ObjectRow> = fc
  .record({
    tags: fc.option(fc.constantFrom([['n', '1']] as const, [['n', '2']] as const), { nil: undefined }),
    acl: fc.option(fc.constantFrom(['R*'], ['F*']), { nil: undefined }),
    legalHold: fc.option(fc.boolean(), { nil: undefined }),
    traitChanges: fc.record({ tags: time, acl: time, legalHold: time }),
  })
  .map((said) => ({ ...plain, ...said }))
const all = ['tags', 'acl', 'legalHold'] as const

/** What was never said is the same on both sides. */
function withoutUnsaid(row: ObjectRow): ObjectRow {
  const unsaid = all.filter((trait) => row.traitChanges?.[trait] === undefined)
  return { ...row, ...Object.fromEntries(unsaid.map((trait) => [trait, undefined])) }
}

it('both sides come to the same, whichever hears of the other first, and in whatever order three are heard of', () => {
  const versions = version.map(withoutUnsaid)
  fc.assert(
    fc.property(versions, versions, versions, (one, two, three) => {
      expect(laterOf(one, two, all)).toEqual(laterOf(two, one, all))
      expect(laterOf(one, one, all)).toEqual(one)
      const [left, right] = [
        laterOf(laterOf(one, two, all), three, all),
        laterOf(one, laterOf(two, three, all), all),
      ]
      expect(left).toEqual(right)
    }),
  )
})

const bucket = {} as BucketRow
const clockAt = (milliseconds: number) =>
  ({ now: () => new Date(milliseconds) }) as Parameters<typeof saidNow>[0]

it('tags of one side and a legal hold of the other both stay', () => {
  const here = { ...plain, ...saidNow(clockAt(5), bucket, plain, 'tags', [['n', '1']]) }
  const there = { ...plain, ...saidNow(clockAt(6), bucket, plain, 'legalHold', true) }
  expect(laterOf(here, there, all)).toMatchObject({ tags: [['n', '1']], legalHold: true })
})

it('what is said after the other side was heard of counts, though its clock is ahead', () => {
  const there = { ...plain, ...saidNow(clockAt(900), bucket, plain, 'tags', [['n', 'first']]) }
  const heard = laterOf(plain, there, all)
  const here = { ...heard, ...saidNow(clockAt(5), bucket, heard, 'tags', [['n', 'second']]) }
  expect(laterOf(there, here, all).tags).toEqual([['n', 'second']])
  expect(laterOf(here, there, all).tags).toEqual([['n', 'second']])
})

it('a server that tells no times has the last word, and a version that is in no replication keeps none', () => {
  const ours = { ...plain, ...saidNow(clockAt(5), bucket, plain, 'tags', [['n', 'ours']]) }
  expect(laterOf(ours, { tags: [['n', 'theirs']] }, all).tags).toEqual([['n', 'theirs']])
  const alone = { ...plain, replication: undefined }
  expect(saidNow(clockAt(5), bucket, alone, 'tags', undefined)).toEqual({ tags: undefined })
})

import { expect, it } from 'vitest'
import type { ObjectRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { type DeleteConditions, deleteCheck } from './delete-conditions.ts'

const object: ObjectRow = {
  etag: 'abc',
  sizeBytes: 0,
  modifiedMilliseconds: 0,
  ownerAccountId: '100000000001',
  content: { kind: 'empty' },
}
const marker = { isDeleteMarker: true, modifiedMilliseconds: 0, ownerAccountId: '1', order: '0' } as const

function outcome(
  conditions: Partial<DeleteConditions>,
  existing?: typeof object | typeof marker,
  isHidden = false,
): string {
  try {
    deleteCheck({ key: 'key', ...conditions }, {})(existing, { isHidden })
    return 'deletes'
  } catch (error) {
    if (error instanceof S3Error) return error.code
    throw error
  }
}

it('deletes without a condition, whatever is there', () => {
  expect([outcome({}), outcome({}, object), outcome({}, marker)]).toEqual(['deletes', 'deletes', 'deletes'])
  expect(outcome({ versionId: 'null' }, object)).toBe('deletes')
})

it('deletes what the condition names', () => {
  expect([outcome({ etag: '"abc"' }, object), outcome({ etag: '*' }, object)]).toEqual(['deletes', 'deletes'])
  expect(outcome({ etag: '"x"' }, object)).toBe('PreconditionFailed')
})

it('finds nothing to name where there is no object, and does not meet a delete marker', () => {
  for (const etag of ['*', '"abc"']) {
    expect([outcome({ etag }), outcome({ etag }, undefined, true)]).toEqual([
      'NoSuchKey',
      'PreconditionFailed',
    ])
  }
})

it('refuses what is for directory buckets, and a condition on a version', () => {
  expect(outcome({ sizeBytes: 0 }, object)).toBe('NotImplemented')
  expect(outcome({ lastModified: new Date() }, object)).toBe('NotImplemented')
  expect(outcome({ etag: '"abc"', versionId: 'null' }, object)).toBe('NotImplemented')
})

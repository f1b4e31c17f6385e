import { describe, expect, it } from 'vitest'
import { UnreadableRow } from '../unreadable-row.ts'
import { defineTable } from '../table.ts'
import type { BucketRow } from './rows.ts'
import { buckets } from './tables.ts'

/** How versions before directory buckets read the table. */
const before = defineTable<[name: string], BucketRow>(246, 'buckets')

const row: BucketRow = {
  id: 'id',
  region: 'us-east-1',
  ownerAccountId: '100000000001',
  createdMilliseconds: 1,
}
const directory: BucketRow = { ...row, directory: { zone: 'use1-az4', locationType: 'AvailabilityZone' } }

const key = buckets.key('name')
const read = (table: typeof buckets, value: Uint8Array): unknown => {
  try {
    return table.decode({ key, value: Buffer.from(value) })
  } catch (error) {
    return error
  }
}

describe('rows of directory buckets', () => {
  it('are read as they were written, and never by versions that do not know the kind', () => {
    const value = buckets.encode(key, directory, 2)
    expect(read(buckets, value)).toEqual(directory)
    expect(read(before, value)).toBeInstanceOf(UnreadableRow)
  })

  it('leave those of other buckets byte for byte as they were', () => {
    const value = buckets.encode(key, row, 2)
    expect(Buffer.from(value)).toEqual(Buffer.from(before.encode(key, row, 2)))
    expect(read(before, value)).toEqual(row)
    expect(read(buckets, before.encode(key, row, 1))).toEqual(row)
  })
})

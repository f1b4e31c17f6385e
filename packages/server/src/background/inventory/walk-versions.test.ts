import { expect, it } from 'vitest'
import type { VersionRow } from '../../metadata/tables/rows.ts'
import { placeBehind } from '../../s3/shared/bucket/noncurrent-versions.ts'
import { cursorOf } from './walk-versions.ts'

it('what stands behind a cursor counts no delete markers among the newer versions', () => {
  const marker: VersionRow = {
    isDeleteMarker: true,
    order: 'o',
    modifiedMilliseconds: 5,
    ownerAccountId: '100000000001',
  }
  const behind = (newerNoncurrent: number) => {
    const version = { key: 'k', row: marker, newerNoncurrent, supersededMilliseconds: 9 }
    return placeBehind(cursorOf(version), marker).newerNoncurrent
  }
  expect([-1, 0, 1].map(behind)).toEqual([0, 0, 1])
})

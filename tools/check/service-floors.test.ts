import { expect, it } from 'vitest'
import { checkServiceFloors } from './service-floors.ts'
import { complaintText } from './source-file.ts'

function check(...places: string[]): string[] {
  const files = places.map((place) => ({ path: `packages/server/src/${place}`, text: '' }))
  return checkServiceFloors(files).map(complaintText)
}

it('knows rooms, stock and a few loose files', () => {
  expect(
    check(
      's3/operations/objects/PutObject.ts',
      's3/operations/objects/object-range.ts',
      's3/shared/content/stores.ts',
      'kms/shared/key-state.ts',
      's3/s3-operations.ts',
      's3/explain.ts',
      's3/explain.test.ts',
      'http/listener.ts',
      'base/deep/er/still.ts',
    ),
  ).toEqual([])
})

it.each(['s3/content/stores.ts', 's3/operations/PutObject.ts', 's3/operations/a/b/PutObject.ts'])(
  'complains about the place of %s',
  (place) => {
    expect(check(place)).toEqual([expect.stringContaining('neither in a room')])
  },
)

it('complains about a room without an operation', () => {
  expect(check('s3/operations/objects/object-range.ts')).toEqual([
    'packages/server/src/s3/operations/objects: has no operation: what is no room is stock (shared/)',
  ])
})

it('complains about many loose files', () => {
  expect(check(...['a', 'b', 'c', 'd', 'e'].map((name) => `s3/${name}.ts`))).toEqual([
    'packages/server/src/s3/: has 5 loose files: they want a room or a stock',
  ])
})

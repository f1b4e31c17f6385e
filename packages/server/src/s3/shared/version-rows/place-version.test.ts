import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { openMemory } from '../../../metadata/engines/memory.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { current, versionHeads, versions } from '../../../metadata/tables/tables.ts'
import { readRow, transact } from '../../../metadata/transaction.ts'
import { isObject, versionIdOf } from '../object/version-order.ts'
import { locateVersion } from './change-version.ts'
import { type PlacedVersion, placeVersion } from './place-version.ts'

const bucket: BucketRow = {
  id: 'bucket',
  ownerAccountId: '100000000001',
  createdMilliseconds: 0,
  region: 'us-east-1',
  versioning: 'Enabled',
}

/** The version at a place, with a foreign id unless it is the null version. */
function versionAt(place: number, isDeleteMarker: boolean, isNull: boolean): PlacedVersion {
  const common = {
    order: place.toString(16).padStart(32, '0'),
    modifiedMilliseconds: 1_000_000 - place,
    ownerAccountId: '100000000001',
    ...(isNull ? { isNull } : { versionId: `foreign-${place}` }),
  }
  if (isDeleteMarker) return { ...common, isDeleteMarker }
  return { ...common, etag: 'd41d8cd98f00b204e9800998ecf8427e', sizeBytes: 0, content: { kind: 'empty' } }
}

/** All versions as they lie in the store, newest first, and what the head says of them. */
async function lookAt(store: ReturnType<typeof openMemory>) {
  const newest = await readRow(store, current, 'bucket', 'key')
  const entries = await store.scan({ ...versions.range('bucket', 'key'), limit: 1000 })
  const others = entries.map((entry) => versions.decode(entry))
  return {
    rows: [...(newest ? [newest] : []), ...others],
    newest,
    head: await readRow(store, versionHeads, 'bucket', 'key'),
  }
}

const placed = fc
  .uniqueArray(fc.record({ place: fc.integer({ min: 1, max: 50 }), isMarker: fc.boolean() }), {
    selector: ({ place }) => place,
    minLength: 1,
    maxLength: 12,
  })
  .chain((all) =>
    fc.record({
      versions: fc.shuffledSubarray(all, { minLength: all.length }),
      nullAt: fc.integer({ min: -1, max: all.length - 1 }),
    }),
  )

it('puts versions in their order, in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(placed, async ({ versions: given, nullAt }) => {
      await using store = openMemory()
      const all = given.map(({ place, isMarker }, index) => versionAt(place, isMarker, index === nullAt))
      for (const version of all) {
        expect(
          await transact(store, (transaction) => placeVersion(transaction, bucket, 'key', version)),
        ).toBe(true)
      }
      const { rows, newest, head } = await lookAt(store)
      const sorted = all.toSorted((a, b) => (a.order < b.order ? -1 : 1))
      expect(rows.map(({ order }) => order)).toEqual(sorted.map(({ order }) => order))
      const [first] = sorted
      expect(newest?.order).toBe(first && isObject(first) ? first.order : undefined)
      const isNullBehind = nullAt >= 0 && all[nullAt]?.order !== newest?.order
      expect(head).toEqual({
        latestOrder: first?.order,
        ...(isNullBehind && { nullOrder: all[nullAt]?.order }),
      })
      for (const version of all) {
        const found = await transact(store, (transaction) =>
          locateVersion(transaction, bucket, 'key', versionIdOf(version)),
        )
        expect(found?.row).toEqual(version)
      }
    }),
  )
})

it('replaces the null version, unless that would leave the newest place empty', async () => {
  await using store = openMemory()
  const place = (version: PlacedVersion) =>
    transact(store, (transaction) => placeVersion(transaction, bucket, 'key', version))
  await place(versionAt(5, false, true))
  await place(versionAt(4, true, true))
  expect((await lookAt(store)).rows.map(({ order }) => order)).toEqual([versionAt(4, true, true).order])
  expect(await place(versionAt(9, false, true))).toBe(false)
  await place(versionAt(1, false, false))
  expect(await place(versionAt(9, false, true))).toBe(true)
  const { rows, head } = await lookAt(store)
  expect(rows.map(versionIdOf)).toEqual(['foreign-1', 'null'])
  expect(head).toEqual({
    latestOrder: versionAt(1, false, false).order,
    nullOrder: versionAt(9, false, true).order,
  })
})

it('knows no ids but those of the store and those that were brought', async () => {
  await using store = openMemory()
  const locate = (id: string) =>
    transact(store, (transaction) => locateVersion(transaction, bucket, 'key', id))
  await expect(locate('foreign-7')).rejects.toMatchObject({ code: 'InvalidArgument' })
  await expect(locate('x'.repeat(5000))).rejects.toMatchObject({ code: 'InvalidArgument' })
  expect(await locate('0'.repeat(32))).toBeUndefined()
})

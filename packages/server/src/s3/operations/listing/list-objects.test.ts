import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openMemory } from '../../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import type { BucketRow, ObjectRow, UploadRow } from '../../../metadata/tables/rows.ts'
import { current, uploads } from '../../../metadata/tables/tables.ts'
import { putOf } from '../../../metadata/transaction.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { listObjects } from './list-objects.ts'

const bucket: BucketRow = {
  id: 'bucket',
  region: 'us-east-1',
  ownerAccountId: '100000000001',
  createdMilliseconds: 1,
  directory: { zone: 'use1-az4', locationType: 'AvailabilityZone' },
}
const object: ObjectRow = {
  etag: '0'.repeat(32),
  sizeBytes: 0,
  modifiedMilliseconds: 0,
  ownerAccountId: bucket.ownerAccountId,
  content: { kind: 'empty' },
}
const upload = { initiatedMilliseconds: 0 } as UploadRow

async function storeOf(keys: readonly string[], open: readonly string[]): Promise<OrderedStore> {
  const store = openMemory()
  const put = [
    ...keys.map((key) => putOf(store, current, [bucket.id, key], object)),
    ...open.map((key, index) => putOf(store, uploads, [bucket.id, key, `upload-${index}`], upload)),
  ]
  await store.commit({ expect: [], put, remove: [] })
  return store
}

async function page(metadata: OrderedStore, prefix: string, limit: number, after?: string) {
  const service = { stores: { metadata } } as unknown as S3Service
  const request = {
    prefix,
    delimiter: '/',
    after,
    limit,
    withOwner: false,
    encodingType: undefined,
    describeRestore: undefined,
  }
  const { Contents, CommonPrefixes, isTruncated, last } = await listObjects(service, bucket, request)
  return {
    keys: Contents.map(({ Key }) => Key),
    prefixes: CommonPrefixes.map(({ Prefix }) => Prefix),
    isTruncated,
    last,
  }
}

it('shows the same in pages of any size, and ends with the last thing there is', async () => {
  const key = fc
    .array(fc.constantFrom('a', '/', 'é', 'b'), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join(''))
  const asked = fc.record({
    keys: fc.uniqueArray(key, { maxLength: 12 }),
    open: fc.array(key, { maxLength: 12 }),
    prefix: fc.constantFrom('', 'a/', 'b/', 'a/a/', '/'),
    limit: fc.integer({ min: 1, max: 6 }),
  })
  await fc.assert(
    fc.asyncProperty(asked, async ({ keys, open, prefix, limit }) => {
      await using store = await storeOf(keys, open)
      const whole = await page(store, prefix, 1000)
      expect(whole.isTruncated).toBe(false)
      const found = { keys: [] as unknown[], prefixes: [] as unknown[] }
      for (
        let next = await page(store, prefix, limit);
        ;
        next = await page(store, prefix, limit, next.last)
      ) {
        found.keys.push(...next.keys)
        found.prefixes.push(...next.prefixes)
        if (!next.isTruncated) break
        expect(next.keys.length + next.prefixes.length).toBe(limit)
      }
      expect(found).toEqual({ keys: whole.keys, prefixes: whole.prefixes })
      const directories = [...keys, ...open]
        .filter((each) => each.startsWith(prefix) && each.includes('/', prefix.length))
        .map((each) => each.slice(0, each.indexOf('/', prefix.length) + 1))
      expect(new Set(whole.prefixes)).toEqual(new Set(directories))
    }),
  )
})

it('ends a page behind very many uploads in no directory, and goes on from there', async () => {
  const open = Array.from({ length: 50_001 }, (_, index) => `d/${String(index).padStart(6, '0')}`)
  await using store = await storeOf(['d/z'], open)
  const first = await page(store, 'd/', 2)
  expect(first).toEqual({ keys: [], prefixes: [], isTruncated: true, last: 'd/049999' })
  const second = await page(store, 'd/', 2, first.last)
  expect(second).toEqual({ keys: ['d/z'], prefixes: [], isTruncated: false, last: 'd/z' })
})

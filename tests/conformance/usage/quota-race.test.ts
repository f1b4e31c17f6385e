import { PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { readUsages } from '../../../packages/server/src/metadata/read-usage.ts'
import { buckets } from '../../../packages/server/src/metadata/tables/tables.ts'
import { readRow } from '../../../packages/server/src/metadata/transaction.ts'
import { setQuota } from '../../../packages/server/src/s3/shared/quotas/set-quota.ts'
import { mainAccount } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

it('what one commit takes while another looks at the quota of the account is not granted twice', async () => {
  const scans: (() => Promise<void>)[] = []
  const halting = (store: OrderedStore): OrderedStore =>
    new Proxy(store, {
      get(target, name: keyof OrderedStore) {
        if (name === 'scanMany')
          return async (ranges: Parameters<OrderedStore['scanMany']>[0]) => {
            const found = await target.scanMany(ranges)
            await scans.shift()?.()
            return found
          }
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  let store: OrderedStore | undefined
  await using server = await startTestServer({ wrapMetadata: (opened) => (store = halting(opened)) })
  if (!store) throw new Error('no store')
  const client = s3Client(server)
  const Bucket = await createBucket(server, 'race')
  const VersioningConfiguration = { Status: 'Suspended' as const }
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  const put = (Key: string, bytes: number): Promise<unknown> =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(bytes) })).catch(() => undefined)
  await setQuota(store, { account: mainAccount.id }, { maximumBytes: 5000 })
  await setQuota(store, { bucket: Bucket }, { maximumBytes: 800 })
  await put('first', 1)
  // The first look is that before the body, the second that of the commit.
  scans.push(
    () => Promise.resolve(),
    () => put('beside', 99).then(() => undefined),
  )
  await put('long', 650)
  for (let index = 0; index < 12; index++) await put(`short-${index}`, 49)
  const [usage] = await readUsages(store, [(await readRow(store, buckets, Bucket))?.id ?? ''])
  expect(usage?.bytes).toBeLessThanOrEqual(800)
  expect(usage?.bytes).toBeGreaterThan(700)
})

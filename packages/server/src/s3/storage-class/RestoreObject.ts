import type { BucketRow, ObjectRow, RestoreRow } from '../../metadata/tables/rows.ts'
import { restoreMoments } from '../../metadata/tables/event-tables.ts'
import { transact, type Transaction } from '../../metadata/transaction.ts'
import { S3Error } from '../../model/s3-error.ts'
import type { RestoreRequest } from '../../model/types.gen.ts'
import { bucketForWrite } from '../bucket-row.ts'
import { dueMilliseconds } from '../lifecycle-rules.ts'
import { announceObject } from '../events/announce.ts'
import { isNotified } from '../events/notification-rules.ts'
import { bucketOf, defineOperation } from '../operation.ts'
import type { S3Service } from '../service.ts'
import { changeVersion } from '../versions/change-version.ts'
import { versionIdOf } from '../versions/version-order.ts'
import { isArchived, restoreMilliseconds, restoreState, type Tier } from './archived.ts'

export const RestoreObject = defineOperation('RestoreObject', {
  access: { action: 's3:RestoreObject', on: 'object' },
  async handle(input, context) {
    const { service } = context
    const asked = askedRestore(input.RestoreRequest)
    let before = 'none' as ReturnType<typeof restoreState>
    await transact(service.stores.metadata, async (transaction) => {
      const bucket = await bucketForWrite(transaction, input.Bucket, bucketOf(context))
      const row = await changeVersion(transaction, bucket, input.Key, input.VersionId, (found) => {
        before = restoreState(found.restore, service.clock.now())
        return { restore: restored(service, found, asked) }
      })
      const place = { bucketName: input.Bucket, bucket, key: input.Key }
      rememberMoments(transaction, place, row, before !== 'restored')
      if (before === 'none' && isNotified(bucket)) {
        const { Bucket, Key: key } = input
        const restoredClass = row.storageClass
        const event = { name: 'ObjectRestore:Post', key, cause: context, restoredClass } as const
        await announceObject(transaction, service, Bucket, bucket, row, event)
      }
    })
    // Source: S3 API Reference, RestoreObject: 202 when it begins, 200 when only its time is changed.
    return { StatusCode: before === 'restored' ? 200 : 202 }
  },
})

/** For the events of what nobody does: the restoration is done, and its copy goes. */
function rememberMoments(
  transaction: Transaction,
  place: { readonly bucketName: string; readonly bucket: BucketRow; readonly key: string },
  row: ObjectRow,
  isUnderWay: boolean,
): void {
  if (!row.restore) return
  const { bucketName, bucket, key } = place
  const { readyMilliseconds, untilMilliseconds } = row.restore
  const version = [bucket.id, key, versionIdOf(row)] as const
  if (isUnderWay) {
    transaction.put(restoreMoments, [readyMilliseconds, ...version, 'completed'], { bucketName })
  }
  transaction.put(restoreMoments, [untilMilliseconds, ...version, 'expired'], { bucketName })
}

interface AskedRestore {
  readonly days: number
  readonly tier: Tier
}

function askedRestore({ Days, GlacierJobParameters, Tier: tier, Type }: RestoreRequest): AskedRestore {
  if (Type !== undefined) {
    throw new S3Error('NotImplemented', {}, { message: 'Restoring by a query is not implemented' })
  }
  if (Days === undefined) throw new S3Error('MalformedXML')
  if (Days < 1) {
    const message = 'The Days element must be a positive integer'
    throw new S3Error('InvalidArgument', {}, { message })
  }
  const chosen = GlacierJobParameters?.Tier ?? tier ?? 'Standard'
  if (chosen !== 'Standard' && chosen !== 'Bulk' && chosen !== 'Expedited') throw new S3Error('MalformedXML')
  return { days: Days, tier: chosen }
}

/**
 * The restoration that follows from what is asked. One that is under way may become faster, one that is done may last
 * longer or shorter; its end is rounded up to midnight UTC, as expiration is.
 */
function restored(service: S3Service, row: ObjectRow, { days, tier }: AskedRestore): RestoreRow {
  if (!isArchived(row)) {
    const message = "Restore is not allowed for the object's current storage class"
    throw new S3Error('InvalidObjectState', { StorageClass: row.storageClass ?? 'STANDARD' }, { message })
  }
  const { storageClass = '', restore } = row
  const now = service.clock.now()
  const takesMilliseconds = restoreMilliseconds(service, storageClass, tier)
  if (takesMilliseconds === undefined) {
    const message = `The ${tier} tier is not available for objects of the storage class ${storageClass}`
    throw new S3Error('InvalidArgument', {}, { message })
  }
  const state = restoreState(restore, now)
  const until = (sinceMilliseconds: number): number =>
    dueMilliseconds({ days }, sinceMilliseconds, service.settings.dayMilliseconds)
  if (restore && state === 'restored') return { ...restore, untilMilliseconds: until(now.getTime()) }
  const readyMilliseconds = now.getTime() + takesMilliseconds
  if (restore && state === 'ongoing' && readyMilliseconds >= restore.readyMilliseconds) {
    throw new S3Error('RestoreAlreadyInProgress')
  }
  return { readyMilliseconds, untilMilliseconds: until(readyMilliseconds) }
}

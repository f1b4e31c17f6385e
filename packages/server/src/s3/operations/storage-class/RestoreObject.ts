import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { restoreMoments } from '../../../metadata/tables/event-tables.ts'
import { transact, type Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { RestoreRequest } from '../../../model/types.gen.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import { dueMilliseconds } from '../../shared/bucket/lifecycle-rules.ts'
import { announceObject } from '../../shared/announcing/announce.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { changeVersion } from '../../shared/version-rows/change-version.ts'
import { versionIdOf } from '../../shared/object/version-order.ts'
import { archiveOf, archiveTierOf } from '../../shared/object/archive-of.ts'
import { restoreMilliseconds, restoreState, type Speed } from '../../shared/storage-tiers/archived.ts'

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
        return restored(service, found, asked)
      })
      const place = { bucketName: input.Bucket, bucket, key: input.Key }
      rememberMoments(transaction, place, row, before !== 'restored')
      if (before === 'none') {
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
  if (untilMilliseconds === undefined) return
  transaction.put(restoreMoments, [untilMilliseconds, ...version, 'expired'], { bucketName })
}

interface AskedRestore {
  readonly days: number | undefined
  readonly speed: Speed
}

function askedRestore(request: RestoreRequest): AskedRestore {
  const { Days, GlacierJobParameters, Tier, Type, SelectParameters, OutputLocation } = request
  if (Type !== undefined || SelectParameters || OutputLocation) {
    throw new S3Error('NotImplemented', {}, { message: 'Restoring by a query is not implemented' })
  }
  if (Days !== undefined && Days < 1) throw invalid('The Days element must be a positive integer')
  const speed = GlacierJobParameters?.Tier ?? Tier ?? 'Standard'
  if (speed !== 'Standard' && speed !== 'Bulk' && speed !== 'Expedited') throw new S3Error('MalformedXML')
  return { days: Days, speed }
}

/**
 * What follows from what is asked. A restoration that is under way may become faster, one that is done may last longer
 * or shorter.
 */
function restored(service: S3Service, row: ObjectRow, asked: AskedRestore): Partial<ObjectRow> {
  const { restore } = row
  const now = service.clock.now()
  const state = restoreState(restore, now)
  const archive = archiveOf(row)
  const hasLeft = state === 'restored' && restore?.untilMilliseconds === undefined
  if (!archive || hasLeft) {
    const message = "Restore is not allowed for the object's current storage class"
    throw new S3Error('InvalidObjectState', { StorageClass: row.storageClass ?? 'STANDARD' }, { message })
  }
  const until = expiry(service, row, asked)
  const takesMilliseconds = restoreMilliseconds(service, archive, asked.speed)
  if (takesMilliseconds === undefined) {
    throw invalid(`The ${asked.speed} tier is not available for objects in ${archive}`)
  }
  if (restore && state === 'restored') {
    return { restore: { ...restore, untilMilliseconds: until?.(now.getTime()) } }
  }
  const readyMilliseconds = now.getTime() + takesMilliseconds
  if (restore && state === 'ongoing' && readyMilliseconds >= restore.readyMilliseconds) {
    throw new S3Error('RestoreAlreadyInProgress')
  }
  return {
    restore: { readyMilliseconds, untilMilliseconds: until?.(readyMilliseconds) },
    // Source: S3 User Guide, "Restoring objects from the S3 Intelligent-Tiering Archive Access and Deep Archive Access
    // tiers": it moves into the frequent access tier.
    ...(!until && { accessedMilliseconds: readyMilliseconds }),
  }
}

/**
 * The end of the days that something is restored for, rounded up to midnight UTC, as expiration is. `undefined` for an
 * object of INTELLIGENT_TIERING, which is restored for good.
 */
function expiry(
  { settings }: S3Service,
  row: ObjectRow,
  { days }: AskedRestore,
): ((sinceMilliseconds: number) => number) | undefined {
  if (!archiveTierOf(row)) {
    if (days === undefined) throw new S3Error('MalformedXML')
    return (sinceMilliseconds) => dueMilliseconds({ days }, sinceMilliseconds, settings.dayMilliseconds)
  }
  if (days === undefined) return undefined
  throw invalid(
    'INTELLIGENT_TIERING objects are not subject to restore expiry. Do not specify Days when restoring this object',
  )
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', {}, { message })
}

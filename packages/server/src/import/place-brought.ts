import type { BucketRow, Content } from '../metadata/tables/rows.ts'
import type { Transaction } from '../metadata/transaction.ts'
import { bucketForWrite } from '../s3/shared/bucket/bucket-row.ts'
import { changeContent } from '../s3/shared/content/change-content.ts'
import { linkContent, type LooseContent } from '../s3/shared/content/link-content.ts'
import { keepOrDiscard } from '../s3/shared/new-object/write-object.ts'
import { isObject } from '../s3/shared/object/version-order.ts'
import { markTiered } from '../s3/shared/storage-tiers/mark-tiered.ts'
import { deleteVersion } from '../s3/shared/version-rows/delete-version.ts'
import {
  placeUnversioned,
  placeVersion,
  type PlacedVersion,
} from '../s3/shared/version-rows/place-version.ts'
import type { ImportJob } from './import-target.ts'

const EMPTY: LooseContent<Content> = { content: { kind: 'empty' } }

/**
 * The commit of a version that was brought. `also` adds to it. Where the version takes the place of a null version that is the
 * newest and would not be any more, that one goes first.
 */
export async function placeBrought(
  job: ImportJob,
  key: string,
  row: PlacedVersion,
  loose: LooseContent<Content> = EMPTY,
  also: (transaction: Transaction) => Promise<void> = async () => {},
): Promise<void> {
  const isPlaced = (): Promise<boolean> =>
    changeContent(job.service, async (transaction) => {
      const bucket = await bucketForWrite(transaction, job.to, job.bucket)
      await linkContent(transaction, loose)
      if (isObject(row)) markTiered(transaction, job.to, bucket, row)
      if (!(await place(transaction, bucket, key, row))) return false
      await also(transaction)
      return true
    })
  await keepOrDiscard(job.service, loose, async () => {
    if (await isPlaced()) return
    await deleteNullVersion(job, key)
    if (!(await isPlaced())) throw new Error('the null version was written at the same time')
  })
}

async function place(
  transaction: Transaction,
  bucket: BucketRow,
  key: string,
  version: PlacedVersion,
): Promise<boolean> {
  if (bucket.versioning !== undefined) return placeVersion(transaction, bucket, key, version)
  if (!isObject(version) || !version.isNull) throw new Error('the bucket has no versioning here')
  const { order: _, isNull: __, ...row } = version
  await placeUnversioned(transaction, bucket, key, row)
  return true
}

async function deleteNullVersion({ service, to, bucket, owner }: ImportJob, key: string): Promise<void> {
  await deleteVersion(service, {
    bucketName: to,
    bucket,
    key,
    versionId: 'null',
    accountId: owner.id,
    cause: 's3',
    bypassesGovernance: false,
    hasMfa: true,
    check: () => undefined,
  })
}

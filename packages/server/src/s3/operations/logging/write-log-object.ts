import type { Entry } from '../../../metadata/ordered-store.ts'
import { bodyOf } from '../../../model/body.ts'
import { waitingLogs } from '../../../metadata/tables/log-tables.ts'
import type { BucketRow, ObjectTraits } from '../../../metadata/tables/rows.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { assertKeyLength } from '../../../model/key-length.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { DEFAULT_CHECKSUM_ALGORITHM } from '../../../model/upload-checksum.ts'
import type { Cancellable } from '../../shared/content/cancellable.ts'
import { storeContent, type StoredContent } from '../../shared/content/store-content.ts'
import { newObjectRow } from '../../shared/new-object/new-object-row.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { sealerFor } from '../../shared/sealing/object-keys.ts'
import { commitObject } from '../../shared/new-object/write-object.ts'
import { newLogObjectKey } from './log-object-key.ts'
import { findLogTarget, logObjectOwner, type LogTarget, mayDeliverLog } from './log-target.ts'

/** Records of one bucket and one day, and the rows of the store that they come from. */
export interface LogBatch extends LogTarget {
  readonly day: string
  readonly text: string
  readonly rows: readonly Pick<Entry, 'key' | 'stamp'>[]
}

/** Thrown where another process has delivered the same rows. */
export class AlreadyDelivered extends Error {
  override readonly name = 'AlreadyDelivered'
}

/**
 * Writes a log object as any upload is written, and takes its rows away in the commit that names it: each record is
 * delivered once, whatever crashes. Throws what S3 answers where the target bucket does not take it.
 */
export async function writeLogObject(
  service: S3Service,
  batch: LogBatch,
  cancellable: Cancellable,
): Promise<void> {
  const bucket = await findLogTarget(service, batch)
  const key = newLogObjectKey(service, batch, batch.day)
  assertKeyLength(key)
  if (!(await mayDeliverLog(service, batch, bucket, key))) throw new S3Error('AccessDenied')
  const traits = await traitsOfLog(service, bucket, batch)
  const stored = await store(service, batch.text, cancellable)
  const event = { name: 'ObjectCreated:Put', cause: 's3' } as const
  const target = { bucketName: batch.logging.targetBucket, bucket, key, ...event }
  const row = newObjectRow({ service }, traits, stored)
  await commitObject(service, target, row, stored, {}, (transaction) => takeRows(service, transaction, batch))
}

async function traitsOfLog(
  service: S3Service,
  bucket: BucketRow,
  { logging }: LogBatch,
): Promise<ObjectTraits> {
  return {
    contentType: 'text/plain',
    ...(await logObjectOwner(service, bucket, logging)),
    encryption: { kind: 'AES256' },
  }
}

async function store(service: S3Service, text: string, cancellable: Cancellable): Promise<StoredContent> {
  const bytes = Buffer.from(text, 'utf8')
  const body = bodyOf(bytes, bytes.length)
  const sealer = await sealerFor(service.encryption, 'AES256', undefined)
  return storeContent(service, body, {}, DEFAULT_CHECKSUM_ALGORITHM, cancellable, sealer)
}

async function takeRows(service: S3Service, transaction: Transaction, { rows }: LogBatch): Promise<void> {
  const found = await service.stores.metadata.getMany(rows.map(({ key }) => key))
  for (const [index, { key, stamp }] of rows.entries()) {
    if (found[index]?.stamp !== stamp) throw new AlreadyDelivered()
    transaction.expect(key, stamp)
    transaction.remove(waitingLogs, ...waitingLogs.parts(key))
  }
}

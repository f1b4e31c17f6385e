import type { SessionEncryption } from '../../../access/caller.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { transact } from '../../../metadata/transaction.ts'
import { buckets } from '../../../metadata/tables/tables.ts'
import { bucketForWrite } from '../../shared/bucket/bucket-row.ts'
import type { OperationContext } from '../../shared/service/operation.ts'
import {
  type AskedEncryption,
  assertOneKey,
  defaultInDirectory,
  keyOfDirectory,
  refuseDirectoryEncryption,
} from '../../shared/sealing/directory-encryption.ts'

interface SessionsChoice {
  /** Absent: the request says nothing. */
  readonly asked: SessionEncryption | undefined
  readonly effective: SessionEncryption
}

/** How objects are encrypted in a new session. Source: S3 API Reference, CreateSession. */
export async function sessionEncryption(
  context: OperationContext,
  input: AskedEncryption & { readonly Bucket: string },
  bucket: BucketRow,
): Promise<SessionsChoice> {
  const { ServerSideEncryption: algorithm } = input
  refuseDirectoryEncryption(input, algorithm ?? 'AES256')
  if (algorithm === undefined) return { asked: undefined, effective: defaultInDirectory(bucket) }
  if (algorithm === 'AES256') return both({ algorithm })
  const keyArn = await keyOfDirectory(context, input.Bucket, bucket, input.SSEKMSKeyId)
  if (bucket.directory && bucket.directory.keyArn === undefined)
    await keepKey(context, input.Bucket, bucket, keyArn)
  return both({ algorithm: 'aws:kms', keyArn })
}

/** From now on the bucket has no other. */
function keepKey(
  { service }: OperationContext,
  name: string,
  admitted: BucketRow,
  keyArn: string,
): Promise<void> {
  return transact(service.stores.metadata, async (transaction) => {
    const row = await bucketForWrite(transaction, name, admitted)
    assertOneKey(row.directory?.keyArn, keyArn)
    if (row.directory)
      transaction.put(buckets, [name], {
        ...row,
        deleting: undefined,
        directory: { ...row.directory, keyArn },
      })
  })
}

function both(chosen: SessionEncryption): SessionsChoice {
  return { asked: chosen, effective: chosen }
}

/** As the answer of CreateSession tells it. */
export function sessionEncryptionMembers({ algorithm, keyArn }: SessionEncryption) {
  if (algorithm === 'AES256') return { ServerSideEncryption: algorithm }
  return { ServerSideEncryption: algorithm, SSEKMSKeyId: keyArn, BucketKeyEnabled: true }
}

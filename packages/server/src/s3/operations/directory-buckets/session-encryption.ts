import type { SessionEncryption } from '../../../access/caller.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { directoryBucketArn } from '../../../model/directory-bucket-name.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { OperationContext } from '../../shared/service/operation.ts'
import {
  type AskedEncryption,
  defaultInDirectory,
  keyOfDirectory,
  refuseDirectoryEncryption,
} from '../../shared/sealing/directory-encryption.ts'

const NO_KEY =
  'SSE-KMS needs a customer managed key in the default encryption of the directory bucket, by PutBucketEncryption'

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
  const arn = directoryBucketArn(bucket.region, bucket.ownerAccountId, input.Bucket)
  refuseDirectoryEncryption(input, algorithm ?? 'AES256', arn)
  if (algorithm === undefined) return { asked: undefined, effective: defaultInDirectory(bucket) }
  if (algorithm === 'AES256') return both({ algorithm })
  // Source: S3 User Guide, "Specifying server-side encryption with AWS KMS (SSE-KMS) for new object uploads in directory buckets": it has to
  // be the key of the default encryption. Who may only create sessions does not choose the one key that a bucket has for its life.
  if (bucket.directory?.keyArn === undefined) throw new S3Error('InvalidRequest', {}, { message: NO_KEY })
  const keyArn = await keyOfDirectory(context, input.Bucket, bucket, input.SSEKMSKeyId)
  return both({ algorithm: 'aws:kms', keyArn })
}

function both(chosen: SessionEncryption): SessionsChoice {
  return { asked: chosen, effective: chosen }
}

/** As the answer of CreateSession tells it. */
export function sessionEncryptionMembers({ algorithm, keyArn }: SessionEncryption) {
  if (algorithm === 'AES256') return { ServerSideEncryption: algorithm }
  return { ServerSideEncryption: algorithm, SSEKMSKeyId: keyArn, BucketKeyEnabled: true }
}

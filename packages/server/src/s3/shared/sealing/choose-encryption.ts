import { type Soon, soon } from '../../../base/soon.ts'
import type { DataKey } from '../../../encryption/content-key.ts'
import type { BucketRow, EncryptionRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'
import { assertNotBlocked } from './blocked-encryption.ts'
import type { ContentSealer } from './content-seal.ts'
import { type CustomerKeyInput, customerKeyOf } from './customer-key-input.ts'
import { encryptionInDirectory } from './directory-encryption.ts'
import { sealerFor } from './object-keys.ts'
import { newServiceKey } from './service-key.ts'
import { userContextOf } from './user-context.ts'

/** The members by which a write chooses its encryption. */
export interface EncryptionInput extends CustomerKeyInput {
  readonly Bucket: string
  readonly Key: string
  readonly ServerSideEncryption?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly SSEKMSEncryptionContext?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
}

export interface ChosenEncryption {
  readonly row: EncryptionRow
  readonly sealer: ContentSealer
  /** `undefined` where the store's own keys seal. */
  readonly dataKey?: DataKey | undefined
}

/**
 * The encryption of a new object: what the request asks for, or else what the bucket does by default, which is AES256
 * where nobody said otherwise. Asks the key service for a data key where its keys are used, on behalf of the requester.
 */
export function chooseEncryption(context: OperationContext, input: EncryptionInput): Soon<ChosenEncryption> {
  const bucket = bucketOf(context)
  assertConsistent(input)
  const customerKey = customerKeyOf(context, input)
  const keys = context.service.encryption
  if (customerKey) {
    assertNotBlocked(bucket, 'customer')
    const verifier = customerKey.newVerifier(keys.random)
    const row: EncryptionRow = { kind: 'customer', ...verifier }
    return soon(sealerFor(keys, row.kind, customerKey.dataKey), (sealer) => ({ row, sealer }))
  }
  const asked = bucket.directory ? askedInDirectory(context, input) : askedFor(input, bucket)
  if (asked.algorithm === 'AES256') {
    const row = { kind: 'AES256' } as const
    return soon(sealerFor(keys, 'AES256', undefined), (sealer) => ({ row, sealer }))
  }
  const { algorithm: kind, ...key } = asked
  const place = { bucketName: input.Bucket, key: input.Key }
  return newServiceKey(context, { ...key, kind }, place).then(async ({ row, dataKey }) => ({
    row,
    dataKey,
    sealer: await sealerFor(keys, kind, dataKey),
  }))
}

interface Asked {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  readonly keyName: string
  readonly userContext: Readonly<Record<string, string>> | undefined
  readonly bucketKey: boolean
}

/** The key of the account that S3 uses when none is named. */
const MANAGED_KEY = 'alias/aws/s3'

function askedFor(input: EncryptionInput, { encryption }: BucketRow): Asked {
  const asksItself = input.ServerSideEncryption !== undefined
  const algorithm = asksItself ? algorithmOf(input.ServerSideEncryption) : (encryption?.algorithm ?? 'AES256')
  return {
    algorithm,
    // The bucket's key goes with the bucket's choice alone. Source: S3 API Reference, PutObject, `SSEKMSKeyId`.
    keyName: input.SSEKMSKeyId ?? (asksItself ? undefined : encryption?.keyName) ?? MANAGED_KEY,
    userContext: userContextOf(input.SSEKMSEncryptionContext),
    // Dual-layer encryption has no bucket keys.
    bucketKey: algorithm === 'aws:kms' && (input.BucketKeyEnabled ?? encryption?.bucketKey ?? false),
  }
}

/** A copy asks the key service for each object. Source: S3 API Reference, CopyObject, `BucketKeyEnabled`. */
function askedInDirectory(context: OperationContext, input: EncryptionInput): Asked {
  const isCopy = context.head.headers['x-amz-copy-source'] !== undefined
  const { algorithm, keyArn } = encryptionInDirectory(context, input, isCopy)
  const bucketKey = algorithm === 'aws:kms' && !isCopy
  return { algorithm, keyName: keyArn ?? MANAGED_KEY, userContext: undefined, bucketKey }
}

function algorithmOf(name: string | undefined): Asked['algorithm'] {
  if (name === 'AES256' || name === 'aws:kms' || name === 'aws:kms:dsse') return name
  const fields = { ArgumentName: 'x-amz-server-side-encryption', ArgumentValue: name ?? '' }
  throw new S3Error('InvalidArgument', fields, {
    message: 'The encryption method specified is not supported',
  })
}

function assertConsistent(input: EncryptionInput): void {
  const usesService = input.ServerSideEncryption?.startsWith('aws:kms') === true
  if (input.SSECustomerAlgorithm !== undefined && input.ServerSideEncryption !== undefined) {
    const message =
      'Server Side Encryption with Customer provided key is incompatible with the encryption method specified'
    throw new S3Error('InvalidArgument', {}, { message })
  }
  if ((input.SSEKMSKeyId ?? input.SSEKMSEncryptionContext) !== undefined && !usesService) {
    const message =
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms'
    throw new S3Error('InvalidArgument', {}, { message })
  }
}

import type { SessionEncryption } from '../../../access/caller.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { directoryBucketArn } from '../../../model/directory-bucket-name.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'
import { keyCaller, keyContext } from './key-context.ts'
import { userContextOf } from './user-context.ts'

/** The members by which a request chooses an encryption. */
export interface AskedEncryption {
  readonly ServerSideEncryption?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly SSEKMSEncryptionContext?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
}

/** What a directory bucket does with objects of which nobody says anything. */
export function defaultInDirectory({ encryption }: Pick<BucketRow, 'encryption'>): SessionEncryption {
  if (encryption?.algorithm !== 'aws:kms') return { algorithm: 'AES256' }
  return { algorithm: 'aws:kms', keyArn: encryption.keyName }
}

/**
 * The encryption of a new object in a directory bucket: that of the session or else of the bucket, which the request may only repeat. A
 * copy, which no session makes, may choose AES256 or the bucket's key. Throws InvalidRequest for any other. Source: S3 API Reference,
 * PutObject and CopyObject, `x-amz-server-side-encryption`.
 */
export function encryptionInDirectory(
  context: OperationContext,
  input: AskedEncryption & { readonly Bucket: string },
  isCopy: boolean,
): SessionEncryption {
  const bucket = bucketOf(context)
  const { directorySession } = context.caller.traits
  const isOfBucket = directorySession?.bucketId === bucket.id
  const given = (isOfBucket ? directorySession?.encryption : undefined) ?? defaultInDirectory(bucket)
  const { ServerSideEncryption: algorithm = given.algorithm, SSEKMSKeyId: keyName } = input
  const bucketArn = directoryBucketArn(bucket.region, bucket.ownerAccountId, input.Bucket)
  refuseDirectoryEncryption(input, algorithm, bucketArn)
  if (isCopy && algorithm === 'AES256') return { algorithm }
  const keyArn = isCopy ? (given.keyArn ?? bucket.directory?.keyArn) : given.keyArn
  const isSame = (isCopy && keyArn !== undefined) || algorithm === given.algorithm
  if (!isSame || !isKey(keyName, keyArn)) throw mismatch()
  return { algorithm: algorithm === 'AES256' ? 'AES256' : 'aws:kms', keyArn }
}

/**
 * What no directory bucket takes, whatever it does by default. `bucketArn`: its encryption context, which a request may repeat. Source:
 * S3 API Reference, PutObject, `x-amz-server-side-encryption-context`.
 */
export function refuseDirectoryEncryption(
  input: AskedEncryption,
  algorithm: string,
  bucketArn?: string,
): void {
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms') {
    const fields = { ArgumentName: 'x-amz-server-side-encryption', ArgumentValue: algorithm }
    const message = 'The encryption method specified is not supported'
    throw new S3Error('InvalidArgument', fields, { message })
  }
  const asked = userContextOf(input.SSEKMSEncryptionContext)
  if (asked && !(algorithm === 'aws:kms' && isContextOf(bucketArn, asked)))
    throw invalid('A directory bucket has no encryption context but its own')
  if (algorithm === 'aws:kms' && input.BucketKeyEnabled === false)
    throw invalid('S3 Bucket Keys cannot be disabled in a directory bucket')
  if (algorithm === 'AES256' && input.SSEKMSKeyId !== undefined)
    throw invalid('A key of the key service needs x-amz-server-side-encryption: aws:kms')
}

function isContextOf(bucketArn: string | undefined, asked: Readonly<Record<string, string>>): boolean {
  return Object.keys(asked).length === 1 && asked['aws:s3:arn'] === bucketArn
}

/** Whether a key is the one of an ARN, by that or by its id. Absent: it was not said. */
function isKey(keyName: string | undefined, keyArn: string | undefined): boolean {
  return keyName === undefined || keyName === keyArn || keyArn?.endsWith(`:key/${keyName}`) === true
}

/**
 * The ARN of the key that a bucket or a session is to have, once the caller may make and open data keys with it. Throws InvalidRequest
 * for none, for an alias, and for another one than the bucket has for its life. Source: S3 API Reference, PutBucketEncryption and
 * CreateSession.
 */
export async function keyOfDirectory(
  context: OperationContext,
  bucketName: string,
  bucket: BucketRow,
  keyName: string | undefined,
): Promise<string> {
  if (keyName === undefined)
    throw invalid('SSE-KMS in a directory bucket needs the id or ARN of a customer managed key')
  if (/(?:^|:)alias\//.test(keyName))
    throw invalid('The alias of a key is not supported in a directory bucket')
  const { keyService } = context.service.encryption
  const caller = keyCaller(context)
  const bound = keyContext(context, { bucketName, key: '', bucket }, undefined, true)
  const { sealed, keyArn } = await keyService.generateDataKey(caller, keyName, bound)
  await keyService.openDataKey(caller, Buffer.from(sealed), bound)
  assertOneKey(bucket.directory?.keyArn, keyArn)
  return keyArn
}

/** Throws InvalidRequest where a bucket that has a key would get another one. */
export function assertOneKey(known: string | undefined, keyArn: string): void {
  if (known !== undefined && known !== keyArn)
    throw invalid('A directory bucket has one customer managed key in its life, and this one has another')
}

function mismatch(): S3Error {
  return invalid('The encryption of an object must be that of the session, or of the directory bucket')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}

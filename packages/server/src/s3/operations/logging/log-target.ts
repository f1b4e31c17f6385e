import { type AccessRule, s3Arn } from '../../../access/access-rule.ts'
import { type Acl, canonicalGrant } from '../../../access/acl/acl.ts'
import { aclToRow } from '../../../access/acl/acl-row.ts'
import { isByAcl } from '../../../access/decide.ts'
import { callerOf } from '../../../access/caller.ts'
import { LOG_DELIVERY_CANONICAL_ID, LOG_DELIVERY_SERVICE } from '../../../access/principal.ts'
import type { LogSource } from '../../../metadata/tables/log-tables.ts'
import type { BucketRow, LoggingRow, ObjectTraits } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { decideAccess } from '../../shared/deciding/authorize.ts'
import { assertAclNotBlocked } from '../../shared/bucket/effective-block.ts'
import { findBucket } from '../../shared/bucket/bucket-row.ts'
import { canonicalIdOfAccount } from '../../shared/grants/canonical-ids.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { targetGrants } from './logging-row.ts'

/** Where the log objects of one bucket go. */
export interface LogTarget {
  readonly source: LogSource
  readonly logging: LoggingRow
}

/**
 * The bucket that takes the log objects. Throws what S3 answers where it cannot: InvalidTargetBucketForLogging,
 * CrossLocationLoggingProhibited. Settings of that bucket may change at any time, so each delivery asks again. Source: S3 User Guide, "Enabling Amazon S3 server access logging".
 */
export async function findLogTarget(service: S3Service, { source, logging }: LogTarget): Promise<BucketRow> {
  const bucket = await findBucket(service.stores, logging.targetBucket)
  if (!bucket) throw invalidTarget(logging, 'The target bucket for logging does not exist')
  if (bucket.ownerAccountId !== source.ownerAccountId) {
    const message = 'The owner for the bucket to be logged and the target bucket must be the same.'
    throw invalidTarget(logging, message)
  }
  if (bucket.region !== source.region) {
    throw new S3Error('CrossLocationLoggingProhibited', { TargetBucketLocation: bucket.region })
  }
  if (bucket.directory) throw invalidTarget(logging, 'The target bucket must be a general purpose bucket')
  refuseSettings(bucket, logging)
  return bucket
}

function refuseSettings(bucket: BucketRow, logging: LoggingRow): void {
  if (bucket.objectLock?.defaultRetention) {
    throw invalidTarget(logging, 'The target bucket must not have a default retention period')
  }
  if (bucket.requestPayer === 'Requester') {
    throw invalidTarget(logging, 'The target bucket must not have Requester Pays enabled')
  }
  if (bucket.encryption && bucket.encryption.algorithm !== 'AES256') {
    throw invalidTarget(logging, 'The target bucket must have SSE-S3 as its default encryption')
  }
}

/** Source: S3 User Guide, "How are logs delivered?": the log delivery account writes them, the owner has full control. */
function logAcl(service: S3Service, bucket: BucketRow, logging: LoggingRow): Acl {
  const owner = canonicalIdOfAccount(service.accounts, bucket.ownerAccountId)
  return {
    ownerCanonicalId: LOG_DELIVERY_CANONICAL_ID,
    grants: [
      canonicalGrant(owner, 'FULL_CONTROL'),
      canonicalGrant(LOG_DELIVERY_CANONICAL_ID, 'FULL_CONTROL'),
      ...targetGrants(logging),
    ],
  }
}

/**
 * Whose log objects are, and what others may do with them. Throws AccessDenied where the bucket's public access block
 * refuses that.
 */
export async function logObjectOwner(
  service: S3Service,
  bucket: BucketRow,
  logging: LoggingRow,
): Promise<Pick<ObjectTraits, 'ownerAccountId' | 'acl'>> {
  if (bucket.objectOwnership === 'BucketOwnerEnforced') return { ownerAccountId: bucket.ownerAccountId }
  const acl = logAcl(service, bucket, logging)
  await assertAclNotBlocked(service, bucket, acl)
  // Rows of accounts that are in no directory have the canonical id in place of the account's.
  return { ownerAccountId: LOG_DELIVERY_CANONICAL_ID, acl: aclToRow(acl) }
}

const WRITE_OBJECT: AccessRule = {
  action: 's3:PutObject',
  on: 'object',
  acl: { on: 'bucket', grant: 'WRITE' },
}
const READ_ACL: AccessRule = {
  action: 's3:GetBucketAcl',
  on: 'bucket',
  acl: { on: 'bucket', grant: 'READ_ACP' },
}

const LOG_DELIVERY = callerOf({ kind: 'service', service: LOG_DELIVERY_SERVICE })

/**
 * Whether the log delivery may write a key: a policy lets its service principal, on behalf of the source bucket and its
 * account, or the bucket's ACL gives its group WRITE and READ_ACP. Source: S3 User Guide, "Permissions for log delivery".
 */
export async function mayDeliverLog(
  service: S3Service,
  { source, logging }: LogTarget,
  bucket: BucketRow,
  key: string,
): Promise<boolean> {
  const keys = {
    'aws:SourceArn': s3Arn(source.bucketName),
    'aws:SourceAccount': source.ownerAccountId,
    // It does not leave the server.
    'aws:SecureTransport': 'true',
  }
  const target = { bucketName: logging.targetBucket, bucket }
  const written = await decideAccess(
    { service, caller: LOG_DELIVERY },
    { rule: WRITE_OBJECT, target: { ...target, key }, keys },
  )
  if (!written.allowed || !isByAcl(written)) return written.allowed
  return (await decideAccess({ service, caller: LOG_DELIVERY }, { rule: READ_ACL, target, keys })).allowed
}

export function invalidTarget({ targetBucket }: LoggingRow, message: string): S3Error {
  return new S3Error('InvalidTargetBucketForLogging', { TargetBucket: targetBucket }, { message })
}

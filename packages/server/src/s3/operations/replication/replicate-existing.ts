import type { Caller } from '../../../access/caller.ts'
import type { BucketRow, VersionRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { readParsed } from '../../shared/bucket/bucket-documents.ts'
import { findBucket } from '../../shared/bucket/bucket-row.ts'
import { decideAccess } from '../../shared/deciding/authorize.ts'
import { isNullVersion, isObject } from '../../shared/object/version-order.ts'
import { parseRules, rulesFor } from '../../shared/replicating/replication-rules.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { assertRestored } from '../../shared/storage-tiers/archived.ts'
import { findObject, findVersion } from '../../shared/version-rows/find-version.ts'
import { type Replicating, replicateVersion } from './replicate-version.ts'
import { ReplicationFailure } from './replication-failure.ts'

/** A version, the newest where none is named. */
export interface ExistingVersion {
  readonly bucketName: string
  readonly key: string
  readonly versionId: string | undefined
}

/**
 * Replicates a version on behalf of `caller`, whatever became of it before, by the rules that are about it now; replicas too. Done
 * again it changes nothing. Throws the first reason for which a destination does not have it then, and what passes. Source: S3 User
 * Guide, "Replicating existing objects with Batch Replication".
 */
export async function replicateExisting(
  replicating: Omit<Replicating, 'queue'>,
  caller: Caller,
  asked: ExistingVersion,
): Promise<void> {
  const { service } = replicating
  const { bucketName, key, versionId } = asked
  const bucket = await findBucket(service.stores, bucketName)
  if (!bucket) throw new ReplicationFailure('SrcBucketNotFound')
  const rule = { action: 's3:InitiateReplication', on: 'object' } as const
  const target = { bucketName, bucket, key, versionId }
  const keys = { 'aws:SecureTransport': 'true' }
  const decision = await decideAccess({ service, caller }, { rule, target, keys })
  if (!decision.allowed) throw new ReplicationFailure('InitiateReplicationNotPermitted', { cause: decision })
  const configured = await readParsed(service, bucket, 'replication', parseRules)
  if (!configured) throw new ReplicationFailure('SrcBucketReplicationConfigMissing')
  const row = await versionOf(service, bucket, asked)
  const { order } = row
  const rules = rulesFor(configured, 'existing', key, row).map(({ id }) => id)
  if (order === undefined || rules.length === 0) throw new ReplicationFailure('SrcObjectNotEligible')
  const queuedMilliseconds = service.clock.now().getTime()
  const task = {
    bucketName,
    bucketId: bucket.id,
    key,
    order,
    what: 'version',
    rules,
    queuedMilliseconds,
  } as const
  const failures = await replicateVersion(replicating, task)
  // Annotations go along, and are nothing that a job tells of. Source: S3 User Guide, "What does Amazon S3 replicate?".
  const failure = failures.find(({ annotation }) => annotation === undefined)
  if (failure) throw new ReplicationFailure(failure.reason, { cause: failure.cause })
}

/** Neither a version without an id that it could keep, nor one whose bytes are archived. */
async function versionOf(
  service: S3Service,
  bucket: BucketRow,
  { key, versionId }: ExistingVersion,
): Promise<VersionRow> {
  try {
    const { stores } = service
    const row =
      versionId === undefined
        ? await findObject(stores, bucket, key, undefined)
        : await findVersion(stores, bucket, key, versionId)
    if (!row) throw new ReplicationFailure('SrcVersionNotFound')
    if (isNullVersion(row)) throw new ReplicationFailure('SrcObjectNotEligible')
    if (isObject(row)) assertRestored(service, row)
    return row
  } catch (cause) {
    if (!(cause instanceof S3Error)) throw cause
    const reason = cause.code === 'InvalidObjectState' ? 'SrcObjectNotEligible' : 'SrcVersionNotFound'
    throw new ReplicationFailure(reason, { cause })
  }
}

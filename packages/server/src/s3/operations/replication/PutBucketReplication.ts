import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { ReplicationRule } from '../../../model/types.gen.ts'
import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import { findBucket } from '../../shared/bucket/bucket-row.ts'
import { bucketNameOfArn } from '../../../model/bucket-arn.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { assertMayPassRole } from '../../shared/deciding/pass-role.ts'
import { checkReplication } from './check-replication.ts'

/** Source: S3 API Reference, PutBucketReplication: "The maximum size of a replication configuration is 2 MB." */
const MOST_BYTES = 2 * 1024 * 1024

export const PutBucketReplication = defineOperation('PutBucketReplication', {
  access: { action: 's3:PutReplicationConfiguration', on: 'bucket' },
  async handle(input, context) {
    const { service } = context
    const { Role, Rules } = input.ReplicationConfiguration
    checkReplication(input.ReplicationConfiguration, service.settings.storageClasses)
    assertVersioned(bucketOf(context))
    await assertMayPassRole(context, Role)
    for (const rule of Rules) await checkDestination(service, input.Bucket, rule)
    const text = JSON.stringify({ Role, Rules: Rules.map((rule) => named(rule, service)) })
    if (Buffer.byteLength(text) > MOST_BYTES) throw new S3Error('MaxMessageLengthExceeded')
    await changeDocument(context, input.Bucket, 'replication', text, assertVersioned)
    return {}
  },
})

function assertVersioned({ versioning }: BucketRow): void {
  if (versioning === 'Enabled') return
  throw invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration")
}

/** It may change later, so that each replication asks again. */
async function checkDestination(
  { stores, settings }: S3Service,
  source: string,
  { Destination: { Bucket, Account } }: ReplicationRule,
): Promise<void> {
  const name = bucketNameOfArn(Bucket)
  // It is looked at when something is sent to it: it may be away now.
  if (name !== undefined && settings.remoteBuckets.has(name)) return
  if (name === source) throw invalidRequest('Destination bucket cannot be the source bucket.')
  const bucket = name === undefined ? undefined : await findBucket(stores, name)
  if (!bucket) throw invalidRequest('Destination bucket must exist.')
  if (bucket.versioning !== 'Enabled')
    throw invalidRequest('Destination bucket must have versioning enabled.')
  if (Account !== undefined && Account !== bucket.ownerAccountId)
    throw invalidRequest('Account does not own the destination bucket.')
}

/** S3 gives a rule without an id one of its own. */
function named(rule: ReplicationRule, { random }: S3Service): ReplicationRule {
  return rule.ID === undefined || rule.ID === ''
    ? { ...rule, ID: random.bytes(24).toString('base64url') }
    : rule
}

function invalidRequest(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}

import type { AccessRule } from '../../access/access-rule.ts'
import type { BucketRow, EncryptionRow, VersionRow } from '../../metadata/tables/rows.ts'
import { bucketNameOfArn } from '../../model/bucket-arn.ts'
import { S3Error } from '../../model/s3-error.ts'
import type {
  JobManifestGeneratorFilter,
  ObjectEncryptionFilter,
  S3JobManifestGenerator,
} from '../../model/types.gen.ts'
import { allVersions } from '../../s3/operations/replication/requeue-versions.ts'
import { readParsed } from '../../s3/shared/bucket/bucket-documents.ts'
import { assertOwner, readBucket } from '../../s3/shared/bucket/bucket-row.ts'
import { authorize } from '../../s3/shared/deciding/authorize.ts'
import { isNullVersion, isObject, versionIdOf } from '../../s3/shared/object/version-order.ts'
import { parseRules, type ReplicationRules, rulesFor } from '../../s3/shared/replicating/replication-rules.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { cursorOf, nextVersions } from '../inventory/walk-versions.ts'
import type { FoundTasks } from './found-tasks.ts'
import type { JobSession } from './perform-as.ts'

/** What the roles of AWS's own examples may do. Source: S3 User Guide, "Granting permissions for Batch Operations". */
const GENERATES: AccessRule = { action: 's3:PutInventoryConfiguration', on: 'bucket' }
const READS_RULES: AccessRule = { action: 's3:GetReplicationConfiguration', on: 'bucket' }

/** Versions that are looked at without a pause. */
const AT_ONCE = 100

/**
 * What of a bucket a filter lets through, with a pause behind each page: in a large bucket a filter may let nothing through for
 * long. Jobs that replicate have all versions, which those that are eligible by the rules may be asked of; the others have the
 * newest objects, in the order of their keys. Throws what S3 answers.
 */
export async function* generatedTasks(
  session: JobSession,
  generator: S3JobManifestGenerator,
  isOfAllVersions: boolean,
): FoundTasks {
  const { service, caller } = session
  const { SourceBucket, ExpectedBucketOwner, Filter = {} } = generator
  const bucketName = bucketNameOfArn(SourceBucket) ?? ''
  const bucket = await readBucket(service.stores, bucketName)
  assertOwner(ExpectedBucketOwner, bucket)
  const target = { bucketName, bucket }
  await authorize({ service, caller }, { rule: GENERATES, target })
  let rules: ReplicationRules | undefined
  if (Filter.EligibleForReplication) {
    await authorize({ service, caller }, { rule: READS_RULES, target })
    rules = await readParsed(service, bucket, 'replication', parseRules)
    if (!rules) throw new S3Error('ReplicationConfigurationNotFoundError')
  }
  const found = isOfAllVersions ? versionsOf(service, bucket) : newestOf(service, bucket, Filter)
  for await (const { key, row } of found) {
    if (!row) yield undefined
    else if (isMeant(Filter, key, row) && (rules ? isEligible(rules, key, row) : isObject(row)))
      yield isOfAllVersions ? [bucketName, key, versionIdOf(row)] : [bucketName, key]
  }
}

/** Without a row where there is to be a pause. */
type Found = AsyncGenerator<{ readonly key: string; readonly row?: VersionRow }>

async function* newestOf(service: S3Service, bucket: BucketRow, filter: JobManifestGeneratorFilter): Found {
  const prefixes = filter.KeyNameConstraint?.MatchAnyPrefix ?? []
  const walk = { bucket, prefix: prefixes.length === 1 ? (prefixes[0] ?? '') : '', isOfAllVersions: false }
  let after: ReturnType<typeof cursorOf> | undefined
  for (;;) {
    const found = await nextVersions(service, walk, after)
    yield* found
    const last = found.at(-1)
    if (!last) return
    after = cursorOf(last)
    yield { key: last.key }
  }
}

/** The newest of a key last, as a store that gives ids of its own has to be sent them. */
async function* versionsOf({ stores }: S3Service, bucket: BucketRow): Found {
  let count = 0
  for await (const found of allVersions(stores, bucket)) {
    yield found
    if (++count % AT_ONCE === 0) yield { key: found.key }
  }
}

function isEligible(rules: ReplicationRules, key: string, row: VersionRow): boolean {
  return !isNullVersion(row) && rulesFor(rules, 'existing', key, row).length > 0
}

function isMeant(filter: JobManifestGeneratorFilter, key: string, row: VersionRow): boolean {
  const {
    KeyNameConstraint: names = {},
    MatchAnyObjectEncryption: encryptions,
    MatchAnyStorageClass: classes,
    ObjectReplicationStatuses: statuses,
    ObjectSizeGreaterThanBytes: least = -1,
    ObjectSizeLessThanBytes: most = Infinity,
  } = filter
  const modified = row.modifiedMilliseconds
  const { sizeBytes, storageClass = 'STANDARD' } = isObject(row) ? row : { sizeBytes: 0, storageClass: '' }
  return (
    anyOf(encryptions, (one) => isObject(row) && isSealedAs(one, row.encryption)) &&
    anyOf(names.MatchAnyPrefix, (text) => key.startsWith(text)) &&
    anyOf(names.MatchAnySuffix, (text) => key.endsWith(text)) &&
    anyOf(names.MatchAnySubstring, (text) => key.includes(text)) &&
    anyOf(classes, (name) => name === storageClass) &&
    anyOf(statuses, (status) => status === statusOf(row)) &&
    modified > (filter.CreatedAfter?.getTime() ?? -Infinity) &&
    modified < (filter.CreatedBefore?.getTime() ?? Infinity) &&
    sizeBytes > least &&
    sizeBytes < most
  )
}

function anyOf<One>(all: readonly One[] | undefined, fits: (one: One) => boolean): boolean {
  return all === undefined || all.length === 0 || all.some(fits)
}

/** Source: S3 API Reference, ObjectEncryptionFilter. */
function isSealedAs(asked: ObjectEncryptionFilter, encryption: EncryptionRow | undefined): boolean {
  switch (encryption?.kind) {
    case undefined:
      return asked.NOTSSE !== undefined
    case 'AES256':
      return asked.SSES3 !== undefined
    case 'customer':
      return asked.SSEC !== undefined
    case 'aws:kms': {
      const { KmsKeyArn: arn = encryption.keyArn, BucketKeyEnabled } = asked.SSEKMS ?? { KmsKeyArn: '' }
      const hasBucketKey = encryption.bucketKey ?? false
      return arn === encryption.keyArn && (BucketKeyEnabled ?? hasBucketKey) === hasBucketKey
    }
    case 'aws:kms:dsse':
      return (
        asked.DSSEKMS !== undefined && (asked.DSSEKMS.KmsKeyArn ?? encryption.keyArn) === encryption.keyArn
      )
  }
}

/** Source: S3 API Reference, JobManifestGeneratorFilter. */
function statusOf({ replication, isReplica }: VersionRow): string {
  return isReplica ? 'REPLICA' : (replication ?? 'NONE')
}

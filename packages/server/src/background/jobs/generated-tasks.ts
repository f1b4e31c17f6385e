import type { AccessRule } from '../../access/access-rule.ts'
import type { ObjectRow } from '../../metadata/tables/rows.ts'
import type { JobTask } from '../../metadata/tables/job-tables.ts'
import type { JobManifestGeneratorFilter, S3JobManifestGenerator } from '../../model/types.gen.ts'
import { assertOwner, readBucket } from '../../s3/shared/bucket/bucket-row.ts'
import { authorize } from '../../s3/shared/deciding/authorize.ts'
import { isObject } from '../../s3/shared/object/version-order.ts'
import { cursorOf, nextVersions } from '../inventory/walk-versions.ts'
import type { JobSession } from './perform-as.ts'

const LIST_BUCKET: AccessRule = {
  action: 's3:ListBucket',
  on: 'bucket',
  acl: { on: 'bucket', grant: 'READ' },
}

/** `undefined`: others may have their turn, and whoever cancels the job. */
export type FoundTasks = AsyncGenerator<JobTask | undefined>

/**
 * The newest objects of a bucket that a filter lets through, in the order of their keys, with a pause behind each page: in a large
 * bucket a filter may let nothing through for long. The role has to be allowed to list it.
 */
export async function* generatedTasks(
  { service, caller }: JobSession,
  { SourceBucket, ExpectedBucketOwner, Filter = {} }: S3JobManifestGenerator,
): FoundTasks {
  const bucketName = SourceBucket.slice(SourceBucket.lastIndexOf(':') + 1)
  const bucket = await readBucket(service.stores, bucketName)
  assertOwner(ExpectedBucketOwner, bucket)
  await authorize({ service, caller }, { rule: LIST_BUCKET, target: { bucketName, bucket } })
  const prefixes = Filter.KeyNameConstraint?.MatchAnyPrefix ?? []
  const walk = { bucket, prefix: prefixes.length === 1 ? (prefixes[0] ?? '') : '', isOfAllVersions: false }
  let after: ReturnType<typeof cursorOf> | undefined
  for (;;) {
    const found = await nextVersions(service, walk, after)
    for (const { key, row } of found) if (isObject(row) && isMeant(Filter, key, row)) yield [bucketName, key]
    const last = found.at(-1)
    if (!last) return
    after = cursorOf(last)
    yield undefined
  }
}

function isMeant(filter: JobManifestGeneratorFilter, key: string, row: ObjectRow): boolean {
  const {
    KeyNameConstraint: names = {},
    MatchAnyStorageClass: classes,
    ObjectReplicationStatuses: statuses,
  } = filter
  const modified = row.modifiedMilliseconds
  return (
    anyOf(names.MatchAnyPrefix, (text) => key.startsWith(text)) &&
    anyOf(names.MatchAnySuffix, (text) => key.endsWith(text)) &&
    anyOf(names.MatchAnySubstring, (text) => key.includes(text)) &&
    anyOf(classes, (name) => name === (row.storageClass ?? 'STANDARD')) &&
    anyOf(statuses, (status) => status === statusOf(row)) &&
    modified > (filter.CreatedAfter?.getTime() ?? -Infinity) &&
    modified < (filter.CreatedBefore?.getTime() ?? Infinity) &&
    row.sizeBytes > (filter.ObjectSizeGreaterThanBytes ?? -1) &&
    row.sizeBytes < (filter.ObjectSizeLessThanBytes ?? Infinity)
  )
}

function anyOf(texts: readonly string[] | undefined, fits: (text: string) => boolean): boolean {
  return texts === undefined || texts.length === 0 || texts.some(fits)
}

/** Source: S3 API Reference, JobManifestGeneratorFilter. */
function statusOf({ replication, isReplica }: ObjectRow): string {
  return isReplica ? 'REPLICA' : (replication ?? 'NONE')
}

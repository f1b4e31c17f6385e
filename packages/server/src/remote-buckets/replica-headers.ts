import { aclFromRow } from '../access/acl/acl-row.ts'
import type { RetentionRow } from '../metadata/tables/object-lock-rows.ts'
import type { ObjectRow } from '../metadata/tables/rows.ts'
import { headerName, checksumAlgorithm } from '../model/upload-checksum.ts'
import { encodeOutput } from '../protocol/encode.ts'
import { descriptionHeaders } from '../s3/shared/object/describe.ts'
import { isLocked } from '../s3/shared/object/object-lock-rules.ts'
import { shownRetention } from '../s3/shared/object/shown-retention.ts'
import type { Replicable, ReplicationRule } from '../s3/shared/replicating/replication-rules.ts'
import type { ReplicaStatement } from '../s3/shared/replicating/replica-statement.ts'
import { encodeQueryText } from '../signature/sign-request.ts'

export type Headers = Readonly<Record<string, string>>

/** What is said of a replica in headers that every S3 knows: metadata, class, and what seals it. */
export function descriptionOf(row: ObjectRow, { storageClass, keyName }: ReplicationRule): Headers {
  const described = descriptionHeaders({ ...row, storageClass: storageClass ?? row.storageClass })
  const { headers } = encodeOutput(
    'HeadObject',
    described as Parameters<typeof encodeOutput<'HeadObject'>>[1],
  )
  const kind = row.encryption?.kind
  const isService = kind === 'aws:kms' || kind === 'aws:kms:dsse'
  return {
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    ...(isService && { 'x-amz-server-side-encryption': kind }),
    ...(isService && keyName !== undefined && { 'x-amz-server-side-encryption-aws-kms-key-id': keyName }),
  }
}

/** What else is said of it to a store that is no Holdfast. What may not stand in headers is not there. */
export function traitsOf(row: ObjectRow, rule: ReplicationRule, now: Date): Headers {
  const { retention, legalHold } = row
  const tagging = taggingOf(row)
  return {
    ...(tagging.length > 0 && tagging.length <= MOST_TAGGING_CHARACTERS && { 'x-amz-tagging': tagging }),
    ...(retention && isLocked({ retention }, now) && retentionHeaders(retention, now)),
    ...(legalHold === true && { 'x-amz-object-lock-legal-hold': 'ON' }),
    ...cannedAcl(row, rule),
  }
}

function retentionHeaders(retention: RetentionRow, now: Date): Headers {
  const { mode, until, period } = shownRetention(retention, now)
  return {
    'x-amz-object-lock-mode': mode,
    'x-amz-object-lock-retain-until-date': until.toISOString(),
    ...(period && { 'x-amz-object-lock-event-hold': 'ON' }),
    ...(period?.Days && { 'x-amz-object-lock-event-hold-duration-days': String(period.Days) }),
    ...(period?.Years && { 'x-amz-object-lock-event-hold-duration-years': String(period.Years) }),
  }
}

/** All headers together may have 8 KB. Source: S3 API Reference, "PUT Object", "request header section". */
const MOST_TAGGING_CHARACTERS = 3 * 1024

function taggingOf({ tags = [] }: ObjectRow): string {
  return tags.map(([key, value]) => `${encodeQueryText(key)}=${encodeQueryText(value)}`).join('&')
}

export function hasLongTags(row: ObjectRow): boolean {
  return taggingOf(row).length > MOST_TAGGING_CHARACTERS
}

/** Accounts elsewhere are others, so that of an ACL only that goes along which is meant for everybody. */
export function cannedAcl({ acl }: ObjectRow, { givesToBucketOwner }: ReplicationRule): Headers {
  if (givesToBucketOwner) return { 'x-amz-acl': 'bucket-owner-full-control' }
  const groups = new Set(
    (acl ? aclFromRow(acl, 'owner').grants : []).flatMap(({ grantee, permission }) =>
      grantee.kind === 'group' ? [`${grantee.group} ${permission}`] : [],
    ),
  )
  if (groups.has('AllUsers WRITE')) return { 'x-amz-acl': 'public-read-write' }
  if (groups.has('AllUsers READ')) return { 'x-amz-acl': 'public-read' }
  return groups.has('AuthenticatedUsers READ') ? { 'x-amz-acl': 'authenticated-read' } : {}
}

/** What every S3 knows; of the others a store that is no Holdfast may not have heard. */
const KNOWN_CHECKSUMS = new Set(['CRC32', 'CRC32C', 'SHA1', 'SHA256'])

/** The checksum algorithm that is named to the other side; `undefined` where it need not know that there is one. */
export function namedChecksum({ checksum }: ObjectRow, isHoldfast: boolean): string | undefined {
  const algorithm = checksum?.algorithm
  return algorithm !== undefined && (isHoldfast || KNOWN_CHECKSUMS.has(algorithm)) ? algorithm : undefined
}

/** What the bytes of an object in one piece have to be: whoever stores others says so. */
export function digestOf(row: ObjectRow, isHoldfast: boolean): Headers {
  const { checksum, etag, encryption } = row
  const named = namedChecksum(row, isHoldfast)
  const isWhole = checksum?.type === 'FULL_OBJECT'
  if (named !== undefined && isWhole) return { [headerName(checksumAlgorithm(named))]: checksum.value }
  const isMd5 = /^[0-9a-f]{32}$/.test(etag) && (!encryption || encryption.kind === 'AES256')
  if (isMd5) return { 'content-md5': Buffer.from(etag, 'hex').toString('base64') }
  return isWhole ? { [headerName(checksumAlgorithm(checksum.algorithm))]: checksum.value } : {}
}

/** All of a version that a Holdfast is told in a header of its own. */
export function statementOf(
  row: ObjectRow & { readonly order: string },
  { givesToBucketOwner }: ReplicationRule,
  what: Replicable,
): ReplicaStatement {
  const { order, versionId, modifiedMilliseconds, etag, tags, acl, retention, legalHold } = row
  const { traitChanges = {} } = row
  const identity = { what, order, versionId, modifiedMilliseconds, etag }
  const common = { ...identity, tags, retention, legalHold, traitChanges }
  return givesToBucketOwner ? { ...common, givesToBucketOwner } : { ...common, acl }
}

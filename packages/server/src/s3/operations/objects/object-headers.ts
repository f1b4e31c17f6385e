import type { Principal } from '../../../access/principal.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { BucketRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { current } from '../../../metadata/tables/tables.ts'
import { readIfReadable } from '../../../metadata/unreadable-rows.ts'
import type { AccessTarget } from '../../shared/service/access-target.ts'
import {
  checksumMembers,
  descriptionHeaders,
  lastModified,
  notModifiedHeaders,
  quoted,
} from '../../shared/object/describe.ts'
import { expirationMember } from '../../shared/object/expiration-header.ts'
import type { OperationContext } from '../../shared/service/operation.ts'
import { assertReadPreconditions, unlessToCome } from '../../shared/object/preconditions.ts'
import { encryptionMembers } from '../../shared/sealing/encryption-members.ts'
import { archiveMembers } from '../../shared/storage-tiers/archived.ts'
import { shownVersionId, versionIdOf } from '../../shared/object/version-order.ts'
import type { Selection } from './object-range.ts'
import { hasTraits, traitHeaders } from './trait-headers.ts'

interface ConditionalInput {
  readonly IfMatch?: string | undefined
  readonly IfNoneMatch?: string | undefined
  readonly IfModifiedSince?: Date | undefined
  readonly IfUnmodifiedSince?: Date | undefined
}

/** Holds the conditions of a GET or HEAD against the object: PreconditionFailed or NotModified. */
export function assertConditions(input: ConditionalInput, row: ObjectRow, now: Date): void {
  const conditions = {
    ifMatch: input.IfMatch,
    ifNoneMatch: input.IfNoneMatch,
    ifModifiedSince: unlessToCome(input.IfModifiedSince, now),
    ifUnmodifiedSince: input.IfUnmodifiedSince,
  }
  assertReadPreconditions(conditions, row, () => notModifiedHeaders(row))
}

interface ReadInput {
  readonly ChecksumMode?: string | undefined
  readonly SSECustomerKeyMD5?: string | undefined
  readonly ResponseCacheControl?: string | undefined
  readonly ResponseContentDisposition?: string | undefined
  readonly ResponseContentEncoding?: string | undefined
  readonly ResponseContentLanguage?: string | undefined
  readonly ResponseContentType?: string | undefined
  readonly ResponseExpires?: string | undefined
}

/** All that GetObject and HeadObject say of an object to a caller. */
export function describeObject(
  context: OperationContext,
  input: ReadInput,
  target: AccessTarget & { readonly bucket: BucketRow; readonly key: string },
  row: ObjectRow,
  selection: Selection,
) {
  const { service } = context
  // Names right behind the first spread: behind a second V8 defines each by a call.
  const described = {
    ...(overridesResponse(input) ? overridden(row, input) : descriptionHeaders(row)),
    AcceptRanges: 'bytes',
    ETag: quoted(row.etag),
    LastModified: lastModified(row),
    ...selection.headers,
    ...encryptionMembers(row.encryption, input),
    ...(input.ChecksumMode === 'ENABLED' && checksumMembers(selection.checksum)),
    ...archiveMembers(service, row),
    ...shownVersionId(target.bucket, row),
    ...(row.replication !== undefined && { ReplicationStatus: row.replication }),
  }
  const { documents, directory } = target.bucket
  const hasMore = hasTraits(row) || (documents?.lifecycle ?? directory) !== undefined
  return hasMore ? describeMore(context, target, row, described) : described
}

async function describeMore<Described>(
  context: OperationContext,
  target: AccessTarget & { readonly bucket: BucketRow; readonly key: string },
  row: ObjectRow,
  described: Described,
) {
  const { bucket, key } = target
  return {
    ...described,
    ...(await traitHeaders(context, target, row)),
    ...((bucket.documents?.lifecycle ?? bucket.directory) &&
      (await isCurrent(context, target, row)) &&
      (await expirationMember(context.service, bucket, key, row))),
  }
}

/** Source: S3 User Guide, "Lifecycle configuration elements": expiration is of the current version of an object. */
async function isCurrent(
  { service }: OperationContext,
  { bucket, key, versionId }: AccessTarget & { readonly bucket: BucketRow; readonly key: string },
  row: ObjectRow,
): Promise<boolean> {
  if (versionId === undefined) return true
  const newest = await readIfReadable(service.stores.metadata, current, bucket.id, key)
  return newest !== undefined && versionIdOf(newest) === versionIdOf(row)
}

function overridden(row: ObjectRow, input: ReadInput): ReturnType<typeof descriptionHeaders> {
  const described = descriptionHeaders(row)
  return {
    ...described,
    ContentType: input.ResponseContentType ?? described.ContentType,
    CacheControl: input.ResponseCacheControl ?? described.CacheControl,
    ContentDisposition: input.ResponseContentDisposition ?? described.ContentDisposition,
    ContentEncoding: input.ResponseContentEncoding ?? described.ContentEncoding,
    ContentLanguage: input.ResponseContentLanguage ?? described.ContentLanguage,
    Expires: input.ResponseExpires ?? described.Expires,
  }
}

/** Source: S3 API Reference, GetObject, "Overriding response header values": only for signed requests. */
export function refuseAnonymousOverrides(principal: Principal, input: ReadInput): void {
  if (principal.kind !== 'anonymous' || !overridesResponse(input)) return
  const message = 'Request specific response headers cannot be used for anonymous GET requests.'
  throw new S3Error('InvalidRequest', {}, { message })
}

function overridesResponse(input: ReadInput): boolean {
  return (
    input.ResponseCacheControl !== undefined ||
    input.ResponseContentDisposition !== undefined ||
    input.ResponseContentEncoding !== undefined ||
    input.ResponseContentLanguage !== undefined ||
    input.ResponseContentType !== undefined ||
    input.ResponseExpires !== undefined
  )
}

import type { Decision } from '../../../access/decision.ts'
import type { ByteRange } from '../../../blobs/blob-store.ts'
import type { ChecksumAlgorithm } from '../../../base/checksums.ts'
import type { Content, EncryptionRow, ObjectRow } from '../../../metadata/tables/rows.ts'
import { bodyOf, type RequestBody } from '../../../model/body.ts'
import { type CopySource as ParsedCopySource, parseCopySource } from '../../../model/copy-source.ts'
import { type Reached, reachBucket } from '../access-points/reach-bucket.ts'
import type { AccessTarget, ReachedBucket } from '../service/access-target.ts'
import { assertKeyLength } from '../../../model/key-length.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { refusedHeader } from '../../../model/refused-header.ts'
import { assertOwner, readBucket } from '../bucket/bucket-row.ts'
import { GET_OBJECT } from '../deciding/get-object-rule.ts'
import { hideMissingKey } from '../deciding/hide-missing-key.ts'
import { isRequestCharged } from '../deciding/requester-pays.ts'
import { openContent, whileOpen } from '../content/open-content.ts'
import { reuseContent } from '../content/reuse-content.ts'
import { isShareable } from '../content/share-content.ts'
import { storeContent, type StoredContent } from '../content/store-content.ts'
import { assertRestored } from '../storage-tiers/archived.ts'
import { isSamePlace } from '../content/placement.ts'
import { findSourceObject } from '../version-rows/find-version.ts'
import { shownVersionId } from '../object/version-order.ts'
import type { OperationContext } from '../service/operation.ts'
import type { ChosenEncryption } from '../sealing/choose-encryption.ts'
import type { ContentOpener } from '../sealing/content-seal.ts'
import { openEncryption } from '../sealing/open-encryption.ts'
import { failedPrecondition, preconditionFailed, unlessToCome } from '../object/preconditions.ts'

/** Source: S3 API Reference, CopyObject: a single copy moves 5 GiB at most. */
export const MOST_COPY_BYTES = 5 * 1024 ** 3

interface CopyInput {
  readonly CopySource: string
  readonly CopySourceIfMatch?: string | undefined
  readonly CopySourceIfNoneMatch?: string | undefined
  readonly CopySourceIfModifiedSince?: Date | undefined
  readonly CopySourceIfUnmodifiedSince?: Date | undefined
  readonly CopySourceSSECustomerAlgorithm?: string | undefined
  readonly CopySourceSSECustomerKey?: string | undefined
  readonly CopySourceSSECustomerKeyMD5?: string | undefined
  readonly ExpectedSourceBucketOwner?: string | undefined
  readonly RequestPayer?: string | undefined
}

export interface CopySource {
  readonly target: AccessTarget & { readonly key: string }
  readonly row: ObjectRow
  readonly opener: ContentOpener
  /** The version that is copied, as the answer names it; nothing where the bucket has no versioning. */
  readonly version: { readonly CopySourceVersionId?: string; readonly RequestCharged?: 'requester' }
}

/**
 * Finds the source of a copy, checks that the caller may read it and that the conditions on it hold. Throws AccessDenied
 * where there is none and the caller may not list its bucket. Its bucket's access log tells of it as `operation`.
 */
export async function findCopySource(
  input: CopyInput,
  context: OperationContext,
  operation: CopyReading,
): Promise<CopySource> {
  assertAuthenticated(context)
  const asked = parseCopySource(input.CopySource)
  assertKeyLength(asked.key)
  const { bucketName, bucket } = await sourceBucket(context, asked)
  const place = { ...asked, bucket: bucketName }
  if (!bucket.logging) return (await readSource(input, context, place, bucket)).source
  const { key, versionId } = place
  const noted = { bucketName, bucket, operation, key, versionId, requestLine: requestLineOf(place) }
  try {
    const { source, decision } = await readSource(input, context, place, bucket)
    context.noteAccess({ ...noted, status: 200, objectBytes: source.row.sizeBytes, decision })
    return source
  } catch (error) {
    if (error instanceof S3Error) {
      context.noteAccess({ ...noted, status: error.status, errorCode: error.code })
    }
    throw error
  }
}

/**
 * Throws AccessDenied, whatever policies say. Source: S3 API Reference, UploadPartCopy, "Authentication and authorization": all of them
 * "must be authenticated and signed", as CopyObject; the words as S3 was seen to answer (Seagate/cortx-prvsnr#2908).
 */
function assertAuthenticated({ principal }: OperationContext): void {
  if (principal.kind !== 'anonymous') return
  const message = 'Anonymous users cannot copy objects.  Please authenticate.'
  throw new S3Error('AccessDenied', {}, { message })
}

async function sourceBucket(
  { service }: OperationContext,
  { bucket, accessPoint }: ParsedCopySource,
): Promise<Reached> {
  if (accessPoint) return reachBucket(service, accessPoint)
  return { bucketName: bucket, bucket: await readBucket(service.stores, bucket) }
}

/** The two that read a source. Source: S3 User Guide, "Additional logging for copy operations". */
type CopyReading = 'REST.COPY.OBJECT_GET' | 'REST.COPY.PART_GET'

/** As the same page writes it: the GET that there was none of. */
function requestLineOf({ bucket, key, versionId }: ParsedCopySource): string {
  const path = `/${bucket}/${key}`.split('/').map(encodeURIComponent).join('/')
  return `GET ${path}${versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`}`
}

async function readSource(
  input: CopyInput,
  context: OperationContext,
  source: ParsedCopySource,
  bucket: ReachedBucket,
): Promise<{ readonly source: CopySource; readonly decision: Decision }> {
  assertOwner(input.ExpectedSourceBucketOwner, bucket)
  if (bucket.directory) assertDirectorySource(input, source)
  const isCharged = isRequestCharged(context.principal, input.RequestPayer, bucket)
  const { key, versionId } = source
  const target = { bucketName: source.bucket, bucket, key, versionId }
  const decision = await context.authorize(GET_OBJECT, target)
  const row = await findSourceObject(context.service.stores, bucket, key, versionId).catch(
    async (error: unknown) => {
      throw await hideMissingKey(error, context, target)
    },
  )
  assertSourceConditions(input, row, context.service.clock.now())
  assertRestored(context.service, row)
  const customerKey = {
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  }
  const opener = await openEncryption(context, row.encryption, customerKey, target)
  context.service.accesses.note(target, row)
  const { VersionId } = shownVersionId(bucket, row)
  const found = {
    target,
    row,
    opener,
    version: {
      ...(VersionId !== undefined && { CopySourceVersionId: VersionId }),
      ...(isCharged && { RequestCharged: 'requester' as const }),
    },
  }
  return { source: found, decision }
}

/** Source: S3 API Reference, CopyObject: "not supported when the source object is in a directory bucket". */
function assertDirectorySource(input: CopyInput, { versionId }: ParsedCopySource): void {
  if (input.CopySourceSSECustomerAlgorithm !== undefined)
    throw refusedHeader('x-amz-copy-source-server-side-encryption-customer-algorithm')
  if (versionId !== undefined && versionId !== 'null') throw refusedHeader('x-amz-copy-source')
}

/** Unlike a GET, a copy answers 412 for every condition that fails. Source: S3 API Reference, CopyObject. */
function assertSourceConditions(input: CopyInput, row: ObjectRow, now: Date): void {
  const conditions = {
    ifMatch: input.CopySourceIfMatch,
    ifNoneMatch: input.CopySourceIfNoneMatch,
    ifModifiedSince: unlessToCome(input.CopySourceIfModifiedSince, now),
    ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  }
  const failed = failedPrecondition(conditions, row)
  if (failed) throw preconditionFailed(`x-amz-copy-source-${failed}`)
}

/**
 * The whole source as the content of a copy: named once more where it can be shared, else stored anew. `undefined` when
 * the source was replaced meanwhile.
 */
export async function copySource(
  source: CopySource,
  algorithm: ChecksumAlgorithm,
  { row: encryption, sealer }: ChosenEncryption,
  storageClass: string | undefined,
  context: OperationContext,
): Promise<StoredContent<Content> | undefined> {
  const { service, signal } = context
  const { row } = source
  const isPlaced = isSamePlace(service.settings, row, { storageClass })
  // What is in directory buckets may grow, and a copy begins to count its parts anew.
  const isGrowing =
    row.content.kind === 'parts' &&
    (context.bucket?.directory ?? source.target.bucket.directory) !== undefined
  if (isShareable(row.content) && !isGrowing && isPlaced && isOfStore(row.encryption, encryption)) {
    // A copy has no parts to tell of, although its bytes are in several places.
    const content = row.content.kind === 'parts' ? { ...row.content, partCount: undefined } : row.content
    return reuseContent(service, row, content, algorithm, signal)
  }
  return withCopySource(source, { start: 0, end: row.sizeBytes }, context, (body) =>
    storeContent(service, body, {}, algorithm, { signal }, sealer, { storageClass }),
  )
}

/** Whether both are sealed with keys of the store alone, so that content of one may be named by the other. */
export function isOfStore(source: EncryptionRow | undefined, target: EncryptionRow | undefined): boolean {
  return source?.kind === 'AES256' && target?.kind === 'AES256'
}

/** Stores bytes of the source as an upload's body; `undefined` when the source was replaced meanwhile. */
export async function withCopySource<Stored>(
  { row: { content, sizeBytes }, opener }: CopySource,
  range: ByteRange,
  context: OperationContext,
  store: (body: RequestBody) => Promise<Stored>,
): Promise<Stored | undefined> {
  const opened = await openContent(context.service, { content, sizeBytes, opener }, range, context)
  if (!opened) return undefined
  const body = bodyOf(opened, range.end - range.start)
  return whileOpen(body.bytes, () => store(body))
}

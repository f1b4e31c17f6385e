import { COPIES_TO_DIRECTORY } from '../../../access/access-rule.ts'
import type { ChecksumAlgorithm } from '../../../base/checksums.ts'
import type { BucketRow, Content, ObjectRow, ObjectTraits } from '../../../metadata/tables/rows.ts'
import { current } from '../../../metadata/tables/tables.ts'
import { readRow, type Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { CopyObjectInput } from '../../../model/types.gen.ts'
import { DEFAULT_CHECKSUM_ALGORITHM } from '../../../model/upload-checksum.ts'
import { copyAnnotations } from '../../shared/annotating/copy-annotations.ts'
import { assertReplaced } from '../../shared/content/open-content.ts'
import { assertConditionsProtected } from '../../shared/object/conditional-write.ts'
import { authorizeMatch } from '../../shared/deciding/authorize-match.ts'
import { hideMissingKey } from '../../shared/deciding/hide-missing-key.ts'
import { refusedHeader } from '../../../model/refused-header.ts'
import { unlessGone } from '../../shared/content/share-content.ts'
import { checksumAlgorithm } from '../../../model/upload-checksum.ts'
import {
  type CopySource,
  copySource,
  findCopySource,
  MOST_COPY_BYTES,
} from '../../shared/new-object/find-copy-source.ts'
import { checksumMembers, lastModified, quoted } from '../../shared/object/describe.ts'
import { expirationMember } from '../../shared/object/expiration-header.ts'
import { newObjectRow } from '../../shared/new-object/new-object-row.ts'
import { objectTraits } from '../../shared/new-object/object-traits.ts'
import { bucketOf, defineOperation, type OperationContext } from '../../shared/service/operation.ts'
import { refuseConditions } from '../../shared/object/preconditions.ts'
import { type ChosenEncryption, chooseEncryption } from '../../shared/sealing/choose-encryption.ts'
import { contextMember, encryptionMembers } from '../../shared/sealing/encryption-members.ts'
import { versionIdOf } from '../../shared/object/version-order.ts'
import { tagConditionKeys } from '../../shared/deciding/tag-condition-keys.ts'
import { elementsOfTags, GET_OBJECT_TAGGING, PUT_OBJECT_TAGGING } from '../../shared/object/tags.ts'
import { commitObject } from '../../shared/new-object/write-object.ts'

export const CopyObject = defineOperation('CopyObject', {
  access: {
    action: 's3:PutObject',
    on: 'object',
    acl: { on: 'bucket', grant: 'WRITE' },
    directory: COPIES_TO_DIRECTORY,
  },
  answersEarly: true,
  hidesMissingKeys: true,
  async handle(input, context) {
    refuseConditions(context.head, ['If-Unmodified-Since'])
    assertConditionsProtected(context, input)
    await authorizeMatch(context, destinationOf(input, context), input.IfMatch)
    const chosen = await chooseEncryption(context, input)
    const asked = { ...(await objectTraits(context, input)), encryption: chosen.row }
    let lost: Content | undefined
    for (;;) {
      const source = await findCopySource(input, context, 'REST.COPY.OBJECT_GET')
      assertReplaced(lost, source.row.content)
      lost = source.row.content
      assertCopyableSize(source)
      if (!changesAnything(input, bucketOf(context)) && (await isItself(input, source, context)))
        throw unchanged()
      if (bucketOf(context).directory) assertForDirectory(input, source)
      await authorizeTags(input, source, context)
      const copied = await copy(input, source, traitsOfCopy(input, asked, source.row), chosen, context)
      if (!copied) continue
      const { row, version } = copied
      return {
        ...version,
        ...source.version,
        ...(await expirationMember(context.service, bucketOf(context), input.Key, row)),
        ...encryptionMembers(chosen.row, input),
        ...contextMember(chosen.row),
        CopyObjectResult: {
          ETag: quoted(row.etag),
          LastModified: lastModified(row),
          ...checksumMembers(row.checksum),
        },
      }
    }
  },
})

function destinationOf(input: CopyObjectInput, context: OperationContext) {
  return { bucketName: input.Bucket, bucket: bucketOf(context), key: input.Key }
}

/** Source: S3 API Reference, CopyObject, `x-amz-tagging-directive` and `x-amz-object-annotation-directive`. */
function assertForDirectory(input: CopyObjectInput, { row }: CopySource): void {
  if (row.tags && row.tags.length > 0 && input.TaggingDirective !== 'REPLACE')
    throw refusedHeader('x-amz-tagging-directive')
  const { AnnotationDirective: directive } = input
  if (directive === 'COPY' || (row.annotations !== undefined && directive === undefined))
    throw refusedHeader('x-amz-object-annotation-directive')
}

/**
 * Tags come along only for who may read those of the source and write the copy with them. Source: AWS re:Post knowledge
 * center, "Troubleshoot issues with copying an object between two S3 buckets".
 */
async function authorizeTags(
  input: CopyObjectInput,
  { row, target }: CopySource,
  context: OperationContext,
): Promise<void> {
  if (!row.tags || input.TaggingDirective === 'REPLACE') return
  await context.authorize(GET_OBJECT_TAGGING, target)
  const copy = destinationOf(input, context)
  const keys = tagConditionKeys(elementsOfTags(row.tags))
  await context.authorize(CopyObject.access, copy, keys)
  await context.authorize(PUT_OBJECT_TAGGING, copy, keys)
}

/** `undefined` when the source was replaced before its bytes were safe. */
async function copy(
  input: CopyObjectInput,
  source: CopySource,
  traits: ObjectTraits,
  chosen: ChosenEncryption,
  context: OperationContext,
): Promise<{ row: ObjectRow; version: { VersionId?: string } } | undefined> {
  const stored = await copySource(
    source,
    algorithmOf(input, source.row),
    chosen,
    traits.storageClass,
    context,
  )
  if (!stored) return undefined
  // Shared bytes are opened with the key that the source's own row names.
  const encryption = stored.isShared ? source.row.encryption : traits.encryption
  const destination = destinationOf(input, context)
  const { AnnotationDirective: directive } = input
  const annotated = await copyAnnotations(context, { source, copy: destination, chosen, directive })
  const made = newObjectRow(context, { ...traits, encryption }, stored)
  const row = annotated ? { ...made, annotations: annotated.id } : made
  const target = { ...destination, name: 'ObjectCreated:Copy', cause: context } as const
  const conditions = { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch }
  const also = annotated && ((transaction: Transaction) => annotated.put(transaction))
  const committed = commitObject(context.service, target, row, stored, conditions, also)
  const version = await unlessGone(committed).catch(async (error: unknown) => {
    throw await hideMissingKey(error, context, destination)
  })
  return version && { row, version }
}

/** The one asked for, or that of the source. Source: S3 API Reference, CopyObject, `x-amz-checksum-algorithm`. */
function algorithmOf(input: CopyObjectInput, source: ObjectRow): ChecksumAlgorithm {
  const name = input.ChecksumAlgorithm ?? source.checksum?.algorithm
  return name === undefined ? DEFAULT_CHECKSUM_ALGORITHM : checksumAlgorithm(name)
}

function assertCopyableSize(source: CopySource): void {
  if (source.row.sizeBytes > MOST_COPY_BYTES) {
    const message = `The specified copy source is larger than the maximum allowable size for a copy source: ${MOST_COPY_BYTES}`
    throw new S3Error('InvalidRequest', {}, { message })
  }
}

/**
 * Whether the copy would be what is there already: the newest version, named by its id or not. An older one may be copied
 * over it, which brings it back.
 */
async function isItself(
  input: CopyObjectInput,
  { target, row }: CopySource,
  { service }: OperationContext,
): Promise<boolean> {
  if (target.bucketName !== input.Bucket || target.key !== input.Key) return false
  if (target.versionId === undefined) return true
  const newest = await readRow(service.stores.metadata, current, target.bucket.id, target.key)
  return newest !== undefined && versionIdOf(newest) === versionIdOf(row)
}

/**
 * What a bucket says of encryption is said of the copy, too, be it what there is. Source: S3 API Reference, CopyObject, "Encryption", and what was measured of
 * S3 (https://github.com/getmoto/moto/issues/6300).
 */
function changesAnything(input: CopyObjectInput, { encryption }: BucketRow): boolean {
  return (
    encryption?.algorithm !== undefined ||
    input.MetadataDirective === 'REPLACE' ||
    input.StorageClass !== undefined ||
    input.WebsiteRedirectLocation !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.SSECustomerAlgorithm !== undefined
  )
}

function unchanged(): S3Error {
  const message =
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes."
  return new S3Error('InvalidRequest', {}, { message })
}

/**
 * Storage class, website redirect, owner, ACL and lock are never copied: they come from the request alone. Source: S3
 * API Reference, CopyObject, `x-amz-metadata-directive` and `x-amz-tagging-directive`.
 */
function traitsOfCopy(input: CopyObjectInput, asked: ObjectTraits, source: ObjectRow): ObjectTraits {
  const tags = input.TaggingDirective === 'REPLACE' ? asked.tags : source.tags
  if (input.MetadataDirective === 'REPLACE') return { ...asked, tags }
  return {
    ...asked,
    tags,
    contentType: source.contentType,
    cacheControl: source.cacheControl,
    contentDisposition: source.contentDisposition,
    contentEncoding: source.contentEncoding,
    contentLanguage: source.contentLanguage,
    expires: source.expires,
    metadata: source.metadata,
  }
}

import { justAfter } from '../../../metadata/just-after.ts'
import { annotations, type AnnotationRow } from '../../../metadata/tables/annotation-tables.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { AnnotationEntry } from '../../../model/types.gen.ts'
import { checkAnnotationPrefix, MOST_ANNOTATIONS } from '../../shared/annotating/annotation-rules.ts'
import { quoted } from '../../shared/object/describe.ts'
import { decodeContinuationToken, encodeContinuationToken } from '../../shared/pages/continuation-token.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { findObject } from '../../shared/version-rows/find-version.ts'
import { objectVersionId } from './object-version-id.ts'

export const ListObjectAnnotations = defineOperation('ListObjectAnnotations', {
  access: {
    action: 's3:ListObjectAnnotations',
    versionedAction: 's3:ListObjectVersionAnnotations',
    on: 'object',
  },
  async handle(input, context) {
    const { Bucket, Key, AnnotationPrefix: prefix = '', ContinuationToken: token } = input
    checkAnnotationPrefix(prefix)
    const most = mostOf(input.MaxAnnotationResults)
    const after = token === undefined ? undefined : decodeContinuationToken(token)
    const bucket = bucketOf(context)
    const row = await findObject(context.service.stores, bucket, Key, input.VersionId)
    const { annotations: id } = row
    // One more tells whether there are more.
    const found =
      id === undefined ? [] : await pageOf(context.service, [bucket.id, id], prefix, after, most + 1)
    const page = found.slice(0, most)
    const last = page.at(-1)
    const isTruncated = found.length > page.length
    return {
      Bucket,
      Key,
      Annotations: page,
      AnnotationPrefix: input.AnnotationPrefix,
      MaxAnnotationResults: most,
      AnnotationCount: page.length,
      ContinuationToken: token,
      ...(isTruncated &&
        last && { NextContinuationToken: encodeContinuationToken(last.AnnotationName ?? '') }),
      ...objectVersionId(bucket, row),
    }
  },
})

function mostOf(asked: number | undefined): number {
  if (asked === undefined) return MOST_ANNOTATIONS
  if (asked >= 1) return Math.min(asked, MOST_ANNOTATIONS)
  const fields = { ArgumentName: 'max-annotation-results', ArgumentValue: String(asked) }
  throw new S3Error('InvalidArgument', fields)
}

/** Costs what it returns: names that begin with the prefix stand side by side. */
async function pageOf(
  { stores }: S3Service,
  place: readonly [bucketId: string, id: string],
  prefix: string,
  after: string | undefined,
  limit: number,
): Promise<AnnotationEntry[]> {
  const { end } = annotations.range(...place)
  const isFurther = after !== undefined && after >= prefix
  const start = isFurther ? justAfter(annotations.key(...place, after)) : annotations.key(...place, prefix)
  const entries = await stores.metadata.scan({ start, end, limit })
  const page: AnnotationEntry[] = []
  for (const entry of entries) {
    const [, , name] = annotations.parts(entry.key)
    if (!name.startsWith(prefix)) break
    page.push(entryOf(name, annotations.decode(entry)))
  }
  return page
}

function entryOf(AnnotationName: string, row: AnnotationRow): AnnotationEntry {
  return {
    AnnotationName,
    LastModified: new Date(row.modifiedMilliseconds),
    ETag: quoted(row.etag),
    ChecksumAlgorithm: [row.checksum.algorithm as 'CRC32'],
    Size: row.sizeBytes,
    ReplicationStatus: row.replication,
  }
}

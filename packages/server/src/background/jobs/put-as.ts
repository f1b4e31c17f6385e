import { bodyOf } from '../../model/body.ts'
import type { PutObjectInput } from '../../model/types.gen.ts'
import { type JobSession, performAs } from './perform-as.ts'

/** Where a job writes what it tells, and how that is encrypted. */
export type JobPlace = Pick<
  PutObjectInput,
  'Bucket' | 'ExpectedBucketOwner' | 'ServerSideEncryption' | 'SSEKMSKeyId'
>

/** Writes an object as the role of a job. Throws what S3 answers. */
export async function putAs(
  session: JobSession,
  place: JobPlace,
  Key: string,
  bytes: AsyncIterable<Uint8Array> | Uint8Array,
  ContentType: string,
): Promise<{ readonly etag: string; readonly versionId: string | undefined }> {
  const Body = bodyOf(bytes, bytes instanceof Uint8Array ? bytes.length : undefined)
  const { ETag = '', VersionId } = await performAs(session, 'PutObject', { ...place, Key, Body, ContentType })
  return { etag: ETag.replaceAll('"', ''), versionId: VersionId }
}

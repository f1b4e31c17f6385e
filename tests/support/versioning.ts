import { expect } from 'vitest'
import { type RawAnswer, type ServerAddress, rawRequest } from './raw-request.ts'
import { referenceChecksum } from './reference-checksums.ts'

export type VersioningStatus = 'Enabled' | 'Suspended'

/** A PutBucketVersioning with a document of one's own. */
export function putVersioning(server: ServerAddress, bucket: string, body: string): Promise<RawAnswer> {
  return rawRequest(server, {
    method: 'PUT',
    path: `/${bucket}`,
    query: 'versioning=',
    headers: { 'content-md5': referenceChecksum('MD5', body) },
    body,
  })
}

/** Sets a bucket's versioning, which has to succeed. */
export async function setVersioning(
  server: ServerAddress,
  bucket: string,
  status: VersioningStatus,
): Promise<void> {
  const body = `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>${status}</Status></VersioningConfiguration>`
  const answer = await putVersioning(server, bucket, body)
  expect([answer.status, answer.errorCode]).toEqual([200, undefined])
}

/** The version that an answer tells of. */
export function versionOf(answer: RawAnswer): string | undefined {
  const version = answer.headers['x-amz-version-id']
  return Array.isArray(version) ? version[0] : version
}

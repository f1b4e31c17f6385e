import type { HttpAnswer } from '../http/http-client.ts'
import type { RequestBody } from '../model/body.ts'
import { S3Error } from '../model/s3-error.ts'
import { INLINE_LIMIT_BYTES } from '../s3/shared/content/store-content.ts'
import type { ImportJob } from './import-target.ts'
import { BodyFault } from './source-error.ts'
import type { SourceVersion } from './source-listing.ts'

/** An object without versions may have been replaced since it was listed. */
export function asAnswered(version: SourceVersion, headers: HttpAnswer['headers']): SourceVersion {
  const etag = headers['etag']?.replaceAll('"', '') ?? version.etag
  if (etag === version.etag) return version
  if (version.versionId !== 'null')
    throw new BodyFault(`the ETag is ${etag} where ${version.etag} was listed`)
  const id = headers['x-amz-version-id'] ?? 'null'
  if (id !== 'null') throw new Error('it was replaced while it was read: the next run brings it')
  return { ...version, etag, modifiedMilliseconds: Date.parse(headers['last-modified'] ?? '') }
}

/** The body of an answer as uploads are taken in. */
export function bodyOfAnswer({ throttle }: Pick<ImportJob, 'throttle'>, answer: HttpAnswer): RequestBody {
  const length = answer.headers['content-length']
  const sizeBytes = length === undefined ? undefined : Number(length)
  const isSmall = sizeBytes !== undefined && sizeBytes <= INLINE_LIMIT_BYTES
  return {
    sizeBytes,
    bytes: throttle(answer.bytes),
    ...(isSmall && { whole: () => wholeOf(throttle, answer, sizeBytes) }),
    trailers: {},
    announcedTrailers: [],
  }
}

async function wholeOf(
  throttle: ImportJob['throttle'],
  answer: HttpAnswer,
  sizeBytes: number,
): Promise<Uint8Array> {
  const bytes = await answer.whole(INLINE_LIMIT_BYTES)
  if (bytes.length !== sizeBytes) throw new BodyFault('the body was cut')
  // Nobody waits for these one by one; they count all the same.
  for await (const _ of throttle(once(bytes)));
  return bytes
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** Bytes that are not what the source says of them may have been damaged on the way. */
export function bodyFaultOf(error: unknown): unknown {
  if (error instanceof S3Error && ['BadDigest', 'IncompleteBody', 'InvalidDigest'].includes(error.code))
    return new BodyFault(`the bytes that came are not those that the source speaks of (${error.code})`, {
      cause: error,
    })
  return error
}

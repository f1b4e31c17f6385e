import { ApiError } from './api-error.ts'
import { bucketKind } from './bucket-kind.ts'
import { getTags, headObject, type ObjectName } from './object-details.ts'
import { abortUpload, completeUpload, copyPart, createUpload, type UploadedPart } from './multipart.ts'
import { sendLong } from './send.ts'
import { type MayReplace, UNLESS_THERE, writeUnlessThere } from './unless-there.ts'
import { encodeQueryText, objectPath } from './uri-encoding.ts'

export interface CopyOptions {
  /** Replaces the metadata; without it, it comes along. Names in lower case, as headers. */
  readonly headers?: Readonly<Record<string, string>>
  /** Told of what goes in parts: how much of it, from 0 to 1. */
  readonly onProgress?: (share: number) => void
  /** Stops what goes in parts; nothing of the copy stays. */
  readonly signal?: AbortSignal
  /** What is there is replaced unasked without it. */
  readonly mayReplace?: MayReplace
  /** Nothing is copied but what has this one: `isSourceChanged` tells what the copy rejects with where it has another by now. */
  readonly etag?: string | undefined
}

/**
 * Copies inside S3, in parts what is too large for one request; onto itself with other headers, too. Tags stay behind where the bucket has
 * none for its objects. Resolves to false where what is there stays.
 */
export async function copyObject(
  from: ObjectName,
  to: ObjectName,
  options: CopyOptions = {},
): Promise<boolean> {
  const headers = {
    'x-amz-copy-source': sourceOf(from),
    ...(options.etag !== undefined && { 'x-amz-copy-source-if-match': options.etag }),
    ...(!bucketKind(to.bucket).hasObjectTags && WITHOUT_TAGS),
    ...(options.headers && { 'x-amz-metadata-directive': 'REPLACE', ...options.headers }),
  }
  const path = objectPath(to.bucket, to.key)
  try {
    return await written(options, (replace) =>
      sendLong({ method: 'PUT', path, headers: { ...headers, ...(!replace && UNLESS_THERE) } }),
    )
  } catch (error) {
    if (!isTooLarge(error)) throw error
    return copyInParts(from, to, options)
  }
}

async function written(
  { mayReplace }: CopyOptions,
  write: (replace: boolean) => Promise<unknown>,
): Promise<boolean> {
  if (mayReplace) return writeUnlessThere(write, mayReplace)
  await write(true)
  return true
}

/** Source: S3 API Reference, CopyObject: a directory bucket answers 501 to tags and annotations that would come along. */
const WITHOUT_TAGS = { 'x-amz-tagging-directive': 'REPLACE', 'x-amz-object-annotation-directive': 'EXCLUDE' }

function sourceOf({ bucket, key, versionId }: ObjectName): string {
  const version = versionId === undefined ? '' : `?versionId=${encodeQueryText(versionId)}`
  return objectPath(bucket, key) + version
}

/** S3 says so of objects above 5 GiB, with a code that it has for much else. */
function isTooLarge(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.code === 'InvalidRequest' &&
    error.message.includes('larger than the maximum allowable size')
  )
}

const MEBIBYTE = 1024 * 1024
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const LEAST_PART_BYTES = 5 * MEBIBYTE
const MOST_PART_BYTES = 5 * 1024 * MEBIBYTE
/** So that there is something to see of the progress. */
const PARTS = 100
const AT_ONCE = 4

async function copyInParts(from: ObjectName, to: ObjectName, options: CopyOptions): Promise<boolean> {
  const head = await headObject(from)
  const sizeBytes = Number(head.get('content-length'))
  // All parts are of one version, whatever is put meanwhile.
  const source = {
    'x-amz-copy-source': sourceOf({ ...from, versionId: head.get('x-amz-version-id') ?? from.versionId }),
    'x-amz-copy-source-if-match': options.etag ?? head.get('etag') ?? '',
  }
  const partBytes = Math.min(MOST_PART_BYTES, Math.max(LEAST_PART_BYTES, Math.ceil(sizeBytes / PARTS)))
  const count = Math.ceil(sizeBytes / partBytes)
  const upload = await createUpload(to.bucket, to.key, await headersOf({ from, to }, head, options))
  const parts: UploadedPart[] = []
  let next = 1
  const copyNext = async (): Promise<void> => {
    while (next <= count) {
      options.signal?.throwIfAborted()
      const number = next
      next += 1
      const start = (number - 1) * partBytes
      const end = Math.min(sizeBytes, start + partBytes)
      const headers = { ...source, 'x-amz-copy-source-range': `bytes=${start}-${end - 1}` }
      parts.push({ number, etag: await copyPart(upload, number, headers), sizeBytes: end - start })
      options.onProgress?.(parts.length / count)
    }
  }
  try {
    options.onProgress?.(0)
    await Promise.all(Array.from({ length: AT_ONCE }, copyNext))
    options.signal?.throwIfAborted()
    parts.sort((a, b) => a.number - b.number)
    const isWritten = await written(options, (replace) => completeUpload(upload, parts, replace))
    if (!isWritten) await abortUpload(upload)
    return isWritten
  } catch (error) {
    next = count + 1
    await abortUpload(upload).catch(() => undefined)
    throw error
  }
}

const STANDARD = new Set([
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
])

/** What CopyObject takes along by itself: metadata, unless there are others, and tags. */
async function headersOf(
  { from, to }: { readonly from: ObjectName; readonly to: ObjectName },
  head: Headers,
  options: CopyOptions,
): Promise<Record<string, string>> {
  const along = [...head].filter(([name]) => STANDARD.has(name) || name.startsWith('x-amz-meta-'))
  const isTagged = bucketKind(to.bucket).hasObjectTags && head.has('x-amz-tagging-count')
  const tags = isTagged ? await getTags(from) : []
  const tagging = tags.map(({ name, value }) => `${encodeQueryText(name)}=${encodeQueryText(value)}`)
  return {
    ...(options.headers ?? Object.fromEntries(along)),
    ...(tagging.length > 0 && { 'x-amz-tagging': tagging.join('&') }),
  }
}

import {
  type CompletedPart,
  type CompleteMultipartUploadCommandOutput,
  ListPartsCommand,
  PutObjectCommand,
  type PutObjectCommandOutput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { withContentType } from './content-type.ts'
import { openSource, recordFile } from './platform.ts'
import { rangesOf } from './byte-range.ts'
import { type ByteSource, blobSource, bytesSource } from './byte-source.ts'
import { ParameterError } from '../check-parameters.ts'
import { type ByteStream, isBytes, isStream, piecesOf } from './byte-stream.ts'
import { orAborted, withReason } from './concurrently.ts'
import {
  abort,
  checkUpload,
  completedPart,
  multipartTransfer,
  type Place,
  type UploadInput,
  withChecksum,
  withoutEnd,
} from './multipart.ts'
import { progressOf, type TransferOptions, withDefaults } from './transfer-options.ts'
import {
  beginRecord,
  isSameUpload,
  type RecordedUpload,
  type RecordStore,
  readRecord,
  recordPart,
  type UploadIdentity,
} from './upload-record.ts'

export type { UploadInput } from './multipart.ts'

/** A path in Node; a `File` or `Blob` anywhere. */
export type FileSource = string | Blob

/** What can be uploaded without being a file. */
export type UploadSource = Uint8Array | Blob | ByteStream

export interface UploadOptions extends TransferOptions {
  /**
   * The path of a record of the finished parts (elsewhere than in Node a {@link RecordStore}). An upload that failed or
   * was killed goes on from it, without sending those again, when it is started anew with the same file, part size,
   * place and parameters; its parts stay in the service until then. With others it is given up, and begins anew. The
   * record is removed at the end. A file that is no record is left as it is, and rejects.
   */
  readonly resume?: string | RecordStore | undefined
}

export type UploadOutput = PutObjectCommandOutput | CompleteMultipartUploadCommandOutput

/** Uploads a file. See `uploadFile` of an object. */
export async function uploadFile(
  client: S3Client,
  input: UploadInput & Place,
  file: FileSource,
  options: UploadOptions = {},
): Promise<UploadOutput> {
  checkUpload(input)
  const source = typeof file === 'string' ? await openSource(file) : blobSource(file)
  try {
    return await withReason(options.abortSignal, uploadSource(client, input, source, options))
  } finally {
    await source.close()
  }
}

/** Uploads bytes or a stream. See `uploadFileobj` of an object. */
export async function uploadFileobj(
  client: S3Client,
  input: UploadInput & Place,
  source: UploadSource,
  options: TransferOptions = {},
): Promise<UploadOutput> {
  checkUpload(input)
  const { abortSignal } = options
  if (isBytes(source) || source instanceof Blob) {
    const bytes = isBytes(source) ? bytesSource(source) : blobSource(source)
    return withReason(abortSignal, uploadSource(client, input, bytes, options))
  }
  if (isStream(source)) return withReason(abortSignal, uploadStream(client, input, source, options))
  throw new ParameterError('What is uploaded must be bytes (Uint8Array), a Blob or a stream of bytes')
}

async function uploadSource(
  client: S3Client,
  input: UploadInput & Place,
  source: ByteSource,
  options: UploadOptions,
): Promise<UploadOutput> {
  const { sizeBytes, modified } = source
  const { partSizeBytes, thresholdBytes, concurrency } = withDefaults(options, sizeBytes)
  const progress = progressOf(options, sizeBytes)
  const { abortSignal } = options
  if (sizeBytes < thresholdBytes) {
    return uploadWhole(client, input, await source.read(0, sizeBytes), progress, abortSignal)
  }

  const inParts = await withChecksum(client, input)
  const identity = { ...identityOf(inParts), sizeBytes, modified, partSizeBytes }
  const store = typeof options.resume === 'string' ? recordFile(options.resume) : options.resume
  const begun = store && (await findBegun(client, input, store, identity, abortSignal))
  const done = new Set(begun?.parts.map((part) => part.PartNumber))
  const ranges = rangesOf(sizeBytes, partSizeBytes)
  for (const { start, end } of ranges.filter(({ number }) => done.has(number))) progress(end - start)

  const answer = await multipartTransfer(client, inParts, missingParts(), {
    concurrency,
    abortSignal,
    keepParts: store !== undefined,
    begun,
    onBegin: async (uploadId) => store && beginRecord(store, identity, uploadId),
    async send({ number, start, end }, uploadId, signal) {
      const bytes = await source.read(start, end)
      const part = await sendPart(client, inParts, uploadId, number, bytes, signal)
      if (store) await recordPart(store, part)
      progress(bytes.byteLength)
      return part
    },
  })
  await store?.remove()
  return answer

  async function* missingParts() {
    yield* ranges.filter(({ number }) => !done.has(number))
  }
}

/** What tells this upload from another in a record, the customer's key left out. */
function identityOf(input: UploadInput & Place) {
  const { Bucket, Key, SSECustomerKey: _, ...parameters } = input
  return { bucket: Bucket, key: Key, parameters }
}

/** The upload that the record tells of, with those of its parts that the service has as well. */
async function findBegun(
  client: S3Client,
  input: UploadInput & Place,
  store: RecordStore,
  identity: UploadIdentity,
  abortSignal: AbortSignal | undefined,
): Promise<RecordedUpload | undefined> {
  const recorded = await readRecord(store)
  if (!recorded) return undefined
  const { uploadId, bucket, key } = recorded
  if (!isSameUpload(recorded, identity)) {
    // Nobody will go on with it: its record makes room for a new one.
    await abort(client, { ...input, Bucket: bucket, Key: key }, uploadId)
    return undefined
  }
  const tags = new Map<number | undefined, string | undefined>()
  try {
    let marker: string | undefined
    do {
      const request = { ...input, UploadId: uploadId, PartNumberMarker: marker }
      const answer = await client.send(new ListPartsCommand(request), abortSignal && { abortSignal })
      for (const part of answer.Parts ?? []) tags.set(part.PartNumber, part.ETag)
      marker = answer.IsTruncated ? answer.NextPartNumberMarker : undefined
    } while (marker !== undefined)
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchUpload') return undefined
    throw error
  }
  return { ...recorded, parts: recorded.parts.filter((part) => tags.get(part.PartNumber) === part.ETag) }
}

async function uploadStream(
  client: S3Client,
  input: UploadInput & Place,
  stream: ByteStream,
  options: TransferOptions,
): Promise<UploadOutput> {
  const { partSizeBytes, concurrency } = withDefaults(options, undefined)
  const { abortSignal } = options
  const progress = progressOf(options, undefined)
  const pieces = piecesOf(stream, partSizeBytes)
  const first = await orAborted(pieces.next(), abortSignal)
  const bytes = first.value ?? new Uint8Array()
  if (bytes.byteLength < partSizeBytes) return uploadWhole(client, input, bytes, progress, abortSignal)

  const inParts = await withChecksum(client, input)
  return multipartTransfer(client, inParts, numbered(bytes, pieces), {
    concurrency,
    abortSignal,
    async send({ number, bytes }, uploadId, signal) {
      const part = await sendPart(client, inParts, uploadId, number, bytes, signal)
      progress(bytes.byteLength)
      return part
    },
  })
}

async function* numbered(first: Uint8Array, rest: AsyncIterable<Uint8Array>) {
  let number = 1
  yield { number, bytes: first }
  for await (const bytes of rest) yield { number: ++number, bytes }
}

async function uploadWhole(
  client: S3Client,
  input: UploadInput & Place,
  bytes: Uint8Array,
  progress: (bytes: number) => void,
  abortSignal: AbortSignal | undefined,
): Promise<PutObjectCommandOutput> {
  abortSignal?.throwIfAborted()
  const command = new PutObjectCommand({ ...withContentType(input), Body: bytes })
  const answer = await client.send(command, abortSignal && { abortSignal })
  progress(bytes.byteLength)
  return answer
}

async function sendPart(
  client: S3Client,
  input: UploadInput & Place,
  uploadId: string,
  partNumber: number,
  bytes: Uint8Array,
  abortSignal: AbortSignal,
): Promise<CompletedPart> {
  const request = { ...withoutEnd(input), UploadId: uploadId, PartNumber: partNumber, Body: bytes }
  return completedPart(partNumber, await client.send(new UploadPartCommand(request), { abortSignal }))
}

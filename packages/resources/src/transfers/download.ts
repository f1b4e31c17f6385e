import {
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { ParameterError } from '../check-parameters.ts'
import { commandOf } from '../request.ts'
import { type ByteRange, httpRange, rangesOf } from './byte-range.ts'
import type { ByteSink } from './byte-sink.ts'
import { type DownloadTarget, fileSink, type FileTarget, streamSink } from './targets.ts'
import { type ByteStream, collectChunks } from './byte-stream.ts'
import { inOrder, orAborted, withReason } from './concurrently.ts'
import type { DigestName } from './checksum.ts'
import type { Place } from './multipart.ts'
import { progressOf, type TransferOptions, withDefaults } from './transfer-options.ts'
import { expectedChecksum } from './expected-checksum.ts'
import { ChecksumMismatchError, Verifier } from './verifier.ts'

export type { DownloadTarget, FileTarget } from './targets.ts'

/** What boto3's downloads take. */
const NAMES = [
  'ChecksumMode',
  'VersionId',
  'SSECustomerAlgorithm',
  'SSECustomerKey',
  'SSECustomerKeyMD5',
  'RequestPayer',
  'ExpectedBucketOwner',
] as const

/** What a download can be given: a version, a customer's key, who pays. `ChecksumMode` is always `ENABLED`. */
export type DownloadInput = Pick<GetObjectCommandInput, (typeof NAMES)[number]>

export interface DownloadOutput {
  /** The head of the object. */
  readonly head: HeadObjectCommandOutput
  /** The checksum that was verified; `undefined` where the service has none of a kind that can be computed here. */
  readonly verified: DigestName | undefined
}

const BODY_ATTEMPTS = 5

/** Downloads into a file. See `downloadFile` of an object. */
export async function downloadFile(
  client: S3Client,
  input: DownloadInput & Place,
  target: FileTarget,
  options: TransferOptions = {},
): Promise<DownloadOutput> {
  const head = await withReason(options.abortSignal, headOf(client, input, options))
  return withReason(options.abortSignal, download(client, input, head, await fileSink(target), options))
}

/** Downloads into a stream. See `downloadFileobj` of an object. */
export async function downloadFileobj(
  client: S3Client,
  input: DownloadInput & Place,
  target: DownloadTarget,
  options: TransferOptions = {},
): Promise<DownloadOutput> {
  // First, since a stream that fails while nobody listens ends the process.
  const sink = streamSink(target)
  const head = await withReason(options.abortSignal, headOf(client, input, options))
  return withReason(options.abortSignal, download(client, input, head, sink, options))
}

async function headOf(
  client: S3Client,
  input: DownloadInput & Place,
  { abortSignal }: TransferOptions,
): Promise<HeadObjectCommandOutput> {
  const { Bucket, Key, ...given } = input
  const unknown = Object.keys(given).find((name) => !NAMES.some((known) => known === name))
  if (unknown !== undefined) {
    const place = `a download of ${Bucket}/${Key}`
    throw new ParameterError(`${unknown} is no parameter of ${place}; must be one of ${NAMES.join(', ')}`)
  }
  const command = commandOf(HeadObjectCommand, {}, { ...input, ChecksumMode: 'ENABLED' })
  return client.send(command, abortSignal && { abortSignal })
}

async function download(
  client: S3Client,
  input: DownloadInput & Place,
  head: HeadObjectCommandOutput,
  sink: ByteSink,
  options: TransferOptions,
): Promise<DownloadOutput> {
  try {
    const verified = await copyInto(client, input, head, sink, options)
    await sink.finish()
    return { head, verified }
  } catch (error) {
    // What went wrong first is what the caller wants to know.
    await sink.discard().catch(() => {})
    throw error
  }
}

async function copyInto(
  client: S3Client,
  input: DownloadInput & Place,
  head: HeadObjectCommandOutput,
  sink: ByteSink,
  options: TransferOptions,
): Promise<DigestName | undefined> {
  const sizeBytes = head.ContentLength ?? 0
  const { partSizeBytes, thresholdBytes, concurrency } = withDefaults(options, sizeBytes)
  const expected = await expectedChecksum(client, input, head, {
    concurrency,
    abortSignal: options.abortSignal,
  })
  const verifier = expected && new Verifier(client, expected)
  const progress = progressOf(options, sizeBytes)
  const ranges = rangesOf(sizeBytes, sizeBytes < thresholdBytes ? sizeBytes : partSizeBytes)
  // All ranges are of the object that the head was of.
  const request = { ...input, IfMatch: head.ETag }
  const pieces = inOrder(ranges, concurrency, options.abortSignal, (range, signal) =>
    fetchRange(client, request, range, signal),
  )
  for await (const chunks of pieces) {
    for (const chunk of chunks) await verifier?.update(chunk)
    const pieceBytes = lengthOf(chunks)
    await orAborted(sink.write(chunks), options.abortSignal)
    progress(pieceBytes)
  }
  await verifier?.verify()
  return expected?.algorithm
}

/** One range in memory. The SDK repeats requests that fail; a body that breaks off is asked for again here. */
async function fetchRange(
  client: S3Client,
  input: GetObjectCommandInput,
  range: ByteRange,
  abortSignal: AbortSignal,
): Promise<Uint8Array[]> {
  const sizeBytes = range.end - range.start
  for (let attempt = 1; ; attempt++) {
    const command = new GetObjectCommand({ ...input, Range: httpRange(range) })
    const { Body } = await client.send(command, { abortSignal })
    try {
      const chunks = await collectChunks(Body as ByteStream)
      if (lengthOf(chunks) === sizeBytes) return chunks
      throw new Error(`${lengthOf(chunks)} bytes came of a range of ${sizeBytes}`)
    } catch (error) {
      if (abortSignal.aborted || attempt === BODY_ATTEMPTS) throw mismatchOf(error)
    }
  }
}

const MISMATCH =
  /^Checksum mismatch: expected "(.*?)" but received "(.*?)" in response header "x-amz-checksum-(.*?)"/

/** The SDK checks a range that the service tells the checksum of, as of a part, and has no class for what it finds. */
function mismatchOf(error: unknown): unknown {
  const [, expected, computed, algorithm] = (error instanceof Error && MISMATCH.exec(error.message)) || []
  if (expected === undefined || computed === undefined || algorithm === undefined) return error
  return new ChecksumMismatchError(algorithm.toUpperCase(), expected, computed, { cause: error })
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, { byteLength }) => sum + byteLength, 0)
}

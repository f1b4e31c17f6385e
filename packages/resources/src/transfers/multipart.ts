import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { commandOf } from '../request.ts'
import { forEachOf, orAborted } from './concurrently.ts'

/** Where an object goes. */
export interface Place {
  readonly Bucket: string
  readonly Key: string
}

/** What stands in the completion of an upload. */
type AtTheEnd = Omit<
  CompleteMultipartUploadCommandInput,
  keyof CreateMultipartUploadCommandInput | 'UploadId' | 'MultipartUpload'
>

/**
 * What a transfer can give an object: all that CreateMultipartUpload takes, and what its completion does: conditions, and
 * a checksum of the whole object (`ChecksumCRC32`, …).
 */
export type UploadInput = Omit<CreateMultipartUploadCommandInput, 'Bucket' | 'Key'> & AtTheEnd

const OF_THE_WHOLE = /^Checksum(?!Algorithm$|Type$)/
const AT_THE_END = /^If(None)?Match$|^MpuObjectSize$|^Checksum(?!Algorithm$|Type$)/

/** Throws {@link ParameterError} where that is no input of an upload, before anything is read or sent. */
export function checkUpload(input: UploadInput & Place): void {
  const { Bucket, Key } = input
  commandOf(CreateMultipartUploadCommand, {}, withoutEnd(input))
  const end = Object.entries(input).filter(([name]) => AT_THE_END.test(name))
  commandOf(CompleteMultipartUploadCommand, { Bucket, Key, UploadId: '-' }, Object.fromEntries(end))
}

/** Without what is of the whole object, and no part's. */
export function withoutEnd<Input extends object>(input: Input): Omit<Input, keyof AtTheEnd> {
  const entries = Object.entries(input).filter(([name]) => !AT_THE_END.test(name))
  return Object.fromEntries(entries) as Omit<Input, keyof AtTheEnd>
}

export interface MultipartOptions<Part> {
  readonly concurrency: number
  readonly abortSignal: AbortSignal | undefined
  /** Whether the parts stay after a failure, to go on from. */
  readonly keepParts?: boolean
  /** An upload to go on with, and what it has. */
  readonly begun?: { readonly uploadId: string; readonly parts: readonly CompletedPart[] } | undefined
  readonly onBegin?: (uploadId: string) => Promise<void>
  readonly send: (part: Part, uploadId: string, signal: AbortSignal) => Promise<CompletedPart>
}

/** Creates an upload, sends its parts side by side and completes it; aborts it when anything fails. */
export async function multipartTransfer<Part>(
  client: S3Client,
  input: UploadInput & Place,
  parts: AsyncIterable<Part>,
  options: MultipartOptions<Part>,
) {
  const { concurrency, abortSignal, begun, send } = options
  const uploadId = begun?.uploadId ?? (await create(client, input, options))
  const completed: CompletedPart[] = [...(begun?.parts ?? [])]
  try {
    await forEachOf(parts, concurrency, abortSignal, async (part, signal) => {
      completed.push(await send(part, uploadId, signal))
    })
    completed.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0))
    const request = { ...input, UploadId: uploadId, MultipartUpload: { Parts: completed } }
    return await client.send(new CompleteMultipartUploadCommand(request), abortSignal && { abortSignal })
  } catch (error) {
    if (!options.keepParts) await abort(client, input, uploadId)
    throw error
  }
}

async function create<Part>(
  client: S3Client,
  input: UploadInput & Place,
  { abortSignal, onBegin }: MultipartOptions<Part>,
): Promise<string> {
  abortSignal?.throwIfAborted()
  // Without the signal: what the service has made has to be known, or nobody could remove it.
  const creating = client.send(new CreateMultipartUploadCommand(input))
  try {
    const { UploadId } = await orAborted(creating, abortSignal)
    if (UploadId === undefined) throw new Error('The answer to CreateMultipartUpload has no upload id')
    await onBegin?.(UploadId)
    return UploadId
  } catch (error) {
    creating.then(async ({ UploadId = '' }) => abort(client, input, UploadId)).catch(() => {})
    throw error
  }
}

/**
 * With the algorithm that the SDK adds to every part; the upload has to name it from the start. That of a checksum of the
 * whole object is the parts' too, as in boto3.
 */
export async function withChecksum<Input extends UploadInput>(
  client: S3Client,
  input: Input,
): Promise<Input> {
  const whole = Object.entries(input).find(([name, value]) => value !== undefined && OF_THE_WHOLE.test(name))
  if (whole) {
    const ChecksumAlgorithm = whole[0].slice('Checksum'.length) as ChecksumAlgorithm
    return { ...input, ChecksumAlgorithm, ChecksumType: 'FULL_OBJECT' }
  }
  if (input.ChecksumAlgorithm !== undefined) return input
  const calculation = await client.config.requestChecksumCalculation()
  return calculation === 'WHEN_SUPPORTED' ? { ...input, ChecksumAlgorithm: 'CRC32' } : input
}

// What went wrong first is what the caller wants to know; the service's lifecycle removes what is left.
export async function abort(client: S3Client, input: Place & UploadInput, uploadId: string): Promise<void> {
  const { Bucket, Key, ExpectedBucketOwner, RequestPayer } = input
  const request = { Bucket, Key, ExpectedBucketOwner, RequestPayer, UploadId: uploadId }
  await client.send(new AbortMultipartUploadCommand(request)).catch(() => {})
}

/** The part as the completion names it: its tag and whatever checksum the answer has. */
export function completedPart(partNumber: number, answer: Omit<CompletedPart, 'PartNumber'>): CompletedPart {
  const { ETag } = answer
  if (ETag === undefined) {
    throw new Error(`The answer to part ${partNumber} has no ETag; in a browser CORS must expose that header`)
  }
  const checksums = Object.entries(answer).filter(([name]) => /^Checksum(?!Type$)/.test(name))
  return { PartNumber: partNumber, ETag, ...Object.fromEntries(checksums) }
}

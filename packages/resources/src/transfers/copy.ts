import {
  type CompleteMultipartUploadCommandOutput,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  type CopyObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { type CopySource, copySourceText } from '../copy-source.ts'
import { commandOf, send } from '../request.ts'
import { httpRange, rangesOf } from './byte-range.ts'
import { completedPart, multipartTransfer, type Place } from './multipart.ts'
import { progressOf, type TransferOptions, withDefaults } from './transfer-options.ts'

/** What a copy can be given: all that CopyObject takes. */
export type CopyInput = Omit<CopyObjectCommandInput, 'Bucket' | 'Key' | 'CopySource'>

export interface CopyOptions extends TransferOptions {
  /** Asks for the source's head, where another account or endpoint holds it. Default: the same client. */
  readonly sourceClient?: S3Client
}

export type CopyOutput = CopyObjectCommandOutput | CompleteMultipartUploadCommandOutput

/** The source's head was held against them already, and what is copied has to be what that was of. */
const MET = {
  CopySourceIfNoneMatch: undefined,
  CopySourceIfModifiedSince: undefined,
  CopySourceIfUnmodifiedSince: undefined,
}

/** Copies an object inside the service. See `copy` of an object. */
export async function copy(
  client: S3Client,
  source: CopySource,
  input: CopyInput & Place,
  options: CopyOptions = {},
): Promise<CopyOutput> {
  commandOf(CopyObjectCommand, { CopySource: '' }, input)
  const head = await sourceHead(options.sourceClient ?? client, source, input, options)
  const sizeBytes = head.ContentLength ?? 0
  const { partSizeBytes, thresholdBytes, concurrency } = withDefaults(options, sizeBytes)
  const progress = progressOf(options, sizeBytes)
  const { abortSignal } = options
  // The source must stay what it was while its parts are copied.
  const copySource = { ...MET, CopySource: copySourceText(source), CopySourceIfMatch: head.ETag }
  if (sizeBytes < thresholdBytes) {
    const command = new CopyObjectCommand({ ...input, ...copySource })
    const answer = await client.send(command, abortSignal && { abortSignal })
    progress(sizeBytes)
    return answer
  }

  async function* ranges() {
    yield* rangesOf(sizeBytes, partSizeBytes)
  }
  return multipartTransfer(client, { ...keptMetadata(head, input), ...uploadInput(input) }, ranges(), {
    concurrency,
    abortSignal,
    async send(range, uploadId, signal) {
      const { number, start, end } = range
      const command = new UploadPartCopyCommand({
        ...input,
        ...copySource,
        UploadId: uploadId,
        PartNumber: number,
        CopySourceRange: httpRange(range),
      })
      const { CopyPartResult } = await client.send(command, { abortSignal: signal })
      progress(end - start)
      return completedPart(number, CopyPartResult ?? {})
    },
  })
}

function sourceHead(
  client: S3Client,
  source: CopySource,
  input: CopyInput,
  { abortSignal }: TransferOptions,
): Promise<HeadObjectCommandOutput> {
  const others = {
    RequestPayer: input.RequestPayer,
    ExpectedBucketOwner: input.ExpectedSourceBucketOwner,
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  }
  return send(client, HeadObjectCommand, others, source, abortSignal && { abortSignal })
}

// CopyObject takes the source's metadata along; parts do not, so it is given to the new upload.
function keptMetadata(head: HeadObjectCommandOutput, input: CopyInput) {
  if (input.MetadataDirective === 'REPLACE') return {}
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata } = head
  const expires = head.Expires && { Expires: head.Expires }
  return {
    CacheControl,
    ContentDisposition,
    ContentEncoding,
    ContentLanguage,
    ContentType,
    Metadata,
    ...expires,
  }
}

// The service computes the checksums, of a kind of its own choice where none is asked for.
function uploadInput(input: CopyInput & Place) {
  const { MetadataDirective: _, TaggingDirective: __, ...upload } = input
  return upload
}

import {
  type CompleteMultipartUploadCommandOutput,
  CopyObjectCommand,
  type CopyObjectCommandInput,
  type CopyObjectCommandOutput,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { isPlain, ParameterError } from '../check-parameters.ts'
import { type CopySource, copySourceText } from '../copy-source.ts'
import { commandOf, send } from '../request.ts'
import { copyAnnotations } from './copy-annotations.ts'
import { httpRange, rangesOf } from './byte-range.ts'
import { withReason } from './concurrently.ts'
import { completedPart, multipartTransfer, type Place } from './multipart.ts'
import { progressOf, type TransferOptions, withDefaults } from './transfer-options.ts'

/** What a copy can be given: all that CopyObject takes. */
export type CopyInput = Omit<CopyObjectCommandInput, 'Bucket' | 'Key' | 'CopySource'>

export interface CopyOptions extends TransferOptions {
  /** Asks for the source's head, where another account or endpoint holds it. Default: the same client. */
  readonly sourceClient?: S3Client | undefined
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
  return withReason(options.abortSignal, copied(client, source, input, options))
}

async function copied(
  client: S3Client,
  source: CopySource,
  input: CopyInput & Place,
  options: CopyOptions,
): Promise<CopyOutput> {
  if (!isPlain(source)) throw new ParameterError('The source of a copy must be { Bucket, Key, VersionId }')
  commandOf(CopyObjectCommand, { CopySource: '' }, input)
  const { abortSignal, sourceClient = client } = options
  const head = await sourceHead(sourceClient, source, input, options)
  const sizeBytes = head.ContentLength ?? 0
  const { partSizeBytes, thresholdBytes, concurrency } = withDefaults(options, sizeBytes)
  const progress = progressOf(options, sizeBytes)
  const requestOptions = abortSignal && { abortSignal }
  // The source must stay what it was while its parts are copied.
  const copySource = { ...MET, CopySource: copySourceText(source), CopySourceIfMatch: head.ETag }
  if (sizeBytes < thresholdBytes) {
    const command = new CopyObjectCommand({ ...input, ...copySource })
    const answer = await client.send(command, requestOptions)
    progress(sizeBytes)
    return answer
  }

  async function* ranges() {
    yield* rangesOf(sizeBytes, partSizeBytes)
  }
  const upload = {
    ...uploadInput(head, input),
    ...(await tagsOf(sourceClient, source, input, requestOptions)),
  }
  const answer = await multipartTransfer(client, upload, ranges(), {
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
  if (input.AnnotationDirective === 'COPY')
    await copyAnnotations({ client, sourceClient, source, input, answer }, requestOptions)
  return answer
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

/**
 * CopyObject takes the source's metadata along, and takes no heed of any that is given, but with REPLACE; parts do not, so that it is
 * given to the new upload. The service computes the checksums, of a kind of its own choice where none is asked for.
 */
function uploadInput(head: HeadObjectCommandOutput, input: CopyInput & Place) {
  const { MetadataDirective, TaggingDirective: _, AnnotationDirective: __, Tagging: ___, ...upload } = input
  if (MetadataDirective === 'REPLACE') return upload
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata } = head
  return {
    ...upload,
    CacheControl,
    ContentDisposition,
    ContentEncoding,
    ContentLanguage,
    ContentType,
    Metadata,
    Expires: head.Expires,
  }
}

/** The tags of the new object: as in boto3 none where nothing is said of them, since reading those of the source takes a permission more. */
async function tagsOf(
  client: S3Client,
  source: CopySource,
  { TaggingDirective, Tagging, RequestPayer, ExpectedSourceBucketOwner }: CopyInput,
  options: { readonly abortSignal: AbortSignal } | undefined,
): Promise<{ Tagging?: string | undefined }> {
  if (TaggingDirective === 'REPLACE') return { Tagging }
  if (TaggingDirective !== 'COPY') return {}
  const command = new GetObjectTaggingCommand({
    ...source,
    RequestPayer,
    ExpectedBucketOwner: ExpectedSourceBucketOwner,
  })
  const { TagSet = [] } = await client.send(command, options)
  if (TagSet.length === 0) return {}
  return { Tagging: new URLSearchParams(TagSet.map(({ Key = '', Value = '' }) => [Key, Value])).toString() }
}

import {
  type CompleteMultipartUploadCommandOutput,
  type CopyObjectCommandInput,
  GetObjectAnnotationCommand,
  ListObjectAnnotationsCommand,
  PutObjectAnnotationCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { CopySource } from '../copy-source.ts'

/** An object that was copied in parts, and what of. */
export interface CopiedInParts {
  readonly client: S3Client
  readonly sourceClient: S3Client
  readonly source: CopySource
  readonly input: Pick<
    CopyObjectCommandInput,
    'Bucket' | 'Key' | 'RequestPayer' | 'ExpectedBucketOwner' | 'ExpectedSourceBucketOwner'
  >
  readonly answer: CompleteMultipartUploadCommandOutput
}

/**
 * Gives the new object the annotations of its source, one by one. Rejects with the first failure; those before it are there, and so is the
 * object.
 */
export async function copyAnnotations(
  { client, sourceClient, source, input, answer }: CopiedInParts,
  options: { readonly abortSignal: AbortSignal } | undefined,
): Promise<void> {
  const { Bucket, Key, RequestPayer, ExpectedBucketOwner, ExpectedSourceBucketOwner } = input
  const from = { ...source, RequestPayer, ExpectedBucketOwner: ExpectedSourceBucketOwner }
  const to = {
    Bucket,
    Key,
    VersionId: answer.VersionId,
    ObjectIfMatch: answer.ETag,
    RequestPayer,
    ExpectedBucketOwner,
  }
  let ContinuationToken: string | undefined
  do {
    const list = new ListObjectAnnotationsCommand({ ...from, ContinuationToken })
    const { Annotations = [], NextContinuationToken } = await sourceClient.send(list, options)
    for (const { AnnotationName } of Annotations) {
      const get = new GetObjectAnnotationCommand({ ...from, AnnotationName })
      const { AnnotationPayload } = await sourceClient.send(get, options)
      const payload = (await AnnotationPayload?.transformToByteArray()) ?? new Uint8Array()
      await client.send(
        new PutObjectAnnotationCommand({ ...to, AnnotationName, AnnotationPayload: payload }),
        options,
      )
    }
    ContinuationToken = NextContinuationToken
  } while (ContinuationToken !== undefined)
}

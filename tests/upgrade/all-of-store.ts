import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { allOfBucket } from '../import/all-of-bucket.ts'

/** Everything that S3 tells of a store as one account sees it, as JSON has it. */
export async function allOfStore(client: S3Client): Promise<Record<string, unknown>> {
  const { Buckets = [] } = await client.send(new ListBucketsCommand())
  const found: Record<string, unknown> = {}
  for (const { Name: Bucket = '', CreationDate } of Buckets) {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
    const uploads = Uploads.map(async ({ Key, UploadId, Initiated }) => {
      const { Parts } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }))
      return { Key, UploadId, Initiated, Parts }
    })
    found[Bucket] = {
      CreationDate,
      versions: await allOfBucket(client, Bucket),
      uploads: await Promise.all(uploads),
      settings: await settingsOf(client, Bucket),
    }
  }
  return JSON.parse(JSON.stringify(found)) as Record<string, unknown>
}

/** Each as it is answered, without what is said of the answer; what is not set up has the code of its error. */
function settingsOf(client: S3Client, Bucket: string): Promise<unknown[]> {
  const input = { Bucket }
  const answers: Promise<{ $metadata?: unknown }>[] = [
    client.send(new GetBucketVersioningCommand(input)),
    client.send(new GetBucketCorsCommand(input)),
    client.send(new GetBucketPolicyCommand(input)),
    client.send(new GetBucketLifecycleConfigurationCommand(input)),
    client.send(new GetBucketTaggingCommand(input)),
    client.send(new GetBucketEncryptionCommand(input)),
    client.send(new GetObjectLockConfigurationCommand(input)),
  ]
  return Promise.all(
    answers.map((answer) =>
      answer.then(
        (told) => ({ ...told, $metadata: undefined }),
        (error: Error) => error.name,
      ),
    ),
  )
}

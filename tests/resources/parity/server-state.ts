import * as sdk from '@aws-sdk/client-s3'
import { sha256Of } from '../../support/content.ts'

/** All that can be asked of a server with the SDK alone, without what no two servers share: dates and ids. */
export async function serverState(client: sdk.S3Client): Promise<unknown> {
  const { Buckets = [] } = await client.send(new sdk.ListBucketsCommand())
  return Promise.all(Buckets.map(({ Name = '' }) => bucketState(client, Name)))
}

async function bucketState(client: sdk.S3Client, Bucket: string): Promise<unknown> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new sdk.ListObjectVersionsCommand({ Bucket }),
  )
  const { Uploads = [] } = await client.send(new sdk.ListMultipartUploadsCommand({ Bucket }))
  const configuration = await Promise.all(
    [
      client.send(new sdk.GetBucketAclCommand({ Bucket })),
      client.send(new sdk.GetBucketCorsCommand({ Bucket })),
      client.send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket })),
      client.send(new sdk.GetBucketLoggingCommand({ Bucket })),
      client.send(new sdk.GetBucketNotificationConfigurationCommand({ Bucket })),
      client.send(new sdk.GetBucketPolicyCommand({ Bucket })),
      client.send(new sdk.GetBucketRequestPaymentCommand({ Bucket })),
      client.send(new sdk.GetBucketTaggingCommand({ Bucket })),
      client.send(new sdk.GetBucketVersioningCommand({ Bucket })),
      client.send(new sdk.GetBucketWebsiteCommand({ Bucket })),
    ].map(answerOrError),
  )
  return {
    Bucket,
    configuration,
    uploads: Uploads.map(({ Key }) => Key),
    markers: DeleteMarkers.map(({ Key, IsLatest }) => ({ Key, IsLatest })),
    versions: await Promise.all(Versions.map((version) => versionState(client, Bucket, version))),
  }
}

async function versionState(
  client: sdk.S3Client,
  Bucket: string,
  { Key, VersionId, IsLatest }: sdk.ObjectVersion,
): Promise<unknown> {
  const place = { Bucket, Key, ...(VersionId !== 'null' && { VersionId }) }
  const head = await client.send(new sdk.HeadObjectCommand({ ...place, ChecksumMode: 'ENABLED' }))
  const body = await bodyOrError(client, place)
  const acl = await answerOrError(client.send(new sdk.GetObjectAclCommand(place)))
  const tags = await answerOrError(client.send(new sdk.GetObjectTaggingCommand(place)))
  return { Key, IsLatest, body, acl, tags, head: stable(head) }
}

/** The hash of the bytes; of an archived version the error that reading it is. */
async function bodyOrError(client: sdk.S3Client, place: sdk.GetObjectCommandInput): Promise<unknown> {
  try {
    const { Body } = await client.send(new sdk.GetObjectCommand(place))
    return sha256Of((await Body?.transformToByteArray()) ?? '')
  } catch (error) {
    return error instanceof Error ? error.name : error
  }
}

async function answerOrError(answer: Promise<object>): Promise<unknown> {
  try {
    return stable(await answer)
  } catch (error) {
    return error instanceof Error ? error.name : error
  }
}

function stable(answer: object): unknown {
  const changing = new Set(['$metadata', 'LastModified', 'VersionId', 'Restore'])
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !changing.has(name)))
}

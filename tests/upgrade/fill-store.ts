import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Credentials } from '../support/accounts.ts'
import { contentOf } from '../support/content.ts'
import { iamClient } from '../support/identity-clients.ts'
import type { ServerAddress } from '../support/raw-request.ts'
import { s3Client } from '../support/s3-client.ts'

/** More than is kept among the rows. */
const LARGE_BYTES = 33_000
const FAR = new Date(Date.UTC(2090, 0, 1))

/** Fills a store with a row of every kind that its version may have; resolves to a user's key, where it knows users. */
export async function fillStore(server: ServerAddress): Promise<Credentials | undefined> {
  const client = s3Client(server)
  const put = (Bucket: string, Key: string, Body: Buffer | string, more = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
  await client.send(new CreateBucketCommand({ Bucket: 'plain' }))
  await put('plain', 'empty', '')
  await put('plain', 'small', 'small', { ContentType: 'text/plain', Metadata: { colour: 'blue' } })
  await put('plain', 'lärge/ключ', contentOf('large', LARGE_BYTES), { CacheControl: 'no-cache' })
  await put('plain', 'checked', 'checked', { ChecksumAlgorithm: 'SHA256' })
  await put('plain', 'key-service', 'sealed', { ServerSideEncryption: 'aws:kms' })
  await put('plain', 'cold', 'cold', { StorageClass: 'STANDARD_IA' })
  const TagSet = [{ Key: 'team', Value: 'blue' }]
  await client.send(new PutObjectTaggingCommand({ Bucket: 'plain', Key: 'small', Tagging: { TagSet } }))
  for (const Key of ['parts', 'open']) {
    const upload = { Bucket: 'plain', Key }
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...upload, Metadata: { of: Key } }),
    )
    const part = { ...upload, UploadId, PartNumber: 1, Body: contentOf(Key, 2000) }
    const { ETag } = await client.send(new UploadPartCommand(part))
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] }
    if (Key === 'parts')
      await client.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }))
  }
  const Rules = [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }]
  await client.send(new PutBucketCorsCommand({ Bucket: 'plain', CORSConfiguration: { CORSRules: Rules } }))
  await client.send(new PutBucketTaggingCommand({ Bucket: 'plain', Tagging: { TagSet } }))
  const expiration = {
    ID: 'late',
    Status: 'Enabled',
    Filter: { Prefix: 'tmp/' },
    Expiration: { Days: 36_500 },
  } as const
  const LifecycleConfiguration = { Rules: [expiration] }
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: 'plain', LifecycleConfiguration }))
  const statement = { Effect: 'Allow', Principal: { AWS: '100000000002' }, Action: 's3:GetObject' }
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ ...statement, Resource: 'arn:aws:s3:::plain/*' }],
  })
  await client.send(new PutBucketPolicyCommand({ Bucket: 'plain', Policy }))

  await client.send(new CreateBucketCommand({ Bucket: 'versioned' }))
  await put('versioned', 'before', 'null version')
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await client.send(new PutBucketVersioningCommand({ Bucket: 'versioned', VersioningConfiguration }))
  for (const body of ['one', 'two', 'three']) await put('versioned', 'before', body)
  await put('versioned', 'gone', 'gone')
  await client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'gone' }))

  await client.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }))
  await put('locked', 'kept', 'kept', {
    ObjectLockMode: 'GOVERNANCE',
    ObjectLockRetainUntilDate: FAR,
    ObjectLockLegalHoldStatus: 'ON',
  })
  return makeUser(server)
}

async function makeUser(server: ServerAddress): Promise<Credentials | undefined> {
  const iam = iamClient(server)
  const UserName = 'ann'
  try {
    await iam.send(new CreateUserCommand({ UserName }))
  } catch {
    return undefined
  }
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  return { accessKeyId, secretAccessKey }
}

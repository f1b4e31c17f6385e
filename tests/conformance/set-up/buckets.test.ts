import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetBucketLoggingCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { startServer, type StartServerOptions, type TestServer } from 'holdfast'
import { describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { s3Client } from '../../support/s3-client.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

type Buckets = NonNullable<StartServerOptions['buckets']>

const queue = 'arn:aws:sqs:us-east-1:100000000001:queue'

/** Every setting there is. */
const everything = {
  name: 'everything',
  ownership: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
  publicAccessBlock: { BlockPublicAcls: false, IgnorePublicAcls: true, BlockPublicPolicy: false },
  objectLock: {
    ObjectLockEnabled: 'Enabled',
    Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
  },
  encryption: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
  lifecycle: {
    Rules: [{ Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 3 } }],
  },
  cors: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'], MaxAgeSeconds: 5 }] },
  tagging: { TagSet: [{ Key: 'team', Value: 'a+b' }] },
  website: { IndexDocument: { Suffix: 'index.html' } },
  notification: { QueueConfigurations: [{ QueueArn: queue, Events: ['s3:ObjectCreated:*'] }] },
  requestPayment: { Payer: 'Requester' },
  policy: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::everything/public/*',
      },
    ],
  },
  acl: {
    Owner: { ID: mainAccount.canonicalId },
    Grants: [
      { Grantee: { Type: 'CanonicalUser', ID: mainAccount.canonicalId }, Permission: 'FULL_CONTROL' },
      { Grantee: { Type: 'CanonicalUser', ID: otherAccount.canonicalId }, Permission: 'READ' },
    ],
  },
  logging: { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: 'a/' } },
} as const

const unknownTopic = 'arn:aws:sns:us-east-1:100000000001:nobody'

const options = {
  accounts: [mainAccount, otherAccount],
  notifications: { destinations: [{ arn: queue, url: 'http://127.0.0.1:1/' }] },
}

async function open(buckets: Buckets, more: StartServerOptions = {}): Promise<TestServer> {
  return startServer({ ...options, ...more, buckets })
}

/** What the bucket's settings are, as its owner is told them. */
async function settingsOf(client: S3Client, Bucket: string) {
  const input = { Bucket }
  const policy = await client.send(new GetBucketPolicyCommand(input))
  return {
    ownership: (await client.send(new GetBucketOwnershipControlsCommand(input))).OwnershipControls,
    publicAccessBlock: (await client.send(new GetPublicAccessBlockCommand(input)))
      .PublicAccessBlockConfiguration,
    objectLock: (await client.send(new GetObjectLockConfigurationCommand(input))).ObjectLockConfiguration,
    encryption: (await client.send(new GetBucketEncryptionCommand(input))).ServerSideEncryptionConfiguration,
    lifecycle: await client.send(new GetBucketLifecycleConfigurationCommand(input)),
    cors: await client.send(new GetBucketCorsCommand(input)),
    tagging: await client.send(new GetBucketTaggingCommand(input)),
    website: await client.send(new GetBucketWebsiteCommand(input)),
    notification: await client.send(new GetBucketNotificationConfigurationCommand(input)),
    requestPayment: await client.send(new GetBucketRequestPaymentCommand(input)),
    policy: JSON.parse(policy.Policy ?? '') as unknown,
    acl: await client.send(new GetBucketAclCommand(input)),
    logging: await client.send(new GetBucketLoggingCommand(input)),
  }
}

/** The same without what differs from request to request. */
async function comparable(client: S3Client, bucket: string): Promise<unknown> {
  const settings = await settingsOf(client, bucket)
  return JSON.parse(
    JSON.stringify(settings, (key, value: unknown) => (key === '$metadata' ? undefined : value)),
  )
}

describe('buckets of the options', () => {
  it('are there with every setting, the order of the table whatever theirs', async () => {
    await using server = await open(['logs', everything])
    const client = s3Client(server)
    const { name, ...settings } = everything
    const found = await settingsOf(client, name)
    expect(found).toMatchObject(settings)
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: name }))
    expect(Status).toBe('Enabled')
    client.destroy()
  })

  it('are changed by no second start, and have no settings made anew', async () => {
    await using folder = await temporaryDirectory()
    const buckets = ['logs', { ...everything, objects: [{ Key: 'a', Body: 'first' }] }]
    const seen: unknown[] = []
    for (let round = 0; round < 2; round++) {
      await using server = await open(buckets, { dataDirectory: folder.path })
      const client = s3Client(server)
      // With the ids that were made for rules, and the number of versions.
      const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: 'everything' }))
      const versions = Versions.map(({ VersionId }) => VersionId)
      seen.push([await comparable(client, 'everything'), versions])
      client.destroy()
    }
    expect(seen[1]).toEqual(seen[0])
  })

  it('get back the settings that somebody changed, and keep what is in them', async () => {
    await using folder = await temporaryDirectory()
    const buckets = [
      { name: 'kept', versioning: { Status: 'Enabled' as const }, objects: [{ Key: 'a', Body: 'first' }] },
    ]
    const more = { dataDirectory: folder.path }
    {
      await using server = await open(buckets, more)
      const client = s3Client(server)
      const VersioningConfiguration = { Status: 'Suspended' as const }
      await client.send(new PutBucketVersioningCommand({ Bucket: 'kept', VersioningConfiguration }))
      await client.send(new PutObjectCommand({ Bucket: 'kept', Key: 'a', Body: 'changed' }))
      client.destroy()
    }
    await using server = await open(buckets, more)
    const client = s3Client(server)
    expect((await client.send(new GetBucketVersioningCommand({ Bucket: 'kept' }))).Status).toBe('Enabled')
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'kept', Key: 'a' }))
    expect(await Body?.transformToString()).toBe('changed')
    client.destroy()
  })

  it('belong to the account that they name, or to the first', async () => {
    await using server = await open(['of-the-first', { name: 'of-the-other', account: otherAccount.id }])
    const names = async (client: S3Client) => {
      const { Buckets = [] } = await client.send(new ListBucketsCommand())
      client.destroy()
      return Buckets.map(({ Name }) => Name)
    }
    expect(await names(s3Client(server))).toEqual(['of-the-first'])
    expect(await names(s3Client(server, { credentials: otherCredentials }))).toEqual(['of-the-other'])
  })

  it('are made in other regions too', async () => {
    await using server = await open(['in-europe'], { region: 'eu-central-1' })
    const client = s3Client(server, { region: 'eu-central-1' })
    expect((await client.send(new ListBucketsCommand())).Buckets).toHaveLength(1)
    client.destroy()
  })
})

describe('objects of the options', () => {
  it('have what PutObject takes, their bodies from text, bytes and files', async () => {
    await using folder = await temporaryDirectory()
    const file = join(folder.path, 'body')
    const large = Buffer.alloc(3_000_000, 'large ')
    await writeFile(file, large)
    const objects = [
      { Key: 'text', Body: 'grüße', ContentType: 'text/plain', Metadata: { color: 'red' }, Tagging: 'a=b' },
      { Key: 'bytes', Body: Buffer.from([0, 255]), StorageClass: 'STANDARD_IA' },
      { Key: 'empty' },
      { Key: 'dir/file', file },
    ] as const
    await using server = await open([{ name: 'filled', objects }])
    const client = s3Client(server)
    const bytesOf = async (Key: string) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'filled', Key }))
      return Buffer.from((await Body?.transformToByteArray()) ?? []).toString('base64')
    }
    expect(await Promise.all(['text', 'bytes', 'empty', 'dir/file'].map(bytesOf))).toEqual([
      Buffer.from('grüße').toString('base64'),
      Buffer.from([0, 255]).toString('base64'),
      '',
      large.toString('base64'),
    ])
    const head = await client.send(new HeadObjectCommand({ Bucket: 'filled', Key: 'text' }))
    expect(head).toMatchObject({ ContentType: 'text/plain', Metadata: { color: 'red' } })
    const tags = await client.send(new GetObjectTaggingCommand({ Bucket: 'filled', Key: 'text' }))
    expect(tags.TagSet).toEqual([{ Key: 'a', Value: 'b' }])
    client.destroy()
  })

  it.each<readonly [string, Buckets, string]>([
    [
      'an unknown setting',
      [{ name: 'bad', versionning: {} } as never],
      'buckets[0].versionning: no such setting',
    ],
    ['a name that is none', ['Bad_Name'], 'buckets[0]: expected the name of a bucket'],
    ['a name twice', ['one', { name: 'one' }], 'buckets[1].name: the same name as buckets[0]'],
    ['an unknown account', [{ name: 'bad', account: '999999999999' }], 'buckets[0].account: no account of'],
    [
      'an unknown member',
      [{ name: 'bad', cors: { CORSRules: [{ AllowedMethod: ['GET'] }] } as never }],
      'buckets[0].cors.CORSRules[0].AllowedMethod: there is no such member; known here: AllowedMethods',
    ],
    [
      'a missing member',
      [{ name: 'bad', cors: { CORSRules: [{ AllowedMethods: ['GET'] }] } as never }],
      'buckets[0].cors.CORSRules[0].AllowedOrigins: is missing',
    ],
    [
      'a value that is none',
      [{ name: 'bad', versioning: { Status: 'On' } as never }],
      'buckets[0].versioning.Status: expected one of Enabled, Suspended',
    ],
    [
      'what the operation refuses',
      [{ name: 'bad', cors: { CORSRules: [{ AllowedMethods: ['PATCH'], AllowedOrigins: ['*'] }] } }],
      'buckets[0].cors: InvalidRequest: Found unsupported HTTP method in CORS config',
    ],
    ['a directory bucket', ['fast--use1-az4--x-s3'], 'buckets[0].name: InvalidBucketName'],
    [
      'a policy that the public access block forbids',
      [{ name: 'everything', policy: everything.policy }],
      'buckets[0].policy: AccessDenied',
    ],
    [
      'a destination that is none of the config’s',
      [
        {
          name: 'bad',
          notification: { TopicConfigurations: [{ TopicArn: unknownTopic, Events: ['s3:ObjectCreated:*'] }] },
        },
      ],
      `buckets[0].notification: InvalidArgument: Unable to validate the following destination configurations (${unknownTopic}: The destination topic does not exist)`,
    ],
    [
      'EventBridge where there is none',
      [{ name: 'bad', notification: { EventBridgeConfiguration: {} } }],
      'buckets[0].notification: InvalidArgument: Unable to validate the following destination configurations',
    ],
    [
      'a file that is not there',
      [{ name: 'bad', objects: [{ Key: 'a', file: 'nowhere/x' }] }],
      `buckets[0].objects[0].file: there is no file ${resolve('nowhere/x')}`,
    ],
    [
      'a body and a file',
      [{ name: 'bad', objects: [{ Key: 'a', Body: '', file: 'x' }] }],
      'buckets[0].objects[0].file: expected Body or file, not both',
    ],
    [
      'a wrong checksum',
      [{ name: 'bad', objects: [{ Key: 'a', Body: 'b', ChecksumCRC32: 'AAAAAA==' }] }],
      'buckets[0].objects[0]: BadDigest',
    ],
  ])('%s is a mistake with a path', async (_, buckets, message) => {
    await expect(open(buckets)).rejects.toThrow(message)
  })

  it('a bucket of somebody else is a mistake', async () => {
    await using folder = await temporaryDirectory()
    const more = { dataDirectory: folder.path }
    {
      await using server = await open([{ name: 'taken', account: otherAccount.id }], more)
      expect(server.url).toContain('http')
    }
    await expect(open(['taken'], more)).rejects.toThrow('buckets[0].name: BucketAlreadyExists')
  })
})

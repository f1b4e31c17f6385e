import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetObjectAclCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  DeletePublicAccessBlockCommand,
  GetBucketOwnershipControlsCommand,
  ListBucketsCommand,
  PutBucketLoggingCommand,
  PutBucketWebsiteCommand,
  GetBucketWebsiteCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { createDirectoryBucket } from '../conformance/directory-buckets/directory-room.ts'
import { otherAccount, otherCredentials } from '../support/accounts.ts'
import { awkwardKeys } from '../support/awkward-keys.ts'
import { contentOf } from '../support/content.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { allOfBucket } from './all-of-bucket.ts'
import { type ImportRoom, importRoom } from './import-room.ts'

let source: ServerProcess
let room: ImportRoom
let there: S3Client
let here: S3Client

beforeAll(async () => {
  source = await startServerProcess()
  room = await importRoom()
  there = s3Client(source)
  here = s3Client(room.target)
  return async () => {
    there.destroy()
    here.destroy()
    await room[Symbol.asyncDispose]()
    await source[Symbol.asyncDispose]()
  }
}, 60_000)

const PART = contentOf('part', 5 * 1024 * 1024)

async function putInParts(Bucket: string, Key: string, algorithm?: 'SHA256' | 'CRC32C'): Promise<void> {
  const kind = algorithm && { ChecksumAlgorithm: algorithm }
  const { UploadId } = await there.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ...kind, Metadata: { of: 'parts' }, Tagging: 'a=b' }),
  )
  const upload = { Bucket, Key, UploadId }
  const Parts = []
  for (const [index, Body] of [PART, PART, contentOf('rest', 1000)].entries()) {
    // With a gap: numbers need not be in a row, but for checksums of parts.
    const PartNumber = algorithm ? index + 1 : index * 2 + 1
    const {
      $metadata: _,
      ServerSideEncryption: __,
      ...part
    } = await there.send(new UploadPartCommand({ ...upload, ...kind, PartNumber, Body }))
    Parts.push({ PartNumber, ...part })
  }
  await there.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }))
}

describe('holdfast import from another server', { timeout: 120_000 }, () => {
  it('brings every version and delete marker as it is, beside a running server', async () => {
    const Bucket = 'versions'
    await there.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
    await there.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'first', ContentType: 'text/plain' }))
    const until = new Date('2040-01-01T00:00:00Z')
    await there.send(
      new PutObjectCommand({
        Bucket,
        Key: 'a',
        Body: contentOf('second', 100_000),
        Metadata: { colour: '=?UTF-8?B?Z3LDvG4=?=', plain: 'x' },
        Tagging: 'project=one&stage=two%20three',
        CacheControl: 'no-store',
        ContentLanguage: 'de',
        StorageClass: 'STANDARD_IA',
        ChecksumAlgorithm: 'SHA1',
      }),
    )
    await there.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
    await there.send(
      new PutObjectCommand({
        Bucket,
        Key: 'a',
        Body: 'locked',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: until,
        ObjectLockLegalHoldStatus: 'ON',
      }),
    )
    await there.send(new PutObjectCommand({ Bucket, Key: 'gone', Body: 'gone' }))
    await there.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
    await there.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }))
    for (const Key of awkwardKeys) await there.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
    await putInParts(Bucket, 'parts/plain')
    await putInParts(Bucket, 'parts/sha256', 'SHA256')
    await putInParts(Bucket, 'parts/crc32c', 'CRC32C')

    const run = await room.import(source, '--bucket', Bucket)
    expect([run.text, run.stderr, run.exitCode]).toEqual([
      expect.stringMatching(
        /^The source has (\d+) versions \(\d.*; \1 versions .* were brought\.\nBoth sides are the same\.\n$/,
      ),
      '',
      0,
    ])
    const brought = await allOfBucket(here, Bucket)
    expect(brought).toEqual(await allOfBucket(there, Bucket))
    expect(brought.length).toBeGreaterThan(9)
    expect(await here.send(new GetObjectLockConfigurationCommand({ Bucket }))).toMatchObject({
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
    })

    const again = await room.import(source, '--bucket', Bucket)
    expect([again.text, again.exitCode]).toEqual([
      expect.stringContaining('; 0 versions (0 B) were brought.'),
      0,
    ])
  })

  it('brings what a second run finds changed, and tells what is here alone', async () => {
    const Bucket = 'changing'
    await there.send(new CreateBucketCommand({ Bucket }))
    const put = (Key: string, Body: string) => there.send(new PutObjectCommand({ Bucket, Key, Body }))
    await put('stays', 'stays')
    await put('replaced', 'before')
    expect((await room.import(source, '--bucket', Bucket)).exitCode).toBe(0)
    await put('replaced', 'after it')
    await put('new', 'new')
    await here.send(new PutObjectCommand({ Bucket, Key: 'of this side', Body: 'x' }))
    const dry = await room.import(source, '--bucket', Bucket, '--dry-run')
    expect(dry.text).toMatch(/^The source has 3 versions .*; 2 versions \(11 B\) would be brought.\n$/)
    const second = await room.import(source, '--bucket', Bucket)
    expect([second.text, second.exitCode]).toEqual([
      'DIFFERS changing/of this side: it is here, and not at the source\n' +
        'The source has 3 versions (16 B); 2 versions (11 B) were brought.\n1 differences.\n',
      1,
    ])
    await here.send(new DeleteObjectCommand({ Bucket, Key: 'of this side' }))
    expect(await allOfBucket(here, Bucket)).toEqual(await allOfBucket(there, Bucket))

    // The null version stays one when versions begin, and comes anew when they are suspended.
    const versions = (Status: 'Enabled' | 'Suspended') =>
      there.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
    await versions('Enabled')
    await put('replaced', 'with an id')
    await there.send(new DeleteObjectCommand({ Bucket, Key: 'stays' }))
    expect((await room.import(source, '--bucket', Bucket)).exitCode).toBe(0)
    expect(await allOfBucket(here, Bucket)).toEqual(await allOfBucket(there, Bucket))
    await versions('Suspended')
    await put('replaced', 'null again')
    await there.send(new DeleteObjectCommand({ Bucket, Key: 'new' }))
    const last = await room.import(source, '--bucket', Bucket)
    expect([last.text, last.exitCode]).toEqual([expect.stringContaining('Both sides are the same.'), 0])
    expect(await allOfBucket(here, Bucket)).toEqual(await allOfBucket(there, Bucket))
  })

  it('brings tags and locks that changed on what is here, where it is told to look', async () => {
    const Bucket = 'retagged'
    await there.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
    const named = { Bucket, Key: 'a' }
    await there.send(new PutObjectCommand({ ...named, Body: 'a', Tagging: 'a=1' }))
    await there.send(new PutObjectCommand({ Bucket, Key: 'same', Body: 'b', Tagging: 'a=1' }))
    expect((await room.import(source, '--bucket', Bucket)).exitCode).toBe(0)
    await there.send(
      new PutObjectTaggingCommand({ ...named, Tagging: { TagSet: [{ Key: 'a', Value: '2' }] } }),
    )
    await there.send(new PutObjectLegalHoldCommand({ ...named, LegalHold: { Status: 'ON' } }))
    expect((await room.import(source, '--bucket', Bucket)).text).toContain('; 0 versions (0 B) were brought.')
    const dry = await room.import(source, '--bucket', Bucket, '--metadata', '--dry-run')
    expect(dry.text).toContain('; 0 versions (0 B), the tags, ACL or lock of 1 would be brought.')
    const run = await room.import(source, '--bucket', Bucket, '--metadata')
    expect(run.text).toContain('; 0 versions (0 B), the tags, ACL or lock of 1 were brought.')
    expect(await allOfBucket(here, Bucket)).toEqual(await allOfBucket(there, Bucket))
    const again = await room.import(source, '--bucket', Bucket, '--metadata')
    expect(again.text).toContain('; 0 versions (0 B) were brought.')
  })

  it('brings settings and ACLs, under another name of the bucket, and tells what cannot be', async () => {
    const Bucket = 'settings'
    await there.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }))
    await there.send(new DeletePublicAccessBlockCommand({ Bucket }))
    const policy = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: '*',
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${Bucket}/public/*`,
        },
      ],
    }
    const CORSRules = [{ AllowedMethods: ['GET'], AllowedOrigins: ['https://example.com'] }]
    const rule = {
      ID: 'old',
      Status: 'Enabled',
      Filter: { Prefix: 'tmp/' },
      Expiration: { Days: 3650 },
    } as const
    const TagSet = [{ Key: 'team', Value: 'storage' }]
    const WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' } }
    await there.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }))
    await there.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
    await there.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
    )
    await there.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    await there.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
    const logs = { Bucket: 'logs-there', ObjectOwnership: 'ObjectWriter' } as const
    const delivery = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"'
    await there.send(new CreateBucketCommand({ ...logs, GrantWrite: delivery, GrantReadACP: delivery }))
    const logging = { LoggingEnabled: { TargetBucket: logs.Bucket, TargetPrefix: 'log/' } }
    await there.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: logging }))
    await there.send(new PutObjectCommand({ Bucket, Key: 'open', Body: 'x', ACL: 'public-read' }))
    await there.send(
      new PutObjectCommand({
        Bucket,
        Key: 'given',
        Body: 'x',
        GrantRead: `id="${otherAccount.canonicalId}"`,
      }),
    )

    const run = await room.import(source, '--bucket', Bucket, '--to', 'renamed')
    expect([run.text, run.exitCode]).toEqual([
      expect.stringContaining(
        'DIFFERS settings: logging: it was not taken here (InvalidTargetBucketForLogging',
      ),
      1,
    ])
    const to = { Bucket: 'renamed' }
    const { Policy = '' } = await here.send(new GetBucketPolicyCommand(to))
    expect(JSON.parse(Policy)).toEqual(JSON.parse(JSON.stringify(policy).replaceAll(Bucket, 'renamed')))
    expect(await here.send(new GetBucketCorsCommand(to))).toMatchObject({ CORSRules })
    expect(await here.send(new GetBucketLifecycleConfigurationCommand(to))).toMatchObject({ Rules: [rule] })
    expect(await here.send(new GetBucketTaggingCommand(to))).toMatchObject({ TagSet })
    expect(await here.send(new GetBucketWebsiteCommand(to))).toMatchObject(WebsiteConfiguration)
    expect(await here.send(new GetBucketOwnershipControlsCommand(to))).toMatchObject({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
    })
    await expect(here.send(new GetPublicAccessBlockCommand(to))).rejects.toThrow('public access block')
    const grants = (client: S3Client, bucket: string) =>
      Promise.all(
        ['open', 'given'].map(async (Key) => {
          const { Grants } = await client.send(new GetObjectAclCommand({ Bucket: bucket, Key }))
          return Grants
        }),
      )
    expect(await grants(here, 'renamed')).toEqual(await grants(there, Bucket))
  })

  it('says what is wrong before it does anything', async () => {
    const stranger = { url: source.url, credentials: { ...source.credentials, secretAccessKey: 'wrong' } }
    const refused = await room.import(stranger, '--bucket', 'versions', '--to', 'refused')
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('SignatureDoesNotMatch')])
    expect(refused.stderr + refused.text).not.toContain('wrong')
    const absent = await room.import(source, '--bucket', 'absent')
    expect([absent.exitCode, absent.stderr]).toEqual([2, expect.stringContaining('NoSuchBucket')])
    const inAddress = await room.import({ ...source, url: source.url.replace('//', '//key:secret@') })
    expect([inAddress.exitCode, inAddress.stderr]).toEqual([1, expect.stringContaining('AWS_ACCESS_KEY_ID')])
    const unnamed = await room.import(source, '--bucket', 'versions', '--to', 'No Name')
    expect([unnamed.exitCode, unnamed.text]).toEqual([
      1,
      expect.stringContaining('--bucket versions --to NAME'),
    ])
    await s3Client(room.target, { credentials: otherCredentials }).send(
      new CreateBucketCommand({ Bucket: 'of-another' }),
    )
    const taken = await room.import(source, '--bucket', 'versions', '--to', 'of-another')
    expect([taken.exitCode, taken.text]).toEqual([1, expect.stringContaining('is of account 100000000002')])
    const fast = await createDirectoryBucket(room.target, 'fast')
    const directory = await room.import(source, '--bucket', 'versions', '--to', fast)
    expect([directory.exitCode, directory.text]).toEqual([
      1,
      expect.stringContaining('is a directory bucket'),
    ])
    const { Buckets } = await here.send(new ListBucketsCommand({}))
    expect(Buckets?.map(({ Name }) => Name)).not.toContain('absent')
    expect(Buckets?.map(({ Name }) => Name)).not.toContain('refused')
  })
})

import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import {
  CreateBucketCommand,
  PutBucketIntelligentTieringConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketOwnershipControlsCommand,
  GetObjectAclCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3'
import type { JobDescriptor } from '@aws-sdk/client-s3-control'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { s3Client } from '../../support/s3-client.ts'
import { JobRoom } from './job-room.ts'

let room: JobRoom
let role: string
beforeAll(async () => {
  room = await JobRoom.open()
  role = await room.role()
  return () => room[Symbol.asyncDispose]()
})

const counts = ({ ProgressSummary: progress }: JobDescriptor) => [
  progress?.TotalNumberOfTasks,
  progress?.NumberOfTasksSucceeded,
  progress?.NumberOfTasksFailed,
]

const grantTo = (TypeIdentifier: 'id' | 'uri', Identifier: string, Permission: 'READ' | 'WRITE_ACP') => ({
  Grantee: { TypeIdentifier, Identifier },
  Permission,
})

const keysIn = async (Bucket: string) =>
  (await room.s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key)

const tagsOf = async (Bucket: string, Key: string) =>
  (await room.s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet

describe('operations', () => {
  it('copies, with new tags, into a folder', async () => {
    const [from, to] = [await room.bucket(), await room.bucket()]
    await room.put(from, 'a', 'ü b/c+d')
    const Manifest = await room.manifest([`${from},a`, `"${from}","${encodeURIComponent('ü b/c+d')}"`])
    const copy = {
      TargetResource: `arn:aws:s3:::${to}`,
      TargetKeyPrefix: 'folder',
      StorageClass: 'STANDARD_IA' as const,
      NewObjectTagging: [{ Key: 'x', Value: 'y z' }],
    }
    const job = await room.run({ Operation: { S3PutObjectCopy: copy }, Manifest, RoleArn: role })
    expect([job.Status, ...counts(job)]).toEqual(['Complete', 2, 2, 0])
    expect(await keysIn(to)).toEqual(['folder/a', 'folder/ü b/c+d'])
    expect(await room.text(to, 'folder/ü b/c+d')).toBe('ü b/c+d')
    expect(await tagsOf(to, 'folder/a')).toEqual([{ Key: 'x', Value: 'y z' }])
    const head = await room.s3.send(new HeadObjectCommand({ Bucket: to, Key: 'folder/a' }))
    expect(head.StorageClass).toBe('STANDARD_IA')
  })

  it('copies with new metadata and an encryption, which replace what there is', async () => {
    const [from, to] = [await room.bucket(), await room.bucket()]
    const Metadata = { old: '1' }
    const put = { Bucket: from, Key: 'a', Body: 'a', Metadata, CacheControl: 'no-store' }
    await room.s3.send(new PutObjectCommand(put))
    const copy = {
      TargetResource: `arn:aws:s3:::${to}`,
      NewObjectMetadata: {
        ContentType: 'text/x',
        ContentDisposition: 'attachment',
        ContentLanguage: 'de',
        HttpExpiresDate: new Date('2030-01-02T03:04:05Z'),
        UserMetadata: { Status: 'x', CreatedAfter: 'y', UserMetadata: 'z' },
        SSEAlgorithm: 'AES256' as const,
      },
    }
    const Manifest = await room.manifest([`${from},a`])
    const job = await room.run({ Operation: { S3PutObjectCopy: copy }, Manifest, RoleArn: role })
    expect([job.Status, ...counts(job)]).toEqual(['Complete', 1, 1, 0])
    expect(job.Operation?.S3PutObjectCopy).toEqual(copy)
    const head = await room.s3.send(new HeadObjectCommand({ Bucket: to, Key: 'a' }))
    expect(head).toMatchObject({
      ContentType: 'text/x',
      ContentDisposition: 'attachment',
      ContentLanguage: 'de',
      ExpiresString: 'Wed, 02 Jan 2030 03:04:05 GMT',
      Metadata: { status: 'x', createdafter: 'y', usermetadata: 'z' },
      ServerSideEncryption: 'AES256',
    })
    expect(head.CacheControl).toBeUndefined()
  })

  it('copies with grants, several of a permission', async () => {
    const [from, to] = [await room.bucket(), await room.bucket()]
    await room.put(from, 'a')
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] }
    await room.s3.send(new PutBucketOwnershipControlsCommand({ Bucket: to, OwnershipControls }))
    const delivery = 'http://acs.amazonaws.com/groups/s3/LogDelivery'
    const copy = {
      TargetResource: `arn:aws:s3:::${to}`,
      AccessControlGrants: [
        grantTo('id', otherAccount.canonicalId, 'READ'),
        grantTo('uri', delivery, 'READ'),
        grantTo('id', otherAccount.canonicalId, 'WRITE_ACP'),
      ],
    }
    const Manifest = await room.manifest([`${from},a`])
    const job = await room.run({ Operation: { S3PutObjectCopy: copy }, Manifest, RoleArn: role })
    expect([job.Status, ...counts(job)]).toEqual(['Complete', 1, 1, 0])
    const { Grants } = await room.s3.send(new GetObjectAclCommand({ Bucket: to, Key: 'a' }))
    expect(Grants?.map(({ Grantee, Permission }) => [Grantee?.ID ?? Grantee?.URI, Permission])).toEqual([
      [otherAccount.canonicalId, 'READ'],
      [delivery, 'READ'],
      [otherAccount.canonicalId, 'WRITE_ACP'],
    ])
  })

  it('does not copy to a key that is too long', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'a')
    const Manifest = await room.manifest([`${bucket},a`])
    const copy = { TargetResource: `arn:aws:s3:::${bucket}`, TargetKeyPrefix: 'p'.repeat(1024) }
    const job = await room.run({ Operation: { S3PutObjectCopy: copy }, Manifest, RoleArn: role })
    expect([job.Status, ...counts(job)]).toEqual(['Complete', 1, 0, 1])
    expect(await keysIn(bucket)).toEqual(['a'])
  })

  it('puts and deletes tags, of versions where the manifest names them', async () => {
    const bucket = await room.bucket(true)
    const { VersionId = '' } = await room.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: '1' }),
    )
    await room.put(bucket, 'a')
    const Manifest = await room.manifest(
      [`x,${VersionId},a,${bucket}`],
      ['Ignore', 'VersionId', 'Key', 'Bucket'],
    )
    const TagSet = [{ Key: 'k', Value: 'v' }]
    await room.run({ Operation: { S3PutObjectTagging: { TagSet } }, Manifest, RoleArn: role })
    const old = { Bucket: bucket, Key: 'a', VersionId }
    expect((await room.s3.send(new GetObjectTaggingCommand(old))).TagSet).toEqual(TagSet)
    expect(await tagsOf(bucket, 'a')).toEqual([])
    await room.run({ Operation: { S3DeleteObjectTagging: {} }, Manifest, RoleArn: role })
    expect((await room.s3.send(new GetObjectTaggingCommand(old))).TagSet).toEqual([])
  })

  it('sets ACLs, legal holds and retention', async () => {
    const bucket = await room.bucket(true)
    await room.put(bucket, 'a')
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] }
    await room.s3.send(new PutBucketOwnershipControlsCommand({ Bucket: bucket, OwnershipControls }))
    const Manifest = await room.manifest([`${bucket},a`])
    const until = new Date(room.server.clock.now().getTime() + 40 * 24 * 3_600_000)
    until.setMilliseconds(0)
    const grantee = { TypeIdentifier: 'id' as const, Identifier: otherAccount.canonicalId }
    const Grants = [{ Grantee: grantee, Permission: 'READ' as const }]
    const acl = { AccessControlList: { Owner: { ID: mainAccount.canonicalId }, Grants } }
    for (const Operation of [
      { S3PutObjectAcl: { AccessControlPolicy: acl } },
      { S3PutObjectLegalHold: { LegalHold: { Status: 'ON' as const } } },
      { S3PutObjectRetention: { Retention: { Mode: 'GOVERNANCE' as const, RetainUntilDate: until } } },
    ]) {
      const job = await room.run({ Operation, Manifest, RoleArn: role })
      expect([Object.keys(Operation), job.FailureReasons, ...counts(job)]).toEqual([
        Object.keys(Operation),
        undefined,
        1,
        1,
        0,
      ])
    }
    const of = { Bucket: bucket, Key: 'a' }
    const shown = await room.s3.send(new GetObjectAclCommand(of))
    expect(shown.Grants?.map(({ Grantee }) => Grantee?.ID)).toEqual([otherAccount.canonicalId])
    expect((await room.s3.send(new GetObjectLegalHoldCommand(of))).LegalHold).toEqual({ Status: 'ON' })
    const { Retention } = await room.s3.send(new GetObjectRetentionCommand(of))
    expect(Retention).toEqual({ Mode: 'GOVERNANCE', RetainUntilDate: until })
  })

  it('sets event holds, which the SDK has no words for yet', async () => {
    const bucket = await room.bucket(true)
    await room.put(bucket, 'a')
    const Manifest = await room.manifest([`${bucket},a`])
    const held = '<EventHold>ON</EventHold><EventHoldDuration><Days>90</Days></EventHoldDuration>'
    room.control.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body?: unknown }
        if (typeof request.body === 'string')
          request.body = request.body.replace('</Retention>', `${held}</Retention>`)
        return next(args)
      },
      { step: 'build', priority: 'high', name: 'held' },
    )
    const Operation = { S3PutObjectRetention: { Retention: { Mode: 'GOVERNANCE' as const } } }
    const job = await room.run({ Operation, Manifest, RoleArn: role })
    room.control.middlewareStack.remove('held')
    expect(counts(job)).toEqual([1, 1, 0])
    const { Retention } = await room.s3.send(new GetObjectRetentionCommand({ Bucket: bucket, Key: 'a' }))
    expect(Retention).toMatchObject({ EventHold: 'ON', EventHoldDuration: { Days: 90 } })
  })

  it('restores what is archived', async () => {
    const bucket = await room.bucket()
    await room.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'x', StorageClass: 'GLACIER' }))
    const Manifest = await room.manifest([`${bucket},a`])
    const restore = { ExpirationInDays: 2, GlacierJobTier: 'BULK' as const }
    const job = await room.run({ Operation: { S3InitiateRestoreObject: restore }, Manifest, RoleArn: role })
    expect(counts(job)).toEqual([1, 1, 0])
    const { Restore } = await room.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a' }))
    expect(Restore).toContain('ongoing-request="true"')
  })

  it('restores archive tiers without days, and nothing else', async () => {
    await using later = await JobRoom.open()
    const [Bucket, RoleArn] = [await later.bucket(), await later.role()]
    const Tierings = [{ AccessTier: 'ARCHIVE_ACCESS' as const, Days: 90 }]
    const IntelligentTieringConfiguration = { Id: 'one', Status: 'Enabled' as const, Tierings }
    await later.s3.send(
      new PutBucketIntelligentTieringConfigurationCommand({
        Bucket,
        Id: 'one',
        IntelligentTieringConfiguration,
      }),
    )
    for (const StorageClass of ['INTELLIGENT_TIERING', 'GLACIER'] as const) {
      const Body = Buffer.alloc(200_000)
      await later.s3.send(new PutObjectCommand({ Bucket, Key: StorageClass, Body, StorageClass }))
    }
    later.server.clock.advance(91 * 24 * 3_600_000)
    await later.server.settle()
    const Manifest = await later.manifest([`${Bucket},INTELLIGENT_TIERING`, `${Bucket},GLACIER`])
    const job = await later.run({ Operation: { S3InitiateRestoreObject: {} }, Manifest, RoleArn })
    expect([job.Status, ...counts(job)]).toEqual(['Complete', 2, 1, 1])
    const restoring = async (Key: string) =>
      (await later.s3.send(new HeadObjectCommand({ Bucket, Key }))).Restore
    expect(await restoring('INTELLIGENT_TIERING')).toContain('ongoing-request="true"')
    expect(await restoring('GLACIER')).toBeUndefined()
  })
})

describe('manifests', () => {
  it('are generated of what a filter lets through', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'a/1', 'a/2.txt', 'b/3.txt', 'c')
    const generator = {
      SourceBucket: `arn:aws:s3:::${bucket}`,
      EnableManifestOutput: false,
      Filter: { KeyNameConstraint: { MatchAnyPrefix: ['a/', 'b/'], MatchAnySuffix: ['.txt'] } },
    }
    const TagSet = [{ Key: 'k', Value: 'v' }]
    const Operation = { S3PutObjectTagging: { TagSet } }
    const job = await room.run({
      Operation,
      ManifestGenerator: { S3JobManifestGenerator: generator },
      RoleArn: role,
    })
    expect(counts(job)).toEqual([2, 2, 0])
    expect(await Promise.all(['a/1', 'a/2.txt', 'b/3.txt', 'c'].map((key) => tagsOf(bucket, key)))).toEqual([
      [],
      TagSet,
      TagSet,
      [],
    ])
    const { S3JobManifestGenerator } = job.ManifestGenerator ?? {}
    expect(S3JobManifestGenerator).toEqual(generator)
  })

  /** Of one file of CSV. `more`: what else its manifest says. */
  async function inventory(fileSchema: string, rows: readonly string[], more: object = {}) {
    const key = `data/${rows.length}.csv.gz`
    const Body = gzipSync(rows.join('\n'))
    await room.s3.send(new PutObjectCommand({ Bucket: 'work', Key: key, Body }))
    const destinationBucket = 'arn:aws:s3:::work'
    const manifest = { destinationBucket, fileFormat: 'CSV', fileSchema, files: [{ key }], ...more }
    const { ETag = '' } = await room.s3.send(
      new PutObjectCommand({ Bucket: 'work', Key: 'manifest.json', Body: JSON.stringify(manifest) }),
    )
    return {
      Spec: { Format: 'S3InventoryReport_CSV_20161130' as const },
      Location: { ObjectArn: 'arn:aws:s3:::work/manifest.json', ETag },
    }
  }

  it('are those of an inventory', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'a', 'ü b')
    const rows = [`"${bucket}","a","1"`, `"${bucket}","%C3%BC+b","4"`]
    const Manifest = await inventory('Bucket, Key, Size', rows)
    const job = await room.run({ Manifest, RoleArn: role, Report: room.report() })
    expect([job.FailureReasons, ...counts(job)]).toEqual([undefined, 2, 2, 0])
  })

  it('are those of an inventory whose files are large', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'a')
    const noise = (sizeBytes: number): string => randomBytes(sizeBytes).toString('hex')
    const rows = Array.from({ length: 150 }, () => `"${bucket}","a","${noise(20_000)}"`)
    const Manifest = await inventory('Bucket, Key, Noise', rows, { noise: noise(1_500_000) })
    const job = await room.run({ Manifest, RoleArn: role })
    expect([job.FailureReasons, ...counts(job)]).toEqual([undefined, 150, 150, 0])
  })

  it.each([
    ['that changed', ['x,a'], (etag: string) => etag.replace(/[\da-f]/, 'e0'), 'PreconditionFailed'],
    ['without keys', ['x'], undefined, 'InvalidRequest'],
    ['of no CSV', ['"x,a'], undefined, 'InvalidRequest'],
    ['with keys that are none', ['x,%zz'], undefined, 'InvalidRequest'],
  ])('%s fail the job', async (_, lines, change, code) => {
    const { Spec, Location } = await room.manifest(lines)
    const ETag = change?.(Location.ETag) ?? Location.ETag
    const job = await room.run({ Manifest: { Spec, Location: { ...Location, ETag } }, RoleArn: role })
    expect([job.Status, job.FailureReasons?.[0]?.FailureCode]).toEqual(['Failed', code])
  })

  it('of many objects are done some at a time', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'a')
    const Manifest = await room.manifest(Array.from({ length: 130 }, () => `${bucket},a`))
    const job = await room.run({ Manifest, RoleArn: role })
    expect([job.Status, ...counts(job)]).toEqual(['Complete', 130, 130, 0])
  })
})

describe('the role', () => {
  it('has to be there and to trust batch operations', async () => {
    const bucket = await room.bucket()
    const Manifest = await room.manifest([`${bucket},a`])
    const trust = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' }
    for (const RoleArn of [await room.role(undefined, trust), role.replace(/[^/]+$/, 'no-such-role')]) {
      const job = await room.run({ Manifest, RoleArn })
      expect([job.Status, job.FailureReasons?.[0]?.FailureCode]).toEqual(['Failed', 'AccessDenied'])
    }
  })

  it('does no more than it may, object by object', async () => {
    const bucket = await room.bucket()
    await room.put(bucket, 'mine', 'other')
    const tag = new PutObjectTaggingCommand({
      Bucket: bucket,
      Key: 'other',
      Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] },
    })
    await room.s3.send(tag)
    const Resource = [`arn:aws:s3:::${bucket}/mine`, 'arn:aws:s3:::work/*']
    const RoleArn = await room.role({ Effect: 'Allow', Action: 's3:*', Resource })
    const Manifest = await room.manifest([`${bucket},mine`, `${bucket},other`, `${bucket},none`])
    const job = await room.run({ Manifest, RoleArn, Report: room.report() })
    expect([job.Status, ...counts(job)]).toEqual(['Complete', 3, 1, 2])
    expect(await tagsOf(bucket, 'other')).toEqual([{ Key: 'a', Value: 'b' }])
    const folder = `reports/job-${job.JobId}`
    const report = JSON.parse(await room.text('work', `${folder}/manifest.json`)) as {
      Results: { Key: string }[]
    }
    expect(report).toMatchObject({
      Format: 'Report_CSV_20180820',
      Results: [{ TaskExecutionStatus: 'succeeded' }, { TaskExecutionStatus: 'failed' }],
    })
    const files = await Promise.all(report.Results.map(({ Key }) => room.text('work', Key)))
    const failed = (key: string): string =>
      `${bucket},${key},,failed,403,AccessDenied,"User: arn:aws:sts::${mainAccount.id}:assumed-role/${RoleArn.replace(/.*\//, '')}/s3-batch-operations ` +
      `is not authorized to perform: s3:DeleteObjectTagging on resource: ""arn:aws:s3:::${bucket}/${key}"" ` +
      'because no identity-based policy allows the s3:DeleteObjectTagging action"\n'
    expect(files).toEqual([
      `${bucket},mine,,succeeded,200,,Successful\n`,
      `${failed('other')}${failed('none')}`,
    ])
  })

  it('does nothing for free where requesters pay', async () => {
    const others = s3Client(room.server, { credentials: otherCredentials })
    const Bucket = 'requesters-pay'
    const RequestPaymentConfiguration = { Payer: 'Requester' as const }
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: mainAccount.id },
      Action: 's3:*',
      Resource: `arn:aws:s3:::${Bucket}/*`,
    }
    await others.send(new CreateBucketCommand({ Bucket }))
    await others.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }))
    await others.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    )
    await others.send(new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration }))
    others.destroy()
    const Manifest = await room.manifest([`${Bucket},a`])
    expect(counts(await room.run({ Manifest, RoleArn: role }))).toEqual([1, 0, 1])
  })

  it('has to be let into the bucket of the manifest', async () => {
    const bucket = await room.bucket()
    const Manifest = await room.manifest([`${bucket},a`])
    const RoleArn = await room.role({ Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${bucket}/*` })
    const job = await room.run({ Manifest, RoleArn })
    expect([job.Status, job.FailureReasons?.[0]?.FailureCode]).toEqual(['Failed', 'AccessDenied'])
  })
})

it('a report of failed tasks tells of those alone', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'a')
  const Manifest = await room.manifest([`${bucket},a`, `${bucket},none`])
  const job = await room.run({ Manifest, RoleArn: role, Report: room.report('FailedTasksOnly') })
  const report = JSON.parse(await room.text('work', `reports/job-${job.JobId}/manifest.json`)) as {
    Results: object[]
  }
  expect(report.Results).toMatchObject([{ TaskExecutionStatus: 'failed', Bucket: 'work' }])
})

it('a job of which most tasks fail is given up', async () => {
  const bucket = await room.bucket()
  const Manifest = await room.manifest(Array.from({ length: 1200 }, () => `${bucket},none`))
  const job = await room.run({ Manifest, RoleArn: role, Report: room.report() })
  expect([job.Status, job.FailureReasons?.[0]?.FailureCode]).toEqual(['Failed', 'JobFailureThreshold'])
  expect(counts(job)).toEqual([1200, 0, 1000])
  expect((await room.text('work', `reports/job-${job.JobId}/results/failed.csv`)).split('\n')).toHaveLength(
    1001,
  )
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  PutBucketTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { otherAccount } from '../support/accounts.ts'
import { rawRequest } from '../support/raw-request.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ImportRoom, importRoom } from './import-room.ts'

let room: ImportRoom
let here: S3Client
beforeAll(async () => {
  room = await importRoom()
  here = s3Client(room.target)
}, 60_000)
afterAll(async () => {
  here.destroy()
  await room[Symbol.asyncDispose]()
})

async function archiveOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const path = join(room.folder.path, name)
  const entries = Object.entries(files).map(([file, text]) => [file, new TextEncoder().encode(text)])
  await writeFile(path, zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>))
  return path
}

const POLICY =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::photos/*"]}]}'
/** As a MinIO of 2025 makes it. */
const PHOTOS = {
  'photos/policy.json': POLICY,
  'photos/notification.xml':
    '<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></NotificationConfiguration>',
  'photos/lifecycle.xml':
    '<LifecycleConfiguration><Rule><ID>dc5d4r9ksdubuv0uckkg</ID><Status>Enabled</Status><Filter><Prefix>tmp/</Prefix></Filter><Expiration><Days>30</Days></Expiration></Rule><ExpiryUpdatedAt>2026-11-28T13:09:01.697255777Z</ExpiryUpdatedAt></LifecycleConfiguration>',
  'photos/tagging.xml': '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
  'photos/quota.json': '{"quota":10737418240,"size":0,"rate":0,"requests":0,"quotatype":"hard"}',
  'photos/object-lock.xml':
    '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>5</Days></DefaultRetention></Rule></ObjectLockConfiguration>',
  'photos/versioning.xml':
    '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>',
  'photos/bucket-targets.json': '<BucketTargets></BucketTargets>',
}
const PLAIN = {
  'plain/quota.json': '{"quota":0,"size":0,"rate":0,"requests":0}',
  'plain/bucket-targets.json': '<BucketTargets></BucketTargets>',
}

async function quotasHere(): Promise<unknown> {
  const { text } = await rawRequest(room.target, { method: 'GET', path: '/-/quotas' })
  return (JSON.parse(text) as { readonly quotas: unknown }).quotas
}

describe('holdfast import-settings', { timeout: 60_000 }, () => {
  it('makes the buckets of the archive with their settings, and changes nothing when it is run again', async () => {
    const archive = await archiveOf('buckets.zip', { ...PHOTOS, ...PLAIN })
    const Bucket = 'photos'
    for (const made of [2, 0]) {
      const run = await room.importSettings(archive)
      expect([run.text, run.stderr, run.exitCode]).toEqual([
        `2 buckets have the settings of the archive; ${made} of them were made.\n`,
        '',
        0,
      ])
      expect(await quotasHere()).toMatchObject([
        { scope: 'bucket', name: Bucket, maximumBytes: 10_737_418_240 },
      ])
      expect(await here.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' })
      expect(await here.send(new GetObjectLockConfigurationCommand({ Bucket }))).toMatchObject({
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 5 } },
        },
      })
      expect(await here.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).toMatchObject({
        Rules: [{ ID: 'dc5d4r9ksdubuv0uckkg', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 30 } }],
      })
      expect(await here.send(new GetBucketTaggingCommand({ Bucket }))).toMatchObject({
        TagSet: [{ Key: 'a', Value: 'b' }],
      })
      const { Policy = '' } = await here.send(new GetBucketPolicyCommand({ Bucket }))
      // Who may read objects of MinIO may read their versions.
      const taken = POLICY.replace('"s3:GetObject"', '"s3:GetObject","s3:GetObjectVersion"')
      expect(JSON.parse(Policy)).toEqual(JSON.parse(taken))
      expect(await here.send(new GetBucketVersioningCommand({ Bucket: 'plain' }))).not.toHaveProperty(
        'Status',
      )
      await expect(here.send(new GetPublicAccessBlockCommand({ Bucket: 'plain' }))).rejects.toMatchObject({
        name: 'NoSuchPublicAccessBlockConfiguration',
      })
    }
  })

  it('leaves what the archive does not speak of in buckets that are here', async () => {
    const Bucket = 'kept'
    await here.send(new CreateBucketCommand({ Bucket }))
    await here.send(
      new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'own', Value: 'yes' }] } }),
    )
    const archive = await archiveOf('kept.zip', {
      'kept/quota.json': '{"quota":0,"size":18446744073709551615}',
      'kept/versioning.xml': PHOTOS['photos/versioning.xml'],
      'kept/notification.xml':
        '<NotificationConfiguration><QueueConfiguration><Id>q</Id><Queue>arn:minio:sqs::1:webhook</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>',
    })
    const run = await room.importSettings(archive, '--json')
    expect(
      run.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { what: 'bucket kept', problem: expect.stringContaining('notification: it was not taken here (') },
      { what: 'bucket kept', problem: expect.stringContaining('quota: no quota here is that large') },
      { buckets: 1, made: 0, differences: 2 },
    ])
    expect(await quotasHere()).not.toContainEqual(expect.objectContaining({ name: Bucket }))
    expect(await here.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' })
    expect((await here.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toHaveLength(1)
    await here.send(new GetPublicAccessBlockCommand({ Bucket }))
  })

  it('gives nobody a bucket of another account, nor a name that cannot be', async () => {
    const archive = await archiveOf('foreign.zip', {
      'kept/tagging.xml': PHOTOS['photos/tagging.xml'],
      'No_Bucket/tagging.xml': PHOTOS['photos/tagging.xml'],
    })
    const run = await room.importSettings(archive, '--account', otherAccount.id)
    expect([run.exitCode, run.text]).toEqual([1, expect.stringContaining('0 buckets have the settings')])
    expect(run.text).toMatch(/DIFFERS bucket kept: NOT BROUGHT: the bucket here is of account/)
    expect(run.text).toMatch(/DIFFERS bucket No_Bucket: NOT BROUGHT: no bucket can be called/)
    const { TagSet } = await here.send(new GetBucketTaggingCommand({ Bucket: 'kept' }))
    expect(TagSet).toEqual([{ Key: 'own', Value: 'yes' }])
  })

  it('refuses what is no archive of buckets, and changes nothing', async () => {
    const before = await here.send(new ListBucketsCommand({}))
    const iam = await archiveOf('iam.zip', { 'iam-assets/users.json': '{}' })
    const broken = await archiveOf('broken.zip', { 'b-1/quota.json': '[', 'b-1/tagging.xml': '<Tagging/>' })
    const plain = join(room.folder.path, 'plain.zip')
    await writeFile(plain, 'no archive')
    const answers = await Promise.all([iam, broken, plain].map((path) => room.importSettings(path)))
    expect(answers.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [2, expect.stringContaining('is not one of `mc admin cluster bucket export`')],
      [2, expect.stringMatching(/./)],
      [2, expect.stringContaining('is no zip archive')],
    ])
    expect((await here.send(new ListBucketsCommand({}))).Buckets).toEqual(before.Buckets)
  })
})

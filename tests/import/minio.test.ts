import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetObjectLockConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { requireFurtherClient } from '../clients/further-clients.ts'
import { contentOf } from '../support/content.ts'
import { freePort } from '../support/free-port.ts'
import { runCommand } from '../support/run-command.ts'
import { requireCommand } from '../support/require-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { isLarge } from '../support/sizes.ts'
import { APPLICATIONS } from './applications.ts'
import { allOfBucket, type KnownVersion } from './all-of-bucket.ts'
import { executable, type ImportRoom, importRoom } from './import-room.ts'
import { commandsFromMinio } from './minio-page.ts'
import { type Minio, startMinio } from './minio-source.ts'

let room: ImportRoom
let minio: Minio
let there: S3Client
let here: S3Client

beforeEach(async (context) => {
  const program = await requireFurtherClient(context, 'minio')
  const client = await requireFurtherClient(context, 'mc')
  room = await importRoom()
  minio = await startMinio(program, client, room.folder.path)
  there = s3Client(minio)
  here = s3Client(room.target)
  return async () => {
    there.destroy()
    here.destroy()
    await minio[Symbol.asyncDispose]()
    await room[Symbol.asyncDispose]()
  }
}, 120_000)

const PART = contentOf('part', 5 * 1024 * 1024)

async function fill(Bucket: string): Promise<void> {
  await there.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  await there.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'first', ContentType: 'text/plain' }))
  await there.send(
    new PutObjectCommand({
      Bucket,
      Key: 'a',
      Body: contentOf('second', 300_000),
      Metadata: { colour: 'green' },
      Tagging: 'project=one',
      CacheControl: 'no-store',
      ChecksumAlgorithm: 'SHA256',
    }),
  )
  await there.send(new DeleteObjectCommand({ Bucket, Key: 'a' }))
  await there.send(
    new PutObjectCommand({
      Bucket,
      Key: 'a',
      Body: 'locked',
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: new Date('2040-01-01T00:00:00Z'),
      ObjectLockLegalHoldStatus: 'ON',
    }),
  )
  await there.send(new PutObjectCommand({ Bucket, Key: 'gone/ä+b c', Body: 'gone' }))
  await there.send(new DeleteObjectCommand({ Bucket, Key: 'gone/ä+b c' }))
  for (const ChecksumAlgorithm of [undefined, 'CRC32C'] as const) {
    const kind = ChecksumAlgorithm && { ChecksumAlgorithm }
    const Key = `parts/${ChecksumAlgorithm}`
    const { UploadId } = await there.send(new CreateMultipartUploadCommand({ Bucket, Key, ...kind }))
    const Parts = []
    for (const [index, Body] of [PART, PART, contentOf('rest', 1000)].entries()) {
      const upload = { Bucket, Key, UploadId, PartNumber: index + 1, Body, ...kind }
      const { ETag, ChecksumCRC32C, ChecksumCRC32 } = await there.send(new UploadPartCommand(upload))
      Parts.push({ ETag, ChecksumCRC32C, ChecksumCRC32, PartNumber: index + 1 })
    }
    await there.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    )
  }
}

/**
 * What MinIO tells of a version otherwise than S3 does is left out, and what it does not have: encryption and a checksum of
 * everything. It lists times to the millisecond.
 */
function comparable({ LastModified, head, ...version }: KnownVersion): unknown {
  const {
    ChecksumType: __,
    ChecksumCRC64NVME: ___,
    ServerSideEncryption: ____,
    ...told
  } = {
    ...(head as Record<string, unknown> | undefined),
  }
  const time = LastModified instanceof Date && LastModified.toISOString().slice(0, 19)
  return JSON.parse(JSON.stringify({ ...version, listed: undefined, time, told }))
}

describe.skipIf(!isLarge)('holdfast import from MinIO', { timeout: 120_000 }, () => {
  it('brings buckets with versions, locks, parts and settings, object by object the same', async () => {
    const Bucket = 'from-minio'
    await fill(Bucket)
    const retention = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
    } as const
    const rule = {
      ID: 'old',
      Status: 'Enabled',
      Filter: { Prefix: 'tmp/' },
      Expiration: { Days: 3650 },
    } as const
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: ['*'] },
      Action: ['s3:GetObject'],
      Resource: [`arn:aws:s3:::${Bucket}/public/*`],
    }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
    await there.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: retention }))
    await there.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
    )
    await there.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    const run = await room.import(minio)
    expect([run.text, run.stderr, run.exitCode]).toEqual([
      expect.stringMatching(
        /^The source has (\d+) versions .*; \1 versions .* were brought\.\nBoth sides are the same\.\n$/,
      ),
      '',
      0,
    ])
    const [brought, original] = await Promise.all(
      [here, there].map((client) => allOfBucket(client, Bucket, { isMinio: true })),
    )
    expect(brought?.map(comparable)).toEqual(original?.map(comparable))
    expect(brought).toHaveLength(8)
    expect(await here.send(new GetObjectLockConfigurationCommand({ Bucket }))).toMatchObject({
      ObjectLockConfiguration: retention,
    })
    expect(await here.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).toMatchObject({
      Rules: [rule],
    })
    const { Policy: policyHere = '' } = await here.send(new GetBucketPolicyCommand({ Bucket }))
    expect(JSON.parse(policyHere)).toMatchObject({
      Statement: [{ Action: ['s3:GetObject', 's3:GetObjectVersion'] }],
    })
  })

  it.for(APPLICATIONS)(
    'is moved from as docs/from-minio.md says, command by command; an application with $client changes its address alone',
    async ({ prepare }, context) => {
      const Bucket = 'from-minio'
      const application = await prepare(context, room.folder.path)
      await fill(Bucket)
      const policy = join(room.folder.path, 'policy.json')
      const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`]
      const statement = {
        Effect: 'Allow',
        Action: ['s3:GetObject*', 's3:PutObject', 's3:ListBucket'],
        Resource,
      }
      await writeFile(policy, JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))
      for (const words of [
        ['admin', 'policy', 'create', 'old', 'writers', policy],
        ['admin', 'user', 'add', 'old', 'bob', 'bob12345'],
        ['admin', 'group', 'add', 'old', 'team', 'bob'],
        ['admin', 'policy', 'attach', 'old', 'writers', '--group', 'team'],
        [
          'admin',
          'user',
          'svcacct',
          'add',
          'old',
          'bob',
          '--access-key',
          'svcbob',
          '--secret-key',
          'svcbob1234',
        ],
      ])
        await minio.mc(...words)

      const before = await application(minio.url, Bucket)
      expect(JSON.stringify(before)).toContain('locked')
      await using page = await runPage(context, await commandsFromMinio())
      // The archive has policies of MinIO's administration; a MinIO of one disk does not heal.
      expect(page.codes).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
      expect(page.output).toContain('1 users, 1 service accounts, 1 groups and 5 policies are here.')
      expect(page.output).toMatch(
        /; 0 versions \(0 B\) were brought\.\nBoth sides are the same\.\n.*1 buckets have the settings of the archive; 0 of them were made\.\n/s,
      )
      expect(await application(page.url, Bucket)).toEqual(before)
    },
  )
})

/** Runs the commands of the page with the places and keys of this test; the first of them serves until all are done. */
async function runPage(context: TestContext, commands: readonly string[]) {
  const port = await freePort()
  const data = join(room.folder.path, 'moved')
  const programs = join(room.folder.path, 'programs')
  await mkdir(programs)
  const client = await requireFurtherClient(context, 'mc')
  await requireCommand(context, 'aws')
  await writeFile(join(programs, 'holdfast'), `#!/bin/sh\nexec ${process.execPath} ${executable} "$@"\n`, {
    mode: 0o755,
  })
  await writeFile(join(programs, 'mc'), `#!/bin/sh\nexec ${client} --quiet "$@"\n`, { mode: 0o755 })
  const adapted = commands.map((command) =>
    command
      .replaceAll('/srv/holdfast', data)
      .replaceAll(':9100', `127.0.0.1:${port}`)
      .replaceAll('admin-secret', minio.credentials.secretAccessKey)
      .replaceAll(/(?<==|--root |:9000 )admin\b/g, minio.credentials.accessKeyId)
      .replaceAll('http://minio.example.com:9000', minio.url),
  )
  const environment = {
    PATH: `${programs}:${process.env['PATH']}`,
    HOME: room.folder.path,
    MC_CONFIG_DIR: join(room.folder.path, '.mc'),
    AWS_DEFAULT_REGION: 'us-east-1',
  }
  const options = { directory: room.folder.path, environment, allowFailure: true }
  const [serve = '', ...others] = adapted
  const server = spawn('/bin/bash', ['-c', serve.replace(' holdfast', ' exec holdfast')], {
    env: environment,
    stdio: 'ignore',
  })
  // Where a step fails, too.
  await using running = new AsyncDisposableStack()
  running.defer(async () => {
    const ended = once(server, 'exit')
    server.kill('SIGTERM')
    await ended
  })
  const url = `http://127.0.0.1:${port}`
  const isReady = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(isReady, { timeout: 60_000 }).toBe(true)
  const script = others.map((command) => `${command}\necho "EXIT $?"\n`).join('')
  const { text } = await runCommand('/bin/bash', ['-c', script], options)
  const codes = [...text.matchAll(/^EXIT (\d+)$/gm)].map(([, code]) => Number(code))
  const resources = running.move()
  return {
    url,
    codes,
    output: text.replaceAll(/^EXIT \d+\n/gm, ''),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

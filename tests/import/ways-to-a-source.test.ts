import { hash, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../support/certificate.ts'
import { contentOf } from '../support/content.ts'
import { runCommand } from '../support/run-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { type ImportRoom, importRoom } from './import-room.ts'

let room: ImportRoom
let source: ServerProcess
let there: S3Client
let here: S3Client
const Bucket = 'sealed'

beforeAll(async () => {
  room = await importRoom()
  source = await startServerProcess({ tls: await makeCertificate(room.folder.path) })
  there = s3Client(source, { requestHandler: { httpsAgent: new Agent({ rejectUnauthorized: false }) } })
  here = s3Client(room.target)
  await there.send(new CreateBucketCommand({ Bucket }))
}, 60_000)
afterAll(async () => {
  there.destroy()
  here.destroy()
  await source[Symbol.asyncDispose]()
  await room[Symbol.asyncDispose]()
})

describe('an import over TLS', { timeout: 60_000 }, () => {
  it('takes no certificate of anybody, unless it is told to', async () => {
    const refused = await room.import(source, '--bucket', Bucket, '--to', 'over-tls')
    expect([refused.exitCode, refused.text]).toEqual([2, ''])
    expect(refused.stderr).toContain('self-signed certificate')
    const taken = await room.import(source, '--bucket', Bucket, '--to', 'over-tls', '--insecure')
    expect([taken.exitCode, taken.stderr]).toEqual([0, ''])
  })

  it('takes keys from a profile of the AWS CLI', async () => {
    const { accessKeyId, secretAccessKey } = source.credentials
    await mkdir(join(room.folder.path, '.aws'))
    const other = '[default]\naws_access_key_id = nobody\naws_secret_access_key = nobody-12345\n'
    const mine = `[minio]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`
    await writeFile(join(room.folder.path, '.aws', 'credentials'), other + mine)
    await writeFile(join(room.folder.path, '.aws', 'config'), '[profile minio]\nregion = us-east-1\n')
    const run = (...more: string[]) =>
      runCommand(
        process.execPath,
        room.argumentsFor(source, '--bucket', Bucket, '--insecure', '--dry-run', ...more),
        {
          allowFailure: true,
          environment: { HOME: room.folder.path },
        },
      )
    expect((await run('--profile', 'minio')).exitCode).toBe(0)
    const absent = await run('--profile', 'absent')
    expect([absent.exitCode, absent.stderr]).toEqual([
      2,
      expect.stringContaining('the profile absent has no aws_access'),
    ])
    const none = await run()
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('AWS_ACCESS_KEY_ID')])
  })

  it('opens what the source seals, but for keys of its customers', async () => {
    const Body = contentOf('sealed', 100_000)
    await there.send(new PutObjectCommand({ Bucket, Key: 'kms', Body, ServerSideEncryption: 'aws:kms' }))
    const types = { BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] } }
    const byDefault = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }
    await there.send(
      new PutBucketEncryptionCommand({
        Bucket,
        ServerSideEncryptionConfiguration: { Rules: [{ ...byDefault, ...types }] },
      }),
    )
    const key = randomBytes(32)
    const customer = {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: key.toString('base64'),
      SSECustomerKeyMD5: hash('md5', key, 'base64'),
    }
    await there.send(new PutObjectCommand({ Bucket, Key: 'customer', Body, ...customer }))
    const run = await room.import(source, '--bucket', Bucket, '--to', 'opened', '--insecure')
    expect(run.text.split('\n').slice(0, 2)).toEqual([
      expect.stringMatching(/^DIFFERS sealed\/customer: NOT BROUGHT: /),
      'DIFFERS sealed/customer: it is not here',
    ])
    expect(run.exitCode).toBe(1)
    const brought = await here.send(new GetObjectCommand({ Bucket: 'opened', Key: 'kms' }))
    expect(Buffer.compare((await brought.Body?.transformToByteArray()) ?? Buffer.of(), Body)).toBe(0)
    const original = await there.send(new GetObjectCommand({ Bucket, Key: 'kms' }))
    original.Body?.transformToByteArray().catch(() => {})
    expect([brought.ETag, brought.ServerSideEncryption]).toEqual([original.ETag, 'AES256'])
  })
})

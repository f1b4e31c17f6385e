import { readFile } from 'node:fs/promises'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { beforeAll, describe, expect, it } from 'vitest'
import { testRegion } from '../support/accounts.ts'
import { makeCertificate } from '../support/certificate.ts'
import { contentOf, sha256OfFile, writeContentFile } from '../support/content.ts'
import { runPython } from '../support/forked-python.ts'
import { requireCommand, requirePythonModule } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { s3Client } from '../support/s3-client.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import { clientTimeoutMilliseconds } from '../support/sizes.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { awsEnvironment } from './aws-environment.ts'
import { runAws } from './run-aws.ts'

const LARGE_BYTES = 12_000_001
const RAW_KEY = '0123456789abcdef0123456789ABCDEF'

/** Speaks HTTPS alone, and takes keys over nothing else. */
let server: ServerProcess
let folder: TemporaryDirectory
let certificate: string
let s3: S3Client
let kms: KMSClient
beforeAll(async () => {
  folder = await temporaryDirectory()
  const files = await makeCertificate(folder.path)
  certificate = files.certificate
  server = await startServerProcess({ tls: files, config: { encryption: { requireTls: true } } })
  const requestHandler = { httpsAgent: new Agent({ ca: await readFile(certificate) }) }
  s3 = s3Client(server, { requestHandler })
  const credentials = { ...server.credentials }
  kms = new KMSClient({ endpoint: server.url, region: testRegion, credentials, requestHandler })
  return async () => {
    s3.destroy()
    kms.destroy()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})

async function newBucket(Bucket: string): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket }))
  return Bucket
}

async function newKeyArn(): Promise<string> {
  return (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
}

describe('aws s3', { timeout: 2 * clientTimeoutMilliseconds }, () => {
  const aws = (...words: string[]) =>
    runAws(['--endpoint-url', server.url, ...words], {
      directory: folder.path,
      timeoutMilliseconds: clientTimeoutMilliseconds,
      environment: { ...awsEnvironment(server, folder.path), AWS_CA_BUNDLE: certificate },
    })

  it('copies with --sse aws:kms --sse-kms-key-id, and with --sse-c', async (context) => {
    await requireCommand(context, 'aws')
    const bucket = await newBucket('aws-encryption')
    const arn = await newKeyArn()
    const sent = await writeContentFile(join(folder.path, 'large'), 'aws', LARGE_BYTES)

    await aws('s3', 'cp', 'large', `s3://${bucket}/kms`, '--sse', 'aws:kms', '--sse-kms-key-id', arn)
    const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'kms' }))
    expect([head.ServerSideEncryption, head.SSEKMSKeyId]).toEqual(['aws:kms', arn])
    await aws('s3', 'cp', `s3://${bucket}/kms`, 'kms')
    expect(await sha256OfFile(join(folder.path, 'kms'))).toBe(sent)

    const customer = ['--sse-c', 'AES256', '--sse-c-key', RAW_KEY]
    await aws('s3', 'cp', 'large', `s3://${bucket}/customer`, ...customer)
    await expect(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'customer' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
    })
    await aws('s3', 'cp', `s3://${bucket}/customer`, 'customer', ...customer)
    expect(await sha256OfFile(join(folder.path, 'customer'))).toBe(sent)

    const source = ['--sse-c-copy-source', 'AES256', '--sse-c-copy-source-key', RAW_KEY]
    await aws('s3', 'cp', `s3://${bucket}/customer`, `s3://${bucket}/changed`, '--sse', 'aws:kms', ...source)
    await aws('s3', 'cp', `s3://${bucket}/changed`, 'changed')
    expect(await sha256OfFile(join(folder.path, 'changed'))).toBe(sent)
  })
})

describe('boto3', { timeout: clientTimeoutMilliseconds }, () => {
  it('uses every encryption', async (context) => {
    const python = await requirePythonModule(context, 'boto3')
    const script = fileURLToPath(new URL('boto3/encryption.py', import.meta.url))
    const outcome = await runPython(python, script, [folder.path], {
      timeoutMilliseconds: clientTimeoutMilliseconds,
      environment: { ...awsEnvironment(server, folder.path), AWS_CA_BUNDLE: certificate },
    })
    expect(outcome).toMatchObject({ exitCode: 0 })
  })
})

describe('the JavaScript SDK', { timeout: clientTimeoutMilliseconds }, () => {
  // The SDK encodes the key and adds its digest.
  const customer = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: RAW_KEY }

  it.each<[string, Partial<PutObjectCommandInput>, Partial<GetObjectCommandInput>]>([
    ['AES256', { ServerSideEncryption: 'AES256' }, {}],
    ['aws:kms', { ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true }, {}],
    ['aws:kms:dsse', { ServerSideEncryption: 'aws:kms:dsse' }, {}],
    ['SSE-C', customer, customer],
  ])('uploads in parts and reads: %s', async (name, write, read) => {
    const Bucket = await newBucket(`javascript-${name.replaceAll(':', '-').toLowerCase()}`)
    const content = contentOf(name, LARGE_BYTES)
    await new Upload({ client: s3, params: { Bucket, Key: 'key', Body: content, ...write } }).done()
    const { Body, ServerSideEncryption } = await s3.send(
      new GetObjectCommand({ Bucket, Key: 'key', ...read }),
    )
    expect(ServerSideEncryption).toBe(write.ServerSideEncryption)
    expect(content.equals((await Body?.transformToByteArray()) ?? Buffer.of())).toBe(true)
  })
})

describe('rclone', { timeout: clientTimeoutMilliseconds }, () => {
  const rclone = (words: readonly string[], more: Record<string, string>) =>
    runCommand('rclone', ['--retries', '1', '--ca-cert', certificate, ...words], {
      directory: folder.path,
      environment: {
        HOME: folder.path,
        RCLONE_CONFIG: join(folder.path, 'none.conf'),
        RCLONE_CONFIG_S3_TYPE: 's3',
        RCLONE_CONFIG_S3_PROVIDER: 'Other',
        RCLONE_CONFIG_S3_ENDPOINT: server.url,
        RCLONE_CONFIG_S3_REGION: testRegion,
        RCLONE_CONFIG_S3_ACL: 'bucket-owner-full-control',
        RCLONE_CONFIG_S3_ACCESS_KEY_ID: server.credentials.accessKeyId,
        RCLONE_CONFIG_S3_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
        ...more,
      },
    })

  it('copies up and down: SSE-C and aws:kms', async (context) => {
    await requireCommand(context, 'rclone')
    const bucket = await newBucket('rclone-encryption')
    const sent = await writeContentFile(join(folder.path, 'rclone-large'), 'rclone', LARGE_BYTES)
    const settings = {
      customer: {
        RCLONE_CONFIG_S3_SSE_CUSTOMER_ALGORITHM: 'AES256',
        RCLONE_CONFIG_S3_SSE_CUSTOMER_KEY: RAW_KEY,
      },
      kms: {
        RCLONE_CONFIG_S3_SERVER_SIDE_ENCRYPTION: 'aws:kms',
        RCLONE_CONFIG_S3_SSE_KMS_KEY_ID: await newKeyArn(),
      },
    }
    const parts = ['--s3-chunk-size', '5Mi', '--s3-upload-cutoff', '5Mi']
    for (const [name, setting] of Object.entries(settings)) {
      await rclone(['copyto', 'rclone-large', `s3:${bucket}/${name}`, ...parts], setting)
      await rclone(['copyto', `s3:${bucket}/${name}`, name], setting)
      expect(await sha256OfFile(join(folder.path, name))).toBe(sent)
    }
  })
})

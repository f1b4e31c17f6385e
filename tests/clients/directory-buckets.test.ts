import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListDirectoryBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  RenameObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { beforeAll, describe, expect, it } from 'vitest'
import { sdkWithBucket } from '../conformance/directory-buckets/directory-room.ts'
import { contentOf } from '../support/content.ts'
import { runPython } from '../support/forked-python.ts'
import { requireCommand, requirePythonModule } from '../support/require-command.ts'
import type { CommandOptions, CommandResult } from '../support/run-command.ts'
import { clientTimeoutMilliseconds } from '../support/sizes.ts'
import { awsEnvironment } from './aws-environment.ts'
import { clientRoom } from './client-room.ts'
import { runAws } from './run-aws.ts'

const room = clientRoom()

describe('boto3', { timeout: clientTimeoutMilliseconds }, () => {
  it('works in a directory bucket, with sessions and without', async (context) => {
    const python = await requirePythonModule(context, 'boto3')
    const script = new URL('boto3/directory_buckets.py', import.meta.url).pathname
    const result = await runPython(python, script, [room.folder.path], {
      timeoutMilliseconds: clientTimeoutMilliseconds,
      environment: awsEnvironment(room.server, room.folder.path),
    })
    expect(result).toMatchObject({ exitCode: 0 })
  })
})

describe('the AWS CLI', { timeout: clientTimeoutMilliseconds }, () => {
  const Bucket = 'cli--use1-az4--x-s3'

  function aws(words: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return runAws(['--endpoint-url', room.server.url, ...words], {
      directory: room.folder.path,
      timeoutMilliseconds: clientTimeoutMilliseconds,
      ...options,
      environment: awsEnvironment(room.server, room.folder.path),
    })
  }

  async function s3api(operation: string, ...words: string[]): Promise<Record<string, unknown>> {
    const { text } = await aws(['s3api', operation, ...words, '--output', 'json'])
    return text.trim() === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }

  it('makes, fills, changes and deletes a directory bucket', async (context) => {
    await requireCommand(context, 'aws')
    const at = ['--bucket', Bucket]
    const configuration =
      'Location={Type=AvailabilityZone,Name=use1-az4},Bucket={Type=Directory,DataRedundancy=SingleAvailabilityZone}'
    await s3api('create-bucket', ...at, '--create-bucket-configuration', configuration)
    expect(await s3api('list-directory-buckets')).toMatchObject({ Buckets: [{ Name: Bucket }] })
    const session = await s3api('create-session', ...at, '--session-mode', 'ReadOnly')
    expect(session).toMatchObject({ ServerSideEncryption: 'AES256' })
    expect(session['Credentials']).toMatchObject({ SessionToken: expect.any(String) as string })

    const large = contentOf('large', 20_000_000)
    await writeFile(join(room.folder.path, 'large'), large)
    await writeFile(join(room.folder.path, 'more'), 'more')
    await aws(['s3', 'cp', 'large', `s3://${Bucket}/folder/large`])
    expect((await aws(['s3', 'ls', `s3://${Bucket}/folder/`])).text).toContain('20000000 large')
    const key = ['--key', 'folder/large']
    const append = ['put-object', ...at, ...key, '--body', 'more', '--write-offset-bytes', '20000000']
    expect(await s3api(append[0] ?? '', ...append.slice(1))).toMatchObject({ Size: 20_000_004 })
    const { stderr } = await aws(['s3api', ...append], { allowFailure: true })
    expect(stderr).toContain('(InvalidWriteOffset)')
    await s3api('rename-object', ...at, '--key', 'renamed', '--rename-source', 'folder/large')
    await aws(['s3', 'cp', `s3://${Bucket}/renamed`, 'back'])
    const back = await readFile(join(room.folder.path, 'back'))
    expect(back.equals(Buffer.concat([large, Buffer.from('more')]))).toBe(true)
    await aws(['s3', 'rm', `s3://${Bucket}/`, '--recursive'])
    await s3api('delete-bucket', ...at)
    expect(await s3api('list-directory-buckets')).toMatchObject({ Buckets: [] })
  })
})

describe('the AWS SDK for JavaScript', () => {
  let client: S3Client
  let Bucket: string
  beforeAll(async () => {
    ;({ client, Bucket } = await sdkWithBucket(room.server, 'javascript'))
    return () => client.destroy()
  })

  const read = async (Key: string) =>
    (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()

  it('puts, gets and lists with a session', async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: 'ü a/b', Body: 'text' }))
    expect(await read('ü a/b')).toBe('text')
    await client.send(new HeadObjectCommand({ Bucket, Key: 'ü a/b' }))
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'ü a/' }))
    expect(Contents?.map(({ Key }) => Key)).toEqual(['ü a/b'])
  })

  it('appends, renames and deletes', async () => {
    const first = await client.send(new PutObjectCommand({ Bucket, Key: 'log', Body: 'one ' }))
    const second = await client.send(
      new PutObjectCommand({ Bucket, Key: 'log', Body: 'two', WriteOffsetBytes: 4 }),
    )
    expect([second.Size, second.ETag === first.ETag]).toEqual([7, false])
    await client.send(new RenameObjectCommand({ Bucket, Key: 'old log', RenameSource: 'log' }))
    expect(await read('old log')).toBe('one two')
    await expect(read('log')).rejects.toThrow('The specified key does not exist.')
    const stale = { Bucket, Key: 'old log', IfMatch: first.ETag }
    await expect(client.send(new DeleteObjectCommand(stale))).rejects.toMatchObject({
      name: 'PreconditionFailed',
    })
    await client.send(new DeleteObjectCommand({ ...stale, IfMatch: second.ETag, IfMatchSize: 7 }))
  })

  it('uploads parts, copies and presigns', async () => {
    const at = { Bucket, Key: 'parts' }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at))
    const part = { ...at, UploadId, PartNumber: 1, Body: 'part' }
    const { ETag } = await client.send(new UploadPartCommand(part))
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
    expect(Uploads?.map(({ Key }) => Key)).toEqual(['parts'])
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }))
    await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/parts` }))
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'copy' }))
    expect(new URL(url).searchParams.get('X-Amz-S3session-Token')).not.toBeNull()
    const answer = await fetch(url)
    expect([answer.status, await answer.text()]).toEqual([200, 'part'])
    const other = await client.send(new CreateMultipartUploadCommand(at))
    await client.send(new AbortMultipartUploadCommand({ ...at, UploadId: other.UploadId }))
  })

  it('empties and deletes the bucket', async () => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
    const Objects = Contents.map(({ Key = '' }) => ({ Key }))
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    await client.send(new DeleteBucketCommand({ Bucket }))
    const { Buckets } = await client.send(new ListDirectoryBucketsCommand({}))
    expect(Buckets?.map(({ Name }) => Name)).not.toContain(Bucket)
  })
})

import { CreateKeyCommand } from '@aws-sdk/client-kms'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, testRegion } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { createDirectoryBucket, directoryName, expressRequest } from './directory-room.ts'

const ALGORITHM = { 'x-amz-server-side-encryption': 'aws:kms' }
const arnOf = (name: string) => `arn:aws:s3express:${testRegion}:${mainAccount.id}:bucket/${name}`

let server: TestServer
let bucket: string
let key: string
beforeAll(async () => {
  server = await startTestServer()
  bucket = await createDirectoryBucket(server, 'bound')
  key = await keyFor(arnOf(bucket))
  expectSuccess(await encrypt(bucket, key))
  return () => server[Symbol.asyncDispose]()
})

/** A key that opens and makes data keys under one encryption context alone. */
async function keyFor(...bucketArns: readonly string[]): Promise<string> {
  const Principal = { AWS: `arn:aws:iam::${mainAccount.id}:root` }
  const Condition = { StringEquals: { 'kms:EncryptionContext:aws:s3:arn': bucketArns } }
  const Statement = [
    { Effect: 'Allow', Principal, Action: ['kms:Put*', 'kms:Describe*'], Resource: '*' },
    { Effect: 'Allow', Principal, Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*', Condition },
  ]
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
  const kms = kmsClient(server)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }))
  kms.destroy()
  return KeyMetadata?.Arn ?? ''
}

function encrypt(name: string, keyArn: string) {
  const body = `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><KMSMasterKeyID>${keyArn}</KMSMasterKeyID><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`
  return expressRequest(server, { method: 'PUT', path: `/${name}`, query: 'encryption', body })
}

const put = (path: string, headers: Record<string, string> = {}, body = 'text') =>
  expressRequest(server, { method: 'PUT', path, body, headers })
const textAt = async (path: string) => (await expressRequest(server, { path })).text

describe('the encryption context of a directory bucket', () => {
  it('is its ARN, for objects, uploads and what is appended', async () => {
    expectSuccess(await put(`/${bucket}/key`))
    expectSuccess(await put(`/${bucket}/key`, { 'x-amz-write-offset-bytes': '4' }, ' and more'))
    expect(await textAt(`/${bucket}/key`)).toBe('text and more')
    expectSuccess(
      await expressRequest(server, { method: 'POST', path: `/${bucket}/upload`, query: 'uploads' }),
    )
  })

  it('is not that of a general purpose bucket of its name', async () => {
    const name = await createDirectoryBucket(server, 'unbound')
    expectError(await encrypt(name, await keyFor(`arn:aws:s3:::${name}`)), 403, 'AccessDenied')
  })

  it('is that of the source and of the destination, each, in a copy', async () => {
    expectSuccess(await put(`/${bucket}/source`))
    const to = await createDirectoryBucket(server, 'copied')
    expectSuccess(await encrypt(to, await keyFor(arnOf(to))))
    await createBucket(server, 'general')
    const copy = { 'x-amz-copy-source': `${bucket}/source` }
    expectSuccess(await put(`/${to}/copy`, copy, ''))
    expect(await textAt(`/${to}/copy`)).toBe('text')
    const general = { path: '/general/copy', service: 's3' }
    expectSuccess(await expressRequest(server, { ...general, method: 'PUT', headers: copy }))
    expect((await expressRequest(server, general)).text).toBe('text')
  })

  it.each([
    ['is repeated', { 'aws:s3:arn': arnOf(directoryName('bound')) }, 200, undefined],
    ['is another one', { a: 'b' }, 400, 'InvalidRequest'],
    ['is nothing', {}, 400, 'InvalidRequest'],
    [
      'has more than is there',
      { 'aws:s3:arn': arnOf(directoryName('bound')), a: 'b' },
      400,
      'InvalidRequest',
    ],
    [
      "is another bucket's",
      { 'aws:s3:arn': `arn:aws:s3:::${directoryName('bound')}` },
      400,
      'InvalidRequest',
    ],
    ['is no map', ['aws:s3:arn'], 400, 'InvalidArgument'],
  ])('that %s', async (_, context, status, code) => {
    const given = Buffer.from(JSON.stringify(context)).toString('base64')
    const headers = { ...ALGORITHM, 'x-amz-server-side-encryption-context': given }
    const answer = await put(`/${bucket}/given`, headers)
    expect([answer.status, answer.errorCode]).toEqual([status, code])
  })
})

import {
  DeleteUserPolicyCommand,
  type IAMClient,
  UpdateAccessKeyCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  CreateUserCommand,
} from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { CreateKeyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Credentials } from '../../support/accounts.ts'
import { iamClient, makeUser, putPolicy, stsClient } from '../../support/identity-clients.ts'
import { kmsClient } from '../../support/kms-client.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'

const own = {
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
  Resource: ['arn:aws:s3:::app', 'arn:aws:s3:::app/*'],
}
let server: TestServer
let iam: IAMClient
let root: S3Client
let credentials: Credentials
let app: S3Client
let count = 0
let UserName: string

beforeAll(async () => {
  server = await startTestServer()
  iam = iamClient(server)
  root = s3Client(server)
  for (const Bucket of ['app', 'other']) {
    await root.send(new CreateBucketCommand({ Bucket }))
    await root.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }))
  }
  return () => server[Symbol.asyncDispose]()
})
beforeEach(async () => {
  UserName = `app-${(count += 1)}`
  credentials = await makeUser(server, UserName, own)
  app = s3Client(server, { credentials })
})

const read = (client: S3Client, Bucket: string) => client.send(new GetObjectCommand({ Bucket, Key: 'k' }))
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }

describe('a user with one bucket', () => {
  it('reads, writes and lists there, and nothing elsewhere', async () => {
    expect(await (await read(app, 'app')).Body?.transformToString()).toBe('hello')
    await app.send(new PutObjectCommand({ Bucket: 'app', Key: 'mine', Body: 'x' }))
    expect((await app.send(new ListObjectsV2Command({ Bucket: 'app' }))).KeyCount).toBeGreaterThan(1)
    await expect(read(app, 'other')).rejects.toMatchObject(denied)
    await expect(app.send(new ListBucketsCommand())).rejects.toMatchObject(denied)
    await expect(app.send(new CreateBucketCommand({ Bucket: 'third' }))).rejects.toMatchObject(denied)
  })

  it('may no more once its policy is taken away', async () => {
    await read(app, 'app')
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'own' }))
    await expect(read(app, 'app')).rejects.toMatchObject(denied)
    await putPolicy(iam, UserName, own)
    await read(app, 'app')
    await putPolicy(iam, UserName, own, { Effect: 'Deny', Action: 's3:GetObject', Resource: '*' })
    await expect(read(app, 'app')).rejects.toMatchObject(denied)
  })

  it('is unknown while its key is inactive, and when it is deleted', async () => {
    const AccessKeyId = credentials.accessKeyId
    const unknown = { name: 'InvalidAccessKeyId', $metadata: { httpStatusCode: 403 } }
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }))
    await expect(read(app, 'app')).rejects.toMatchObject(unknown)
    const asking = stsClient(server, credentials).send(new GetCallerIdentityCommand())
    await expect(asking).rejects.toMatchObject({ name: 'InvalidClientTokenId' })
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Active' }))
    await read(app, 'app')
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
    await expect(read(app, 'app')).rejects.toMatchObject(unknown)
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'own' }))
    await iam.send(new DeleteUserCommand({ UserName }))
    await iam.send(new CreateUserCommand({ UserName }))
    await expect(read(app, 'app')).rejects.toMatchObject(unknown)
  })

  it('is refused with a wrong secret', async () => {
    const wrong = { ...credentials, secretAccessKey: 'x'.repeat(40) }
    const reading = read(s3Client(server, { credentials: wrong }), 'app')
    await expect(reading).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
  })

  it('presigns', async () => {
    const url = await getSignedUrl(app, new GetObjectCommand({ Bucket: 'app', Key: 'k' }))
    expect(await (await fetch(url)).text()).toBe('hello')
    const strange = await getSignedUrl(app, new GetObjectCommand({ Bucket: 'other', Key: 'k' }))
    expect((await fetch(strange)).status).toBe(403)
  })

  it('signs with Version 2', async () => {
    const request = { path: '/app/k', credentials, versionTwo: true }
    expect((await rawRequest(server, request)).text).toBe('hello')
    expect((await rawRequest(server, { ...request, path: '/other/k' })).errorCode).toBe('AccessDenied')
  })

  it('is told who it is', async () => {
    const answer = await stsClient(server, credentials).send(new GetCallerIdentityCommand())
    expect(answer).toMatchObject({
      Account: '100000000001',
      Arn: `arn:aws:iam::100000000001:user/${UserName}`,
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    })
  })

  it('posts a form', async () => {
    const { url, fields } = await createPresignedPost(app, { Bucket: 'app', Key: 'posted' })
    const strange = await createPresignedPost(app, { Bucket: 'other', Key: 'posted' })
    const post = async (to: string, names: Record<string, string>) => {
      const form = new FormData()
      for (const [name, value] of Object.entries(names)) form.append(name, value)
      form.append('file', 'bytes')
      return (await fetch(to, { method: 'POST', body: form })).status
    }
    expect(await post(url, fields)).toBe(204)
    expect(await post(strange.url, strange.fields)).toBe(403)
  })

  it('uses a key of KMS that its policy or the key gives it, and no other', async () => {
    const kms = kmsClient(server)
    const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? ''
    const sealed = {
      Bucket: 'app',
      Key: 'sealed',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: KeyId,
    } as const
    const write = () => app.send(new PutObjectCommand({ ...sealed, Body: 'secret' }))
    const readSealed = () => app.send(new GetObjectCommand({ Bucket: 'app', Key: 'sealed' }))
    await expect(write()).rejects.toMatchObject(denied)
    await root.send(new PutObjectCommand({ ...sealed, Body: 'secret' }))
    await expect(readSealed()).rejects.toMatchObject(denied)
    await putPolicy(iam, UserName, own, { Effect: 'Allow', Action: 'kms:Decrypt', Resource: KeyId })
    expect(await (await readSealed()).Body?.transformToString()).toBe('secret')
    await expect(write()).rejects.toMatchObject(denied)
    await putPolicy(iam, UserName, own)
    const Principal = { AWS: `arn:aws:iam::100000000001:user/${UserName}` }
    const Actions = ['kms:Decrypt', 'kms:GenerateDataKey']
    const ofAccount = { Effect: 'Allow', Principal: { AWS: '100000000001' }, Action: 'kms:*', Resource: '*' }
    const ofUser = { Effect: 'Allow', Principal, Action: Actions, Resource: '*' }
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [ofAccount, ofUser] })
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
    await write()
    await readSealed()
  })

  it('calls the key service itself, and is refused there as anywhere', async () => {
    const kms = kmsClient(server, credentials)
    await expect(kms.send(new CreateKeyCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const AccessKeyId = credentials.accessKeyId
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }))
    await expect(kms.send(new CreateKeyCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    })
  })

  it("is the initiator of its uploads, and of nobody else's", async () => {
    const { UploadId } = await app.send(new CreateMultipartUploadCommand({ Bucket: 'app', Key: 'parts' }))
    const list = (client: S3Client, of = UploadId) =>
      client.send(new ListPartsCommand({ Bucket: 'app', Key: 'parts', UploadId: of }))
    const ID = `arn:aws:iam::100000000001:user/${UserName}`
    expect((await list(app)).Initiator).toEqual({ ID, DisplayName: UserName })
    const others = await root.send(new CreateMultipartUploadCommand({ Bucket: 'app', Key: 'parts' }))
    await expect(list(app, others.UploadId)).rejects.toMatchObject(denied)
  })

  it('is told nothing by explain', async () => {
    const body = JSON.stringify({
      principal: 'anonymous',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::app/k',
    })
    const request = { method: 'POST', path: '/-/explain', body }
    expect((await rawRequest(server, request)).status).toBe(200)
    expect((await rawRequest(server, { ...request, credentials })).errorCode).toBe('AccessDenied')
  })
})

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
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { TestServer } from 'holdfast'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Credentials } from '../../support/accounts.ts'
import { iamClient, makeUser, putPolicy, stsClient } from '../../support/identity-clients.ts'
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
})

import {
  ListBucketsCommand,
  ListDirectoryBucketsCommand,
  paginateListDirectoryBuckets,
} from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { mainAccount, otherCredentials } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { createDirectoryBucket, directoryName, expressRequest } from './directory-room.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  for (const base of ['b', 'a', 'c']) await createDirectoryBucket(server, base)
  await createDirectoryBucket(server, 'others', otherCredentials)
  await createBucket(server, 'general-purpose')
  return () => server[Symbol.asyncDispose]()
})

const names = ['a', 'b', 'c'].map(directoryName)

it('lists those of the account, and ListBuckets all others', async () => {
  const client = s3Client(server)
  const { Buckets } = await client.send(new ListDirectoryBucketsCommand({}))
  expect(Buckets?.map(({ Name }) => Name)).toEqual(names)
  expect(Buckets?.[0]?.BucketArn).toBe(
    `arn:aws:s3express:us-east-1:${mainAccount.id}:bucket/${directoryName('a')}`,
  )
  expect(Buckets?.[0]?.CreationDate).toBeInstanceOf(Date)
  const others = await client.send(new ListBucketsCommand({}))
  expect(others.Buckets?.map(({ Name }) => Name)).toEqual(['general-purpose'])
})

describe('a request', () => {
  it('is known by its parameter, by the name that SDKs give it, and by what it is signed for', async () => {
    for (const query of ['max-directory-buckets=10', 'x-id=ListDirectoryBuckets'])
      expect(xmlTexts((await rawRequest(server, { path: '/', query })).text, 'Name')).toEqual(names)
    const signed = await expressRequest(server, { path: '/' })
    expect(xmlTexts(signed.text, 'Name')).toEqual(names)
    expect(signed.text).toContain('<ListAllMyDirectoryBucketsResult')
    const presigned = await expressRequest(server, { path: '/', presigned: { expiresSeconds: 60 } })
    expect(xmlTexts(presigned.text, 'Name')).toEqual(names)
  })

  it('needs an account', async () => {
    const query = 'max-directory-buckets=10'
    expectError(await rawRequest(server, { path: '/', query, anonymous: true }), 403, 'AccessDenied')
  })

  it('asks for s3express:ListAllMyDirectoryBuckets', async () => {
    const statement = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' })
    const credentials = await makeUser(server, 'lists', statement('s3express:ListAllMyDirectoryBuckets'))
    expectSuccess(await expressRequest(server, { path: '/', credentials }))
    const general = await makeUser(server, 'lists-others', statement('s3:ListAllMyBuckets'))
    expectError(await expressRequest(server, { path: '/', credentials: general }), 403, 'AccessDenied')
  })

  it('is decided on by condition keys of s3express', async () => {
    const Action = 's3express:ListAllMyDirectoryBuckets'
    const all = { Effect: 'Allow', Action: '*', Resource: '*' }
    for (const [index, Condition] of [
      { StringEquals: { 's3express:authType': 'REST-HEADER' } },
      { StringEquals: { 's3express:signatureversion': 'AWS4-HMAC-SHA256' } },
      { StringEquals: { 's3express:ResourceAccount': mainAccount.id } },
    ].entries()) {
      const denied = { Effect: 'Deny', Action: 's3express:*', Resource: '*', Condition }
      const refused = await makeUser(server, `refused-${index}`, all, denied)
      expectError(await expressRequest(server, { path: '/', credentials: refused }), 403, 'AccessDenied')
      const allowed = { Effect: 'Allow', Action, Resource: '*', Condition }
      const credentials = await makeUser(server, `allowed-${index}`, allowed)
      expectSuccess(await expressRequest(server, { path: '/', credentials }))
    }
    const ofS3 = { StringEquals: { 's3:authType': 'REST-HEADER' } }
    const credentials = await makeUser(server, 'of-s3', {
      Effect: 'Allow',
      Action,
      Resource: '*',
      Condition: ofS3,
    })
    expectError(await expressRequest(server, { path: '/', credentials }), 403, 'AccessDenied')
  })

  it.each(['-1', '1001', 'x'])('refuses max-directory-buckets=%s', async (most) => {
    const query = `max-directory-buckets=${most}`
    expectError(await rawRequest(server, { path: '/', query }), 400, 'InvalidArgument')
  })
})

it('comes in pages', async () => {
  const found: (string | undefined)[] = []
  let pages = 0
  for await (const { Buckets = [] } of paginateListDirectoryBuckets(
    { client: s3Client(server), pageSize: 2 },
    {},
  )) {
    found.push(...Buckets.map(({ Name }) => Name))
    pages++
  }
  expect([found, pages]).toEqual([names, 2])
  const none = await expressRequest(server, { path: '/', query: 'max-directory-buckets=0' })
  expect(xmlTexts(none.text, 'Name')).toEqual([])
  const query = 'max-directory-buckets=1&continuation-token=bogus'
  expectError(await expressRequest(server, { path: '/', query }), 400, 'InvalidArgument')
})

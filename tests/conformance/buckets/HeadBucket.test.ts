import { HeadBucketCommand } from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { type RawAnswer, type RawRequest, rawRequest } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { expectBareError, sdkError } from '../objects/object-room.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createBucket(server, 'the-bucket')
  return () => server[Symbol.asyncDispose]()
})

const head = (bucket = 'the-bucket', request: Partial<RawRequest> = {}): Promise<RawAnswer> =>
  rawRequest(server, { method: 'HEAD', path: `/${bucket}`, ...request })

it('tells where the bucket is', async () => {
  const answer = await head()
  expectBareError(answer, 200)
  expect(answer.headers).toMatchObject({
    'x-amz-bucket-region': 'us-east-1',
    'x-amz-access-point-alias': 'false',
  })
})

it('tells so through the SDK', async () => {
  const found = await s3Client(server).send(new HeadBucketCommand({ Bucket: 'the-bucket' }))
  expect([found.BucketRegion, found.AccessPointAlias]).toEqual(['us-east-1', false])
})

it('is 404 without a body where there is no bucket', async () => {
  expectBareError(await head('no-such-bucket'), 404)
  const command = new HeadBucketCommand({ Bucket: 'no-such-bucket' })
  expect(await sdkError(s3Client(server).send(command))).toEqual([404, 'NotFound'])
})

it.each(['ab', 'a'.repeat(256), 'a%20b', 'a'.repeat(5000)])(
  'is 400 for what is no name: %#',
  async (name) => {
    expectBareError(await head(name), 400)
  },
)

it('is 403 to others', async () => {
  expectBareError(await head('the-bucket', { credentials: otherCredentials }), 403)
  expectBareError(await head('the-bucket', { anonymous: true }), 403)
})

it('tells where the bucket is to whoever may not know more, and to who signed for elsewhere', async () => {
  const region = async (request: Partial<RawRequest>, bucket?: string) => {
    const { status, headers } = await head(bucket, request)
    return [status, headers['x-amz-bucket-region']]
  }
  expect(await region({ credentials: otherCredentials })).toEqual([403, 'us-east-1'])
  expect(await region({ anonymous: true })).toEqual([403, 'us-east-1'])
  expect(await region({ region: 'eu-west-1' })).toEqual([400, 'us-east-1'])
  expect(await region({}, 'no-such-bucket')).toEqual([404, undefined])
  expect(await region({}, 'ab')).toEqual([400, undefined])
})

it('holds to the expected owner', async () => {
  const expecting = (id: string): Promise<RawAnswer> =>
    head('the-bucket', { headers: { 'x-amz-expected-bucket-owner': id } })
  expectBareError(await expecting(mainAccount.id), 200)
  expectBareError(await expecting(otherAccount.id), 403)
  expectBareError(await expecting('somebody'), 400)
})

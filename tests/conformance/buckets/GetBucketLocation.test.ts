import { GetBucketLocationCommand } from '@aws-sdk/client-s3'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { type RawAnswer, type RawRequest, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createBucket(server, 'the-bucket')
  return () => server[Symbol.asyncDispose]()
})

const locate = (bucket = 'the-bucket', request: Partial<RawRequest> = {}): Promise<RawAnswer> =>
  rawRequest(server, { path: `/${bucket}`, query: 'location=', ...request })

it('is empty in us-east-1', async () => {
  const answer = await locate()
  expectSuccess(answer)
  expect(answer.text).toMatch(
    /<LocationConstraint xmlns="http:\/\/s3\.amazonaws\.com\/doc\/2006-03-01\/">\s*<\/LocationConstraint>$/,
  )
  const found = await s3Client(server).send(new GetBucketLocationCommand({ Bucket: 'the-bucket' }))
  expect(found.LocationConstraint).toBeUndefined()
})

it('names any other region', async () => {
  await using here = await startTestServer({ region: 'eu-central-1' })
  const region = 'eu-central-1'
  const body = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`
  expectSuccess(await rawRequest(here, { method: 'PUT', path: '/there', body, region }))
  const client = s3Client(here, { region })
  const found = await client.send(new GetBucketLocationCommand({ Bucket: 'there' }))
  expect(found.LocationConstraint).toBe(region)
})

it('is EU of a bucket that was created with EU, whose region is eu-west-1', async () => {
  const region = 'eu-west-1'
  await using here = await startTestServer({ region })
  for (const constraint of ['EU', region]) {
    const body = `<CreateBucketConfiguration><LocationConstraint>${constraint}</LocationConstraint></CreateBucketConfiguration>`
    const path = `/in-${constraint.toLowerCase()}`
    expectSuccess(await rawRequest(here, { method: 'PUT', path, body, region }))
    const found = await rawRequest(here, { path, query: 'location', region })
    expect(xmlTexts(found.text.replace(/ xmlns="[^"]*"/, ''), 'LocationConstraint')).toEqual([constraint])
    const head = await rawRequest(here, { method: 'HEAD', path, region })
    expect(head.headers['x-amz-bucket-region']).toBe(region)
  }
})

it('is told to nobody else', async () => {
  expectError(await locate('the-bucket', { credentials: otherCredentials }), 403, 'AccessDenied')
  expectError(await locate('the-bucket', { anonymous: true }), 403, 'AccessDenied')
  const headers = { 'x-amz-expected-bucket-owner': otherAccount.id }
  expectError(await locate('the-bucket', { headers }), 403, 'AccessDenied')
})

it('is NoSuchBucket where there is none', async () => {
  expect(expectError(await locate('no-such-bucket'), 404, 'NoSuchBucket')('BucketName')).toBe(
    'no-such-bucket',
  )
})

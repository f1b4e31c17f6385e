import { setTimeout as pause } from 'node:timers/promises'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { createBucket } from '../../support/buckets.ts'
import { type RawAnswer, rawRequest } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

/*
 * Access is decided when a request's head is there, its body may take hours. In the meantime its bucket may go, and
 * another account may take the name: what was allowed in the one bucket is not allowed in the other.
 */

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  return () => server[Symbol.asyncDispose]()
})

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::sold/*'] }],
})
const LARGE = 'x'.repeat(100_000)

/** Sends a request whose bucket gets another owner between its first byte and its last. */
async function whileReplaced(bucket: string, path: string, query: string, body: string): Promise<RawAnswer> {
  await createBucket(server, bucket)
  const arrived = Promise.withResolvers<void>()
  const replaced = Promise.withResolvers<void>()
  async function* slowly(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(body.slice(0, 1))
    arrived.resolve()
    await replaced.promise
    yield Buffer.from(body.slice(1))
  }
  const headers = { 'content-length': String(body.length) }
  const answer = rawRequest(server, { method: 'PUT', path, query, headers, body: slowly() })
  await arrived.promise
  // An answer that waits for the next turns of the server: the head of the upload has been read by then.
  for (let turn = 0; turn < 5; turn++) await rawRequest(server, { path: '/-/live', anonymous: true })
  await pause(0)
  expectSuccess(await rawRequest(server, { method: 'DELETE', path: `/${bucket}` }), 204)
  const credentials = otherCredentials
  expectSuccess(await rawRequest(server, { method: 'PUT', path: `/${bucket}`, credentials }))
  replaced.resolve()
  return answer
}

it.each([
  ['an object of a few bytes', 'short'],
  ['an object in a blob', LARGE],
])('an upload of %s ends with the bucket that it was let into', async (_, body) => {
  const bucket = `replaced-${body.length}`
  expectError(await whileReplaced(bucket, `/${bucket}/key`, '', body), 404, 'NoSuchBucket')
  const credentials = otherCredentials
  const found = await rawRequest(server, { path: `/${bucket}/key`, credentials })
  expectError(found, 404, 'NoSuchKey')
})

it('so does a policy, which would give the new bucket away', async () => {
  expectError(await whileReplaced('sold', '/sold', 'policy=', POLICY), 404, 'NoSuchBucket')
  const credentials = otherCredentials
  const policy = await rawRequest(server, { path: '/sold', query: 'policy=', credentials })
  expectError(policy, 404, 'NoSuchBucketPolicy')
  expect((await rawRequest(server, { path: '/sold/key', anonymous: true })).status).toBe(403)
})

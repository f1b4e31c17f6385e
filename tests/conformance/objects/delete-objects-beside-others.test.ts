import { beforeAll, describe, expect, it } from 'vitest'
import { createBucket, getObject, putObject } from '../../support/buckets.ts'
import { type RawAnswer, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import type { TestServer } from 'holdfast'
import { startTestServer } from '../../support/server.ts'
import { expectSuccess } from './object-room.ts'

/*
 * A policy of S3's full size and a request of S3's most keys, made to take long: nobody else may have to wait for it.
 */

const bucket = 'wildcards'
const KEYS = 1000

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createBucket(server, bucket)
  const block = { method: 'DELETE', path: `/${bucket}`, query: 'publicAccessBlock=' }
  expectSuccess(await rawRequest(server, block), 204)
  await createBucket(server, 'beside')
  await putObject(server, 'beside', 'k', 'x')
  return () => server[Symbol.asyncDispose]()
})

async function putPolicy(statement: object): Promise<void> {
  const fixed = { Effect: 'Allow', Principal: '*', Action: 's3:DeleteObject' }
  const body = JSON.stringify({ Version: '2012-10-17', Statement: { ...fixed, ...statement } })
  expect(body.length).toBeGreaterThan(18_000)
  const answer = await rawRequest(server, { method: 'PUT', path: `/${bucket}`, query: 'policy=', body })
  expectSuccess(answer, 204)
}

/** As many as 18 KB hold. */
function filled(pattern: string): string[] {
  return Array<string>(Math.ceil(18_000 / (pattern.length + 3))).fill(pattern)
}

function deleteAll(): Promise<RawAnswer> {
  const keys = Array.from({ length: KEYS }, (_, index) => String(index).padStart(4, '0') + 'a'.repeat(1020))
  const objects = keys.map((key) => `<Object><Key>${key}</Key></Object>`).join('')
  const body = `<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects}</Delete>`
  const headers = { 'content-md5': referenceChecksum('MD5', body), 'user-agent': 'a'.repeat(1000) }
  const request = { method: 'POST', path: `/${bucket}`, query: 'delete=', body, headers, anonymous: true }
  return rawRequest(server, request)
}

describe('DeleteObjects against a policy that takes long', () => {
  const arn = `arn:aws:s3:::${bucket}/`
  it.each([
    ['resources with one character left open', { Resource: filled(`${arn}*a?b*`) }],
    ['one resource of many', { Resource: [`${arn}*${'a?'.repeat(8990)}b*`] }],
    ['headers', { Resource: `${arn}*`, Condition: { StringLike: { 'aws:UserAgent': filled('*a?b*') } } }],
  ])('holds no one else up: %s', { timeout: 240_000 }, async (_name, statement) => {
    await putPolicy(statement)
    let turns = 0
    let isDone = false
    let [longestMilliseconds, allMilliseconds] = [0, 0]
    // What this thread computes, not how long it waits for a core that others have.
    const countTurns = (before: NodeJS.CpuUsage): void => {
      const { user, system } = process.threadCpuUsage(before)
      const tookMilliseconds = (user + system) / 1000
      longestMilliseconds = Math.max(longestMilliseconds, tookMilliseconds)
      allMilliseconds += tookMilliseconds
      turns++
      if (!isDone) setImmediate(countTurns, process.threadCpuUsage())
    }
    const deletion = deleteAll()
    countTurns(process.threadCpuUsage())
    expect((await getObject(server, 'beside', 'k')).status).toBe(200)
    const answer = await deletion
    isDone = true
    expect(answer.status).toBe(200)
    expect(xmlTexts(answer.text, 'Code')).toEqual(Array<string>(KEYS).fill('AccessDenied'))
    expect(turns).toBeGreaterThan(KEYS)
    // A generous bound: a hundred times what one decision takes, or a part of all where a busy machine makes all of it slow.
    expect(longestMilliseconds).toBeLessThan(Math.max(250, allMilliseconds / 4))
  })
})

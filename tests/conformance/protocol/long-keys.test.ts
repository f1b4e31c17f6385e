import { hash } from 'node:crypto'
import type { TestServer } from 'holdfast'
import { beforeAll, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { createBucket, putObject } from '../../support/buckets.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { startTestServer } from '../../support/server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'

/* Keys that come in other places than the path, too long for S3 and too long for a key of the metadata store. */

let server: TestServer
beforeAll(async () => {
  const folder = await temporaryDirectory()
  server = await startTestServer({ dataDirectory: folder.path })
  await createBucket(server, 'bucket')
  await putObject(server, 'bucket', 'key', 'x')
  return async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
})

const LENGTHS = [1025, 1978, 5000]

it.each(LENGTHS)('the source of a copy, %i bytes', async (length) => {
  const headers = { 'x-amz-copy-source': `bucket/${'k'.repeat(length)}` }
  const copy = await rawRequest(server, { method: 'PUT', path: '/bucket/copy', headers })
  expectError(copy, 400, 'KeyTooLongError')
})

it.each(LENGTHS)('the marker of a listing of uploads, %i bytes', async (length) => {
  const created = await rawRequest(server, { method: 'POST', path: '/bucket/z', query: 'uploads=' })
  expectSuccess(created)
  const query = `key-marker=${'k'.repeat(length)}&uploads=`
  const listed = await rawRequest(server, { path: '/bucket', query })
  expectSuccess(listed)
  expect(xmlTexts(listed.text, 'UploadId')).toContain(xmlTexts(created.text, 'UploadId')[0])
  const withId = `${query}&upload-id-marker=${'0'.repeat(40)}`
  expectSuccess(await rawRequest(server, { path: '/bucket', query: withId }))
})

it.each(LENGTHS)('an object of DeleteObjects, %i bytes, for its owner and a stranger', async (length) => {
  const body = `<Delete><Object><Key>${'k'.repeat(length)}</Key></Object></Delete>`
  const headers = { 'content-md5': hash('md5', body, 'base64') }
  for (const credentials of [server.credentials, otherCredentials]) {
    const request = { method: 'POST', path: '/bucket', query: 'delete=', headers, body, credentials }
    const answer = await rawRequest(server, request)
    const codes = answer.errorCode === undefined ? xmlTexts(answer.text, 'Code') : [answer.errorCode]
    expect(codes).toEqual(['KeyTooLongError'])
  }
})

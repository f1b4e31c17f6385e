import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../../support/accounts.ts'
import { blobFiles } from '../../support/blob-files.ts'
import { contentOf } from '../../support/content.ts'
import { rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { describeAccess } from '../objects/object-access.suite.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { noUpload, UploadRoom } from './upload-room.ts'

let room: UploadRoom
beforeAll(async () => {
  room = await UploadRoom.open()
  return () => room[Symbol.asyncDispose]()
})

it('ends the upload with 204 and nothing else', async () => {
  const upload = await room.create('ended')
  const part = await room.part(upload, 1, 'x')
  const answer = await room.abort(upload)
  expectSuccess(answer, 204)
  expect(answer.body).toHaveLength(0)
  expectError(await room.list(upload), 404, 'NoSuchUpload')
  expectError(await room.complete(upload, [part]), 404, 'NoSuchUpload')
  const uploads = await rawRequest(room.objects.server, {
    path: `/${room.objects.bucket}`,
    query: 'uploads=&prefix=ended',
  })
  expect(xmlTexts(uploads.text, 'UploadId')).toEqual([])
})

it('leaves the object of the key and its other uploads alone', async () => {
  await room.objects.put('kept', 'kept')
  const [first, second] = [await room.create('kept'), await room.create('kept')]
  const part = await room.part(second, 1, 'second')
  expectSuccess(await room.abort(first), 204)
  expect((await room.objects.bytesOf('kept'))?.toString()).toBe('kept')
  expectSuccess(await room.complete(second, [part]))
})

it('knows no upload that is not there, or no longer', async () => {
  const element = expectError(await room.abort(noUpload), 404, 'NoSuchUpload')
  expect(element('UploadId')).toBe(noUpload.id)
  const upload = await room.create('twice')
  expectError(await room.abort({ ...upload, key: 'another' }), 404, 'NoSuchUpload')
  expectError(await room.abort({ ...upload, id: 'x'.repeat(3000) }), 404, 'NoSuchUpload')
  expectSuccess(await room.abort(upload), 204)
  expectError(await room.abort(upload), 404, 'NoSuchUpload')
  const completed = await room.create('completed')
  expectSuccess(await room.complete(completed, [await room.part(completed, 1, 'x')]))
  expectError(await room.abort(completed), 404, 'NoSuchUpload')
})

it('is answered so by the SDK', async () => {
  const { client, bucket: Bucket } = room.objects
  const { id: UploadId } = await room.create('sdk')
  const command = () => client.send(new AbortMultipartUploadCommand({ Bucket, Key: 'sdk', UploadId }))
  expect((await command()).$metadata.httpStatusCode).toBe(204)
  expect(await sdkError(command())).toEqual([404, 'NoSuchUpload'])
})

it('frees the storage of all parts at once', async () => {
  await using folder = await temporaryDirectory()
  await using here = await UploadRoom.open({ dataDirectory: folder.path })
  const upload = await here.create('freed')
  for (let number = 1; number <= 150; number++) {
    await here.part(
      upload,
      number,
      number % 10 === 0 ? contentOf(`part ${number}`, 40_000) : `part ${number}`,
    )
  }
  expect(await blobFiles(folder.path)).toHaveLength(15)
  expectSuccess(await here.abort(upload), 204)
  await here.objects.server.settle()
  expect(await blobFiles(folder.path)).toEqual([])
})

it('while parts are uploaded leaves nothing behind', async () => {
  await using folder = await temporaryDirectory()
  await using here = await UploadRoom.open({ dataDirectory: folder.path })
  for (let round = 0; round < 10; round++) {
    const upload = await here.create('racing')
    const parts = Array.from({ length: 8 }, (_, index) =>
      here.sendPart(upload, index + 1, { body: contentOf(`${round} ${index}`, 33_000 + index) }),
    )
    await Promise.race(parts)
    const [aborted, ...sent] = await Promise.all([here.abort(upload), ...parts])
    expectSuccess(aborted, 204)
    for (const part of sent) if (part.status !== 200) expectError(part, 404, 'NoSuchUpload')
  }
  await here.objects.server.settle()
  expect(await blobFiles(folder.path)).toEqual([])
})

it('and a completion at once: one of them wins', async () => {
  for (let round = 0; round < 20; round++) {
    const key = `raced ${round}`
    const upload = await room.create(key)
    const parts = [await room.part(upload, 1, 'won')]
    const early = round % 2 === 0 ? room.abort(upload) : undefined
    const completing = room.complete(upload, parts)
    const [completed, aborted] = await Promise.all([completing, early ?? room.abort(upload)])
    const winner = completed.status === 200 ? 'completion' : 'abort'
    const loser = winner === 'completion' ? aborted : completed
    expectError(loser, 404, 'NoSuchUpload')
    expect((await room.objects.bytesOf(key))?.toString()).toBe(winner === 'completion' ? 'won' : undefined)
  }
})

it('refuses the condition that only directory buckets have', async () => {
  const upload = await room.create('conditional')
  const headers = { 'x-amz-if-match-initiated-time': new Date().toUTCString() }
  expectError(await room.abort(upload, { headers }), 501, 'NotImplemented')
})

it('is for the account that began the upload, unless a policy says no', async () => {
  const { server, bucket } = room.objects
  const statement = (Effect: string, Action: string) => ({
    Effect,
    Action,
    Principal: { AWS: otherAccount.id },
    Resource: `arn:aws:s3:::${bucket}/theirs/*`,
  })
  const setPolicy = async (...Statement: object[]) => {
    const body = JSON.stringify({ Version: '2012-10-17', Statement })
    const headers = { 'content-md5': referenceChecksum('MD5', body) }
    const request = { method: 'PUT', path: `/${bucket}`, query: 'policy=', headers, body }
    expectSuccess(await rawRequest(server, request), 204)
  }
  await setPolicy(statement('Allow', 's3:PutObject'))
  const theirs = { credentials: otherCredentials }
  const begin = async () => {
    const answer = await room.objects.request('POST', 'theirs/key', { query: 'uploads=', ...theirs })
    expectSuccess(answer)
    return { key: 'theirs/key', id: xmlTexts(answer.text, 'UploadId')[0] ?? '' }
  }
  const [first, second] = [await begin(), await begin()]
  const ours = await room.create('theirs/key')
  expectSuccess(await room.list(first, '', theirs))
  expectSuccess(await room.abort(first, theirs), 204)
  for (const upload of [ours, noUpload, first]) {
    expectError(await room.list(upload, '', theirs), 403, 'AccessDenied')
    expectError(await room.abort(upload, theirs), 403, 'AccessDenied')
  }
  await setPolicy(statement('Allow', 's3:PutObject'), statement('Deny', 's3:*'))
  expectError(await room.list(second, '', theirs), 403, 'AccessDenied')
  expectError(await room.abort(second, theirs), 403, 'AccessDenied')
  // The owner of the bucket sees and ends everybody's uploads.
  expectSuccess(await room.list(second))
  expectSuccess(await room.abort(second), 204)
  expectSuccess(await rawRequest(server, { method: 'DELETE', path: `/${bucket}`, query: 'policy=' }), 204)
})

describeAccess(
  () => room.objects,
  async (bucket) => {
    const { id } = await room.create('access')
    return { method: 'DELETE', path: `/${bucket}/access`, query: `uploadId=${id}` }
  },
)

import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { awkwardKeys } from '../../support/awkward-keys.ts'
import { blobFiles } from '../../support/blob-files.ts'
import { listKeys } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { type RawAnswer, rawRequest } from '../../support/raw-request.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { VersionRoom } from '../versioning/version-room.ts'
import { describeAccess } from './object-access.suite.ts'
import { expectError, expectSuccess, ObjectRoom, sdkError } from './object-room.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  return () => room[Symbol.asyncDispose]()
})

const remove = (key: string, headers: Record<string, string> = {}, query = ''): Promise<RawAnswer> =>
  room.request('DELETE', key, { headers, query })

it('deletes an object, and answers nothing', async () => {
  await room.put('gone', 'x')
  const answer = await remove('gone')
  expectSuccess(answer, 204)
  expect(answer.body).toHaveLength(0)
  for (const name of ['content-length', 'content-type', 'x-amz-delete-marker', 'x-amz-version-id']) {
    expect(answer.headers[name]).toBeUndefined()
  }
  expectError(await room.get('gone'), 404, 'NoSuchKey')
  expect(await listKeys(room.server, room.bucket)).not.toContain('gone')
})

it('succeeds where there is nothing', async () => {
  expectSuccess(await remove('never'), 204)
  expectSuccess(await remove('never'), 204)
})

it('deletes nothing but the key it names', async () => {
  const keys = ['a', 'a/', 'a/b', 'A', '/a', 'a//b']
  for (const key of keys) await room.put(key, key)
  expectSuccess(await remove('a/'), 204)
  for (const key of keys) expect((await room.bytesOf(key))?.toString()).toBe(key === 'a/' ? undefined : key)
})

it.each([...awkwardKeys, '.', '..', '\u0001\n'])('deletes %j', async (key) => {
  await room.put(key, 'x')
  expectSuccess(await remove(key), 204)
  expect(await room.bytesOf(key)).toBeUndefined()
})

it('has no governance to bypass where the bucket has no object lock', async () => {
  await room.put('unlocked', 'x')
  const answer = await remove('unlocked', { 'x-amz-bypass-governance-retention': 'true' })
  expect(expectError(answer, 400, 'InvalidArgument')('ArgumentName')).toBe(
    'x-amz-bypass-governance-retention',
  )
  expectSuccess(await remove('unlocked', { 'x-amz-bypass-governance-retention': 'false' }), 204)
})

it('refuses a key over 1,024 bytes', async () => {
  expectError(await remove('k'.repeat(1025)), 400, 'KeyTooLongError')
})

it('frees the bytes, of whatever kind', async () => {
  await using folder = await temporaryDirectory()
  await using here = await ObjectRoom.open({ dataDirectory: folder.path })
  const part = contentOf('part', 50_000)
  await here.put('large', part)
  await here.put('small', 'small')
  await here.put('empty', '')
  await here.putParts('parts', [part, part, Buffer.from('small')])
  expect(await blobFiles(folder.path)).toHaveLength(3)
  for (const key of ['large', 'small', 'empty', 'parts'])
    expectSuccess(await here.request('DELETE', key), 204)
  await here.server.settle()
  expect(await blobFiles(folder.path)).toEqual([])
  const bucket = await rawRequest(here.server, { method: 'DELETE', path: `/${here.bucket}` })
  expect(bucket.status).toBe(204)
})

describe('If-Match', () => {
  it('deletes the object it names, with quotes or without, or any', async () => {
    for (const form of [(tag: string) => tag, (tag: string) => tag.replaceAll('"', ''), () => '*']) {
      const { headers } = await room.put('matched', 'x')
      expectSuccess(await remove('matched', { 'if-match': form(headers.etag ?? '') }), 204)
      expect(await room.bytesOf('matched')).toBeUndefined()
    }
  })

  it('keeps another object', async () => {
    await room.put('other', 'x')
    const answer = await remove('other', { 'if-match': '"d41d8cd98f00b204e9800998ecf8427e"' })
    expect(expectError(answer, 412, 'PreconditionFailed')('Condition')).toBe('If-Match')
    expect((await room.bytesOf('other'))?.toString()).toBe('x')
  })

  it.each(['*', '"d41d8cd98f00b204e9800998ecf8427e"'])(
    '%s finds no object where there is none',
    async (tag) => {
      const answer = await remove('missing', { 'if-match': tag })
      expect(expectError(answer, 404, 'NoSuchKey')('Key')).toBe('missing')
    },
  )

  // Source: S3 User Guide, "How to check if your object exists before deleting it".
  it.each(['*', '"d41d8cd98f00b204e9800998ecf8427e"'])('%s does not meet a delete marker', async (tag) => {
    await using versions = await VersionRoom.open('Enabled')
    await versions.put('hidden', 'x')
    await versions.delete('hidden')
    const refused = await versions.request('DELETE', 'hidden', undefined, { headers: { 'if-match': tag } })
    expect(expectError(refused, 412, 'PreconditionFailed')('Condition')).toBe('If-Match')
    expect((await versions.page({ prefix: 'hidden' })).markers).toHaveLength(1)
  })

  it('is not for a version', async () => {
    const { headers } = await room.put('versioned', 'x')
    const answer = await remove('versioned', { 'if-match': headers.etag ?? '' }, 'versionId=null')
    expect(expectError(answer, 501, 'NotImplemented')('Header')).toBe('If-Match')
    expect((await room.bytesOf('versioned'))?.toString()).toBe('x')
  })

  it('lets one of many simultaneous deletions through', async () => {
    const { headers } = await room.put('race', 'x')
    const condition = { 'if-match': headers.etag ?? '' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => remove('race', condition)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 204)).toHaveLength(1)
    expect(statuses.filter((status) => status === 404)).toHaveLength(19)
  })

  it('never deletes what was written meanwhile', async () => {
    for (let round = 0; round < 10; round++) {
      const { headers } = await room.put('contended', `before ${round}`)
      const [deleted] = await Promise.all([
        remove('contended', { 'if-match': headers.etag ?? '' }),
        room.put('contended', `after ${round}`),
      ])
      expect([204, 412]).toContain(deleted.status)
      expect((await room.bytesOf('contended'))?.toString()).toBe(`after ${round}`)
    }
  })
})

it.each([
  ['x-amz-if-match-size', '1'],
  ['x-amz-if-match-last-modified-time', 'Tue, 01 Jan 2030 00:00:00 GMT'],
])('%s is for directory buckets', async (name, value) => {
  await room.put('directory', 'x')
  expect(expectError(await remove('directory', { [name]: value }), 501, 'NotImplemented')('Header')).toBe(
    name,
  )
  expect((await room.bytesOf('directory'))?.toString()).toBe('x')
})

describe('versionId', () => {
  it('null is the version of an object without versions', async () => {
    await room.put('null-version', 'x')
    // The second finds nothing, and is told no more.
    for (const answer of [
      await remove('null-version', {}, 'versionId=null'),
      await remove('null-version', {}, 'versionId=null'),
    ]) {
      expectSuccess(answer, 204)
      expect(answer.headers['x-amz-version-id']).toBeUndefined()
    }
    expect(await room.bytesOf('null-version')).toBeUndefined()
  })

  it('may be of no version, and then deletes nothing', async () => {
    await room.put('kept', 'x')
    expectSuccess(await remove('kept', {}, `versionId=${'0'.repeat(32)}`), 204)
    expect((await room.bytesOf('kept'))?.toString()).toBe('x')
  })

  it.each(['x', ''])('%j is none', async (versionId) => {
    await room.put('kept', 'x')
    expectError(await remove('kept', {}, `versionId=${versionId}`), 400, 'InvalidArgument')
    expect((await room.bytesOf('kept'))?.toString()).toBe('x')
  })
})

it('serves the SDK, and gives its errors', async () => {
  const object = { Bucket: room.bucket, Key: 'sdk' }
  await room.put('sdk', 'x')
  const conditional = new DeleteObjectCommand({ ...object, IfMatch: '"0"' })
  expect(await sdkError(room.client.send(conditional))).toEqual([412, 'PreconditionFailed'])
  const { $metadata, ...output } = await room.client.send(new DeleteObjectCommand(object))
  expect([$metadata.httpStatusCode, output]).toEqual([204, {}])
  expect(await sdkError(room.client.send(conditional))).toEqual([404, 'NoSuchKey'])
})

describeAccess(
  () => room,
  (bucket) => ({ method: 'DELETE', path: objectPath(bucket, 'access') }),
)

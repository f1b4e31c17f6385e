import { DeleteBucketCommand } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import type { TestServer } from 'holdfast'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../../support/accounts.ts'
import { blobFiles } from '../../support/blob-files.ts'
import { createBucket, getObject, putObject } from '../../support/buckets.ts'
import { contentOf } from '../../support/content.ts'
import { type RawAnswer, type RawRequest, rawRequest, xmlTexts } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { startTestServer } from '../../support/server.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { setVersioning, versionOf } from '../../support/versioning.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  return () => server[Symbol.asyncDispose]()
})

const remove = (bucket: string, request: Partial<RawRequest> = {}): Promise<RawAnswer> =>
  rawRequest(server, { method: 'DELETE', path: `/${bucket}`, ...request })

describe('an empty bucket', () => {
  it('is gone at once', async () => {
    await createBucket(server, 'empty')
    const answer = await remove('empty')
    expectSuccess(answer, 204)
    expect(answer.body).toHaveLength(0)
    expect((await rawRequest(server, { method: 'HEAD', path: '/empty' })).status).toBe(404)
    expect(xmlTexts((await rawRequest(server, { path: '/' })).text, 'Name')).not.toContain('empty')
    expectError(await remove('empty'), 404, 'NoSuchBucket')
  })

  it('is one whose objects are deleted', async () => {
    await createBucket(server, 'emptied')
    await putObject(server, 'emptied', 'key', 'x')
    await rawRequest(server, { method: 'DELETE', path: '/emptied/key' })
    expectSuccess(await remove('emptied'), 204)
  })

  it('goes through the SDK', async () => {
    await createBucket(server, 'sdk-empty')
    await s3Client(server).send(new DeleteBucketCommand({ Bucket: 'sdk-empty' }))
    const again = s3Client(server).send(new DeleteBucketCommand({ Bucket: 'sdk-empty' }))
    expect(await sdkError(again)).toEqual([404, 'NoSuchBucket'])
  })

  it('is its owner’s to delete', async () => {
    await createBucket(server, 'owned')
    expectError(await remove('owned', { credentials: otherCredentials }), 403, 'AccessDenied')
    expectError(await remove('owned', { anonymous: true }), 403, 'AccessDenied')
    const headers = { 'x-amz-expected-bucket-owner': otherAccount.id }
    expectError(await remove('owned', { headers }), 403, 'AccessDenied')
    expectSuccess(await remove('owned'), 204)
  })
})

describe('a bucket that holds something', () => {
  it('stays while there is an object', async () => {
    await createBucket(server, 'full')
    await putObject(server, 'full', 'key', 'x')
    const element = expectError(await remove('full'), 409, 'BucketNotEmpty')
    expect(element('BucketName')).toBe('full')
    expect(element('Message')).toBe('The bucket you tried to delete is not empty')
    expect((await getObject(server, 'full', 'key')).text).toBe('x')
    const command = new DeleteBucketCommand({ Bucket: 'full' })
    expect(await sdkError(s3Client(server).send(command))).toEqual([409, 'BucketNotEmpty'])
  })

  it('stays while there is a version or a delete marker', async () => {
    await createBucket(server, 'versioned')
    await setVersioning(server, 'versioned', 'Enabled')
    const put = await putObject(server, 'versioned', 'key', 'x')
    const marker = await rawRequest(server, { method: 'DELETE', path: '/versioned/key' })
    expect(expectError(await remove('versioned'), 409, 'BucketNotEmpty')('Message')).toBe(
      'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
    )
    const removeVersion = (id = ''): Promise<RawAnswer> =>
      rawRequest(server, { method: 'DELETE', path: '/versioned/key', query: `versionId=${id}` })
    await removeVersion(versionOf(put))
    expectError(await remove('versioned'), 409, 'BucketNotEmpty')
    await removeVersion(versionOf(marker))
    expectSuccess(await remove('versioned'), 204)
  })

  it('takes its open uploads along', async () => {
    await using folder = await temporaryDirectory()
    await using here = await startTestServer({ dataDirectory: folder.path })
    await createBucket(here, 'uploading')
    const path = '/uploading/key'
    const created = await rawRequest(here, { method: 'POST', path, query: 'uploads=' })
    const [uploadId = ''] = xmlTexts(created.text, 'UploadId')
    const query = `partNumber=1&uploadId=${uploadId}`
    expectSuccess(await rawRequest(here, { method: 'PUT', path, query, body: contentOf('part', 200_000) }))
    expectSuccess(await rawRequest(here, { method: 'DELETE', path: '/uploading' }), 204)
    await here.settle()
    expect(await blobFiles(folder.path)).toEqual([])
    await createBucket(here, 'uploading')
    expectError(await rawRequest(here, { method: 'PUT', path, query, body: 'x' }), 404, 'NoSuchUpload')
  })
})

describe('a race', () => {
  it('loses no object that was acknowledged, and leaves none where the bucket is gone', async () => {
    const step = fc.constantFrom('put', 'put', 'delete object', 'delete bucket', 'create bucket')
    let round = 0
    const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
      const bucket = `race-${round++}`
      await createBucket(server, bucket)
      const answers = await Promise.all(
        steps.map(async (step, index) => {
          const path = step.endsWith('bucket') ? `/${bucket}` : objectPath(bucket, `key-${index}`)
          const method = step.startsWith('delete') ? 'DELETE' : 'PUT'
          const answer = await rawRequest(server, { method, path, body: step === 'put' ? 'x' : '' })
          return { step, index, answer }
        }),
      )
      const deleted = answers.some(({ step, answer }) => step === 'delete bucket' && answer.status === 204)
      for (const { step, index, answer } of answers) {
        expect([200, 204, 404, 409]).toContain(answer.status)
        if (step !== 'put' || answer.status !== 200) continue
        // A bucket is only deleted while it is empty, so what was acknowledged is there for good.
        expect((await getObject(server, bucket, `key-${index}`)).text).toBe('x')
      }
      const { status } = await rawRequest(server, { method: 'HEAD', path: `/${bucket}` })
      expect(deleted ? [200, 404] : [200]).toContain(status)
    })
    await fc.assert(property, { numRuns: 150 })
  })
})

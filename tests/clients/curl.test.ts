import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { awkwardKeys } from '../support/awkward-keys.ts'
import { createBucket, getObject, listKeys, putObject, sortedAsKeys } from '../support/buckets.ts'
import { contentOf, sha256Of, sha256OfFile, writeContentFile } from '../support/content.ts'
import { errorCodeOf, presignedUrl } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { objectPath } from '../support/signature-v4.ts'
import { clientTimeoutMilliseconds, largeSizeBytes } from '../support/sizes.ts'
import { clientRoom } from './client-room.ts'

const room = clientRoom((context) => requireCommand(context, 'curl'), {
  arguments: ['--domain', 's3.localhost'],
})

interface CurlAnswer {
  readonly status: number
  readonly body: Buffer
  readonly text: string
  readonly errorCode: string | undefined
}

/** `--path-as-is`: curl would otherwise resolve `..` before it sends. */
async function curl(...words: string[]): Promise<CurlAnswer> {
  const always = ['-sS', '--path-as-is', '--globoff', '-w', '%{stderr}%{http_code}']
  const { stdout, text, stderr } = await runCommand('curl', [...always, ...words], {
    directory: room.folder.path,
  })
  return { status: Number(stderr), body: stdout, text, errorCode: errorCodeOf(text) }
}

describe('presigned URLs with curl', { timeout: clientTimeoutMilliseconds }, () => {
  it('puts and gets a large file', async () => {
    const bucket = await createBucket(room.server, 'curl-large')
    const sent = await writeContentFile(join(room.folder.path, 'up'), 'curl', largeSizeBytes)
    const path = `/${bucket}/large`
    const put = await curl('-T', 'up', presignedUrl(room.server, { method: 'PUT', path }))
    expect(put).toMatchObject({ status: 200, text: '' })
    const get = await curl('-o', 'down', presignedUrl(room.server, { path }))
    expect(get.status).toBe(200)
    expect(await sha256OfFile(join(room.folder.path, 'down'))).toBe(sent)
  })

  it('puts a body of unknown length, which S3 refuses', async () => {
    const bucket = await createBucket(room.server, 'curl-unknown-length')
    const url = presignedUrl(room.server, { method: 'PUT', path: `/${bucket}/k` })
    const put = await curl('-H', 'Transfer-Encoding: chunked', '--data-binary', 'x', '-X', 'PUT', url)
    // The documented answer, and the one that S3 gives to this header in practice.
    const refusals = [
      [411, 'MissingContentLength'],
      [501, 'NotImplemented'],
    ]
    expect(refusals).toContainEqual([put.status, put.errorCode])
    expect(await listKeys(room.server, bucket)).toEqual([])
  })

  it('gets a range', async () => {
    const bucket = await createBucket(room.server, 'curl-range')
    const body = contentOf('range', 300_000)
    await putObject(room.server, bucket, 'k', body)
    const get = await curl('-r', '100000-199999', presignedUrl(room.server, { path: `/${bucket}/k` }))
    expect(get.status).toBe(206)
    expect(get.body.equals(body.subarray(100_000, 200_000))).toBe(true)
  })

  it('carries awkward keys', async () => {
    const bucket = await createBucket(room.server, 'curl-keys')
    for (const key of awkwardKeys) {
      const path = objectPath(bucket, key)
      const put = await curl(
        '-X',
        'PUT',
        '--data-binary',
        key,
        presignedUrl(room.server, { method: 'PUT', path }),
      )
      expect([key, put.status, put.errorCode]).toEqual([key, 200, undefined])
      const get = await curl(presignedUrl(room.server, { path }))
      expect(get).toMatchObject({ status: 200, text: key })
    }
    expect(await listKeys(room.server, bucket)).toEqual(sortedAsKeys(awkwardKeys))
  })

  it('is refused when expired, or changed', async () => {
    const bucket = await createBucket(room.server, 'curl-refused')
    await putObject(room.server, bucket, 'k', 'secret')
    const past = new Date(Date.now() - 3_600_000)
    const expired = await curl(presignedUrl(room.server, { path: `/${bucket}/k`, date: past }))
    expect([expired.status, expired.errorCode]).toEqual([403, 'AccessDenied'])
    const changed = await curl(presignedUrl(room.server, { path: `/${bucket}/k` }).replace('/k?', '/l?'))
    expect([changed.status, changed.errorCode]).toEqual([403, 'SignatureDoesNotMatch'])
  })
})

describe('curl by other ways', { timeout: clientTimeoutMilliseconds }, () => {
  it('signs in the header itself', async () => {
    const bucket = await createBucket(room.server, 'curl-header')
    const sent = await writeContentFile(join(room.folder.path, 'up'), 'curl-header', 3_000_000)
    const { accessKeyId, secretAccessKey } = room.server.credentials
    const put = await curl(
      '--aws-sigv4',
      'aws:amz:us-east-1:s3',
      '--user',
      `${accessKeyId}:${secretAccessKey}`,
      '-H',
      'x-amz-content-sha256: UNSIGNED-PAYLOAD',
      '-T',
      'up',
      `${room.server.url}/${bucket}/k`,
    )
    expect([put.status, put.errorCode]).toEqual([200, undefined])
    expect(sha256Of((await getObject(room.server, bucket, 'k')).body)).toBe(sent)
  })

  it('finds the bucket in the host', async () => {
    const bucket = await createBucket(room.server, 'curl-virtual-host')
    const virtual = { ...room.server, url: `http://${bucket}.s3.localhost:${room.server.port}` }
    const put = await curl(
      '-X',
      'PUT',
      '-d',
      'hello',
      presignedUrl(virtual, { method: 'PUT', path: '/a%20b//c' }),
    )
    expect([put.status, put.errorCode]).toEqual([200, undefined])
    expect((await curl(presignedUrl(virtual, { path: '/a%20b//c' }))).text).toBe('hello')
    expect(await listKeys(room.server, bucket)).toEqual(['a b//c'])
  })

  it('is refused without a signature', async () => {
    const bucket = await createBucket(room.server, 'curl-anonymous')
    await putObject(room.server, bucket, 'k', 'secret')
    const get = await curl(`${room.server.url}/${bucket}/k`)
    expect([get.status, get.errorCode]).toEqual([403, 'AccessDenied'])
  })
})

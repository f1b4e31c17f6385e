import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { blobFiles, sealedSize } from '../../support/blob-files.ts'
import { contentOf } from '../../support/content.ts'
import { presignedUrl } from '../../support/raw-request.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { expectError, ObjectRoom, sdkError } from './object-room.ts'
import { describeReading } from './read-object.suite.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeReading(() => room, 'GET')

describe('any range', () => {
  const bytes = contentOf('any range', 200_000)
  beforeAll(async () => {
    await room.put('inline', bytes.subarray(0, 1000))
    await room.put('blob', bytes)
    const ends = [1, 40_000, 40_001, 130_000, 200_000]
    await room.putParts(
      'parts',
      ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end)),
    )
  })

  it.each(['inline', 'blob', 'parts'])(
    'of an object kept as %s is the same slice of its bytes',
    async (key) => {
      const whole = key === 'inline' ? bytes.subarray(0, 1000) : bytes
      const position = fc.nat(whole.length - 1)
      const property = fc.asyncProperty(position, position, async (one, other) => {
        const [first, last] = one < other ? [one, other] : [other, one]
        const { status, body } = await room.get(key, { range: `bytes=${first}-${last}` })
        expect([status, body.equals(whole.subarray(first, last + 1))]).toEqual([206, true])
      })
      await fc.assert(property, { numRuns: 30 })
    },
  )
})

describe('a slow reader', () => {
  const sizeBytes = 24 * 1024 * 1024
  const before = contentOf('before', sizeBytes)
  const after = contentOf('after', 100_000)

  const changes: [string, (here: ObjectRoom) => Promise<unknown>, number[]][] = [
    ['is replaced', (here) => here.put('slow', after), [after.length]],
    ['is replaced by a small one', (here) => here.put('slow', 'small'), []],
    ['is deleted', (here) => here.request('DELETE', 'slow'), []],
  ]
  it.each(changes)(
    'gets all bytes of the object that %s meanwhile, and they are freed then',
    async (_, change, sizes) => {
      await using folder = await temporaryDirectory()
      await using here = await ObjectRoom.open({ dataDirectory: folder.path })
      await here.put('slow', before)
      const path = objectPath(here.bucket, 'slow')
      const [answer] = (await once(httpGet(presignedUrl(here.server, { path })), 'response')) as [
        IncomingMessage,
      ]
      await change(here)
      await here.server.settle()
      const kept = (await blobFiles(folder.path)).map((file) => file.sizeBytes)
      expect(kept.toSorted((a, b) => a - b)).toEqual([...sizes, sizeBytes].map(sealedSize))

      const chunks: Uint8Array[] = []
      for await (const chunk of answer) chunks.push(chunk as Uint8Array)
      expect(Buffer.concat(chunks).equals(before)).toBe(true)
      await here.server.settle()
      expect((await blobFiles(folder.path)).map((file) => file.sizeBytes)).toEqual(sizes.map(sealedSize))
    },
  )

  it('that goes away holds nothing back', async () => {
    await using folder = await temporaryDirectory()
    await using here = await ObjectRoom.open({ dataDirectory: folder.path })
    await here.put('slow', before)
    const path = objectPath(here.bucket, 'slow')
    const [answer] = (await once(httpGet(presignedUrl(here.server, { path })), 'response')) as [
      IncomingMessage,
    ]
    await here.request('DELETE', 'slow')
    answer.destroy()
    await expect
      .poll(
        async () => {
          await here.server.settle()
          return blobFiles(folder.path)
        },
        { timeout: 5000 },
      )
      .toEqual([])
  })
})

it('gets each object whole while it is replaced all the time', async () => {
  const versions = [contentOf('a', 100_000), contentOf('b', 90_000), Buffer.from('small'), Buffer.alloc(0)]
  await room.put('busy', 'small')
  const written = new AbortController()
  const write = async (): Promise<void> => {
    for (let round = 0; round < 40; round++) await room.put('busy', versions[round % versions.length] ?? '')
    written.abort()
  }
  const read = async (): Promise<number> => {
    let reads = 0
    while (!written.signal.aborted) {
      const { status, body } = await room.get('busy')
      expect([status, versions.some((version) => version.equals(body))]).toEqual([200, true])
      reads++
    }
    return reads
  }
  const [, ...reads] = await Promise.all([write(), read(), read()])
  expect(Math.min(...reads)).toBeGreaterThan(0)
})

describe('through the SDK', () => {
  const bytes = contentOf('sdk get', 70_000)
  beforeAll(() => room.put('sdk', bytes, { 'content-type': 'text/x', 'x-amz-meta-a': 'b' }))
  const send = (Key: string, input: object = {}) =>
    room.client.send(new GetObjectCommand({ Bucket: room.bucket, Key, ...input }))

  it('gives the bytes with their checksum verified', async () => {
    const { Body, ...rest } = await send('sdk', { ChecksumMode: 'ENABLED' })
    expect(bytes.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
    expect(rest).toMatchObject({ ContentType: 'text/x', ContentLength: 70_000, Metadata: { a: 'b' } })
  })

  it('gives a range', async () => {
    const { Body, ContentRange } = await send('sdk', { Range: 'bytes=10-19' })
    expect(ContentRange).toBe('bytes 10-19/70000')
    expect(bytes.subarray(10, 20).equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
  })

  it('gives its errors', async () => {
    await expect(send('missing')).rejects.toThrow(NoSuchKey)
    expect(await sdkError(send('sdk', { IfMatch: '"0"' }))).toEqual([412, 'PreconditionFailed'])
    expect(await sdkError(send('sdk', { Range: 'bytes=70000-' }))).toEqual([416, 'InvalidRange'])
    expect(await sdkError(send('sdk', { PartNumber: 2 }))).toEqual([416, 'InvalidPartNumber'])
  })

  it('gives a presigned URL that anyone may use', async () => {
    const command = new GetObjectCommand({ Bucket: room.bucket, Key: 'sdk', ResponseContentType: 'a/b' })
    const answer = await fetch(await getSignedUrl(room.client, command, { expiresIn: 60 }))
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'a/b'])
    expect(bytes.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true)
  })
})

it('answers errors of storage without telling of the inside', async () => {
  await using folder = await temporaryDirectory()
  await using here = await ObjectRoom.open({ dataDirectory: folder.path })
  await here.put('lost', contentOf('lost', 50_000))
  for (const file of await blobFiles(folder.path)) await rm(file.path)
  const answer = await here.get('lost')
  expectError(answer, 500, 'InternalError')
  expect(answer.text).not.toContain(folder.path)
  expect((await here.head('lost')).status).toBe(200)
})

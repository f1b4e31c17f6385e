import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, it } from 'vitest'
import { contentOf } from '../../support/content.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { ObjectRoom, sdkError } from './object-room.ts'
import { describeReading } from './read-object.suite.ts'

let room: ObjectRoom
beforeAll(async () => {
  room = await ObjectRoom.open()
  return () => room[Symbol.asyncDispose]()
})

describeReading(() => room, 'HEAD')

it('says of an object what GetObject says', async () => {
  await room.put('same', contentOf('same', 100_000), {
    'content-type': 'text/plain',
    'cache-control': 'no-cache',
    'x-amz-meta-a': 'b',
    'x-amz-storage-class': 'GLACIER_IR',
  })
  const options = [{}, { range: 'bytes=5-10' }, { 'x-amz-checksum-mode': 'ENABLED' }]
  const own = new Set(['date', 'x-amz-request-id', 'connection', 'keep-alive'])
  for (const headers of options) {
    const [get, head] = await Promise.all([room.get('same', headers), room.head('same', headers)])
    const comparable = (answer: typeof get) =>
      Object.entries(answer.headers).filter(([name]) => !own.has(name))
    expect(comparable(head)).toEqual(comparable(get))
    expect([head.status, head.body.length]).toEqual([get.status, 0])
  }
})

it('tells the SDK all there is to tell', async () => {
  const Body = contentOf('sdk', 50_000)
  const described = {
    CacheControl: 'no-cache',
    ContentDisposition: 'inline',
    ContentEncoding: 'identity',
    ContentLanguage: 'en',
    ContentType: 'text/x',
    Metadata: { key: 'value' },
    StorageClass: 'STANDARD_IA',
    WebsiteRedirectLocation: '/elsewhere',
  } as const
  const object = { Bucket: room.bucket, Key: 'sdk' }
  const { ETag } = await room.client.send(new PutObjectCommand({ ...object, Body, ...described }))
  const head = await room.client.send(new HeadObjectCommand({ ...object, ChecksumMode: 'ENABLED' }))
  expect(head).toMatchObject({
    ...described,
    AcceptRanges: 'bytes',
    ContentLength: Body.length,
    ETag,
    LastModified: expect.any(Date),
    ChecksumCRC32: referenceChecksum('CRC32', Body),
    ChecksumType: 'FULL_OBJECT',
  })
})

it('reaches the SDK as its errors', async () => {
  const send = (Key: string, input: object = {}): Promise<unknown> =>
    room.client.send(new HeadObjectCommand({ Bucket: room.bucket, Key, ...input }))
  await room.put('present', 'x')
  expect(await sdkError(send('missing'))).toEqual([404, 'NotFound'])
  expect(await sdkError(send('present', { IfMatch: '"0"' }))).toEqual([412, expect.any(String)])
  expect(await sdkError(send('present', { IfNoneMatch: '*' }))).toEqual([304, expect.any(String)])
  expect(await sdkError(send('present', { Range: 'bytes=9-' }))).toEqual([416, expect.any(String)])
})

it('keeps the connection for the next request, whatever it answered', async () => {
  await room.put('kept', 'x')
  const { headers } = await room.head('missing')
  expect(headers['content-length']).toBeUndefined()
  expect(headers['transfer-encoding']).toBeUndefined()
})

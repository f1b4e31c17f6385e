import { Readable } from 'node:stream'
import { runInNewContext } from 'node:vm'
import { Bucket, ParameterError, S3 } from '@holdfast/resources'
import { describe, expect, it } from 'vitest'
import { type Recorded, recordingClient } from './recording-client.ts'

/** The service as JavaScript sees it, where no compiler looks at what is given. */
interface Loose {
  readonly objects: Loose
  readonly objectVersions: Loose
  readonly [action: string]: Loose
  (...parameters: unknown[]): Loose
}

function loose(): { s3: Loose; requests: Recorded[] } {
  const { client, requests } = recordingClient(({ operation }) =>
    operation === 'ListObjects' ? { Contents: [{ Key: 'a' }] } : {},
  )
  return { s3: new S3(client) as unknown as Loose, requests }
}

/** Each is refused with these words, and nothing is sent. */
const refused: readonly (readonly [name: string, (s3: Loose) => unknown, message: string])[] = [
  [
    'an older lifecycle in lower case',
    (s3) => s3['BucketLifecycle']?.('b')['put']?.({ lifecycleConfiguration: {} }),
    'PutBucketLifecycleConfiguration of b: lifecycleConfiguration is no parameter',
  ],
  [
    'a rule of an older lifecycle in lower case',
    (s3) =>
      s3['BucketLifecycle']?.('b')['put']?.({
        LifecycleConfiguration: { Rules: [{ prefix: 'tmp/', Status: 'Enabled' }] },
      }),
    'prefix is no parameter',
  ],
  [
    'another versioning than that of its name',
    (s3) => s3['BucketVersioning']?.('b')['enable']?.({ VersioningConfiguration: { Status: 'Suspended' } }),
    'VersioningConfiguration of b is not to be given: it is bound',
  ],
  [
    'a filter in lower case',
    (s3) => s3['Bucket']?.('b').objects['filter']?.({ prefix: 'tmp/' })['delete']?.(),
    'ListObjects of b: prefix is no parameter; must be one of Bucket, Delimiter,',
  ],
  [
    'a filter of another listing',
    (s3) => s3['Bucket']?.('b').objectVersions['filter']?.({ Marker: 'x' })['delete']?.(),
    'ListObjectVersions of b: Marker is no parameter',
  ],
  [
    'a filter whose value is undefined',
    (s3) => s3['Bucket']?.('b').objects['filter']?.({ Prefix: undefined })['delete']?.(),
    'The filter Prefix is undefined',
  ],
  [
    'a filter whose value is null',
    (s3) => s3['Bucket']?.('b').objects['filter']?.({ Prefix: null })['delete']?.(),
    'ListObjects of b: Prefix must be a string',
  ],
  [
    'the bucket of another in a filter',
    (s3) => s3['Bucket']?.('b').objects['filter']?.({ Bucket: 'other' })['delete']?.(),
    'Bucket of b is not to be given: it is bound',
  ],
  ...[undefined, null, 'tmp/', 5, ['tmp/'], new Map([['Prefix', 'x']]), Promise.resolve({ Prefix: 'x' })].map(
    (filter) =>
      [
        `${filter === undefined ? 'no filter' : JSON.stringify(filter)} as a filter`,
        (s3: Loose) => s3['Bucket']?.('b').objects['filter']?.(filter)['delete']?.(),
        'A filter must be an object of parameters',
      ] as const,
  ),
  ...[undefined, NaN, -1, 1.5, '5'].map(
    (count) =>
      [
        `${String(count)} as a limit`,
        (s3: Loose) => s3['Bucket']?.('b').objects['limit']?.(count)['delete']?.(),
        'limit must be a whole number from 0',
      ] as const,
  ),
  [
    'pages of nothing',
    (s3) => s3['Bucket']?.('b').objects['pageSize']?.(0),
    'pageSize must be a whole number from 1',
  ],
  [
    'objects of its own in the deletion of a collection',
    (s3) => s3['Bucket']?.('b').objects['delete']?.({ Delete: { Objects: [{ Key: 'x' }] } }),
    'Objects is not to be given: it is bound',
  ],
  [
    'an unknown parameter deep inside',
    (s3) => s3['Bucket']?.('b')['deleteObjects']?.({ Delete: { Objects: [{ key: 'x' }] } }),
    'DeleteObjects of b: Delete.Objects[0].key is no parameter; must be one of Key, VersionId,',
  ],
  [
    'a required parameter that is missing: without its source a copy would be an empty object',
    (s3) => s3['Object']?.('b', 'k')['copyFrom']?.({}),
    'CopyObject of b/k: CopySource is missing',
  ],
  [
    'a source without its key',
    (s3) => s3['Object']?.('b', 'k')['copyFrom']?.({ CopySource: { Bucket: 'x' } }),
    'CopySource.Key is missing',
  ],
  [
    'a source with a member that is none',
    (s3) => s3['Object']?.('b', 'k')['copyFrom']?.({ CopySource: { Bucket: 'x', Key: 'y', Range: 'z' } }),
    'CopySource.Range is no parameter',
  ],
  [
    'a source whose version is no text',
    (s3) => s3['Object']?.('b', 'k')['copyFrom']?.({ CopySource: { Bucket: 'x', Key: 'y', VersionId: 1 } }),
    'CopySource.VersionId must be a string',
  ],
  [
    'one deep inside',
    (s3) => s3['Bucket']?.('b')['deleteObjects']?.({ Delete: { Objects: [{ VersionId: 'v' }] } }),
    'DeleteObjects of b: Delete.Objects[0].Key is missing',
  ],
  [
    'a text where a number is meant',
    (s3) => s3['Object']?.('b', 'k')['put']?.({ ContentLength: '5' }),
    'PutObject of b/k: ContentLength must be a number',
  ],
  [
    'metadata that is no text',
    (s3) => s3['Object']?.('b', 'k')['put']?.({ Metadata: { size: 5 } }),
    'PutObject of b/k: Metadata.size must be a string',
  ],
  [
    'a date that is a text',
    (s3) => s3['Object']?.('b', 'k')['get']?.({ IfModifiedSince: '2026-01-01' }),
    'GetObject of b/k: IfModifiedSince must be a valid Date',
  ],
  [
    'a body that is a number',
    (s3) => s3['Object']?.('b', 'k')['put']?.({ Body: 5 }),
    'PutObject of b/k: Body must be text, bytes or a stream',
  ],
  [
    'one item where several are meant',
    (s3) => s3['Bucket']?.('b')['deleteObjects']?.({ Delete: { Objects: { Key: 'x' } } }),
    'DeleteObjects of b: Delete.Objects must be an array',
  ],
  [
    'parameters that are to come',
    (s3) => s3['Object']?.('b', 'k')['delete']?.(Promise.resolve({ VersionId: 'v' })),
    'The parameters of b/k must be an object',
  ],
  [
    "an upload's unknown parameter",
    (s3) => s3['Object']?.('b', 'k')['uploadFile']?.('/nowhere', { contentType: 'text/plain' }),
    'CreateMultipartUpload of b/k: contentType is no parameter',
  ],
  [
    "a download's",
    (s3) => s3['Object']?.('b', 'k')['downloadFile']?.('/nowhere', { Range: 'bytes=0-4' }),
    'Range is no parameter of a download of b/k; must be one of ChecksumMode, VersionId,',
  ],
  [
    "a copy's",
    (s3) => s3['Object']?.('b', 'k')['copy']?.({ Bucket: 'b', Key: 'x' }, { acl: 'private' }),
    'CopyObject of b/k: acl is no parameter',
  ],
  [
    'a version of a source in another spelling',
    (s3) => s3['Object']?.('b', 'k')['copy']?.({ Bucket: 'b', Key: 'x', versionId: 'v' }),
    'HeadObject of b/x: versionId is no parameter',
  ],
  [
    'a file that is none',
    (s3) => s3['Object']?.('b', 'k')['uploadFile']?.(undefined),
    'What is uploaded must be a path, a File or a Blob',
  ],
  ['a file that is a folder', (s3) => s3['Object']?.('b', 'k')['uploadFile']?.('/'), '/ is no regular file'],
  [
    'a file without an end',
    (s3) => s3['Object']?.('b', 'k')['uploadFile']?.('/dev/zero'),
    '/dev/zero is no regular file: give uploadFileobj a stream of it',
  ],
  ...[undefined, 'text', 5, {}, [1, 2], new ArrayBuffer(5), new Uint16Array(5)].map(
    (source) =>
      [
        `${Object.prototype.toString.call(source)} as the source of an upload`,
        (s3: Loose) => s3['Object']?.('b', 'k')['uploadFileobj']?.(source),
        'What is uploaded must be bytes (Uint8Array), a Blob or a stream of bytes',
      ] as const,
  ),
  [
    'a stream that is none to download into',
    (s3) => s3['Object']?.('b', 'k')['downloadFileobj']?.([]),
    'What a download goes to must be a stream to write to',
  ],
  [
    'an option of a transfer in another spelling',
    (s3) => s3['Object']?.('b', 'k')['uploadFileobj']?.(new Uint8Array(), {}, { partSize: 5 }),
    'partSize is no option of a transfer; must be one of partSizeBytes,',
  ],
  [
    'the source of a copy as a text',
    (s3) => s3['Object']?.('b', 'k')['copy']?.('b/x'),
    'The source of a copy must be { Bucket, Key, VersionId }',
  ],
  ...['ä', 'two\nlines'].map(
    (value) =>
      [
        `metadata of ${JSON.stringify(value)}`,
        (s3: Loose) => s3['Object']?.('b', 'k')['put']?.({ Metadata: { name: value } }),
        `PutObject of b/k: Metadata.name must be of ASCII characters alone: ${JSON.stringify(value)}`,
      ] as const,
  ),
  [
    'metadata of an upload that no header carries',
    (s3) => s3['Object']?.('b', 'k')['uploadFileobj']?.(new Uint8Array(), { Metadata: { ä: 'a' } }),
    'Metadata.ä must be of ASCII characters alone',
  ],
  ...[{ maximumAttempts: Number.NaN }, { maximumAttempts: 0 }, { delayMilliseconds: -1 }].map(
    (options) =>
      [
        `a waiter with ${JSON.stringify(options)}`,
        (s3: Loose) => s3['Bucket']?.('b')['waitUntilExists']?.({}, options),
        'maximumAttempts must be a number from 1, delayMilliseconds one from 0',
      ] as const,
  ),
  [
    'a stream of texts',
    (s3) => s3['Object']?.('b', 'k')['uploadFileobj']?.(Readable.from(['some', 'text'])),
    'A stream must be of bytes (Uint8Array), and has a string',
  ],
  ['a bucket without its name', (s3) => s3['Bucket']?.(), 'Bucket(name=) lacks its name'],
  ['an object without its key', (s3) => s3['Object']?.('b'), 'S3Object(bucketName=b, key=) lacks its key'],
  [
    'an object whose key is empty',
    (s3) => s3['Bucket']?.('b')['Object']?.(''),
    'S3Object(bucketName=b, key=) lacks its key',
  ],
  ['a version without its id', (s3) => s3['Object']?.('b', 'k')['Version']?.(null), 'lacks its id'],
  ['a part without its number', (s3) => s3['MultipartUpload']?.('b', 'k', 'u')['Part']?.(), 'partNumber'],
  [
    'an identifier of another type',
    (s3) => s3['Object']?.('b', 5)['get']?.(),
    'GetObject of b: Key must be a string',
  ],
]

describe('parameters that boto3 would refuse', () => {
  it.each(refused)('%s', async (_, act, message) => {
    const { s3, requests } = loose()
    const acting = (async () => act(s3))()
    await expect(acting).rejects.toThrow(message)
    await expect(acting).rejects.toBeInstanceOf(ParameterError)
    expect(requests.filter(({ operation }) => operation !== 'ListObjects')).toEqual([])
  })
})

describe('parameters that pass', () => {
  it('those of an object of another realm, or without a prototype', async () => {
    const { client, requests } = recordingClient()
    const bucket = new Bucket('b', client)
    for (const filter of [
      runInNewContext("({ Prefix: 'p' })") as object,
      Object.assign(Object.create(null) as object, { Prefix: 'p' }),
    ]) {
      for await (const _ of bucket.objects.filter(filter)) break
      expect(requests.at(-1)?.input).toMatchObject({ Prefix: 'p' })
    }
  })

  it('what an answer tells, its $metadata with it', async () => {
    const { client, requests } = recordingClient(() => ({ TopicConfigurations: [] }))
    const notification = await new S3(client).BucketNotification('b').load()
    await notification.put({ NotificationConfiguration: notification.data ?? {} })
    expect(requests).toHaveLength(2)
  })

  it('an optional one that is undefined', async () => {
    const { client, requests } = recordingClient()
    await new S3(client).Object('b', 'k').get({ VersionId: undefined })
    expect(requests).toHaveLength(1)
  })

  it("a customer's key in bytes, a date, any body", async () => {
    const { client, requests } = recordingClient()
    const object = new S3(client).Object('b', 'k')
    const SSECustomerKey = new Uint8Array(32) as unknown as string
    for (const Body of ['x', new Uint8Array(1), new Blob(['x']), Readable.from(['x'])]) {
      await object.put({ SSECustomerAlgorithm: 'AES256', SSECustomerKey, Expires: new Date(0), Body })
    }
    expect(requests).toHaveLength(4)
  })
})

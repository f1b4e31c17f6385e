import { Bucket, MultipartUpload, ObjectSummary, S3 } from '@holdfast/resources'
import { describe, expect, it } from 'vitest'
import { collect } from './collect.ts'
import { recordingClient } from './recording-client.ts'

const modified = new Date(0)

/** Seven objects in pages of three, as ListObjects gives them: without a next marker. */
function sevenObjects() {
  const keys = ['a b', 'b%', 'c+', 'd', 'e', 'f', 'ü']
  return recordingClient(({ operation, input }) => {
    if (operation === 'DeleteObjects') return { Deleted: [] }
    const size = Number(input['MaxKeys'] ?? 3)
    const marker = input['Marker'] as string | undefined
    const start = marker === undefined ? 0 : keys.indexOf(marker) + 1
    return {
      EncodingType: 'url',
      Contents: keys.slice(start, start + size).map((key) => ({
        Key: encodeURIComponent(key).replaceAll('%20', '+'),
        Size: key.length,
        LastModified: modified,
      })),
      IsTruncated: start + size < keys.length,
    }
  })
}

async function keysOf(objects: AsyncIterable<ObjectSummary>): Promise<string[]> {
  return (await collect(objects)).map(({ key }) => key)
}

describe('a collection', () => {
  it('asks for nothing until it is read, and then page by page', async () => {
    const { client, requests } = sevenObjects()
    const { objects } = new Bucket('b', client)
    const filtered = objects.filter({ Prefix: 'x' }).all()
    expect(requests).toEqual([])
    expect(await keysOf(filtered)).toEqual(['a b', 'b%', 'c+', 'd', 'e', 'f', 'ü'])
    const shared = { Bucket: 'b', EncodingType: 'url', Prefix: 'x' }
    expect(requests.map(({ input }) => input)).toEqual([
      shared,
      { ...shared, Marker: 'c+' },
      { ...shared, Marker: 'f' },
    ])
  })

  it('asks for no more when its reader leaves', async () => {
    const { client, requests } = sevenObjects()
    for await (const { key } of new Bucket('b', client).objects) if (key === 'b%') break
    expect(requests).toHaveLength(1)
  })

  it('counts to its limit over pages', async () => {
    const { client, requests } = sevenObjects()
    const { objects } = new Bucket('b', client)
    expect(await keysOf(objects.limit(4))).toEqual(['a b', 'b%', 'c+', 'd'])
    expect(requests).toHaveLength(2)
    expect(await keysOf(objects.limit(3))).toHaveLength(3)
    expect(requests).toHaveLength(3)
    expect(await keysOf(objects.limit(0))).toEqual([])
    expect(requests).toHaveLength(3)
  })

  it('gives pages of the size asked for', async () => {
    const { client, requests } = sevenObjects()
    const pages = await collect(new Bucket('b', client).objects.pageSize(2).limit(5).pages())
    expect(pages.map((page) => page.map(({ key }) => key))).toEqual([['a b', 'b%'], ['c+', 'd'], ['e']])
    expect(requests.every(({ input }) => input['MaxKeys'] === 2)).toBe(true)
  })

  it('leaves the collection that it came from as it was', async () => {
    const { client, requests } = sevenObjects()
    const { objects } = new Bucket('b', client)
    const filtered = objects.filter({ Prefix: 'x' })
    filtered.filter({ Delimiter: '/' }).limit(1)
    await keysOf(objects.limit(1))
    await keysOf(filtered.filter({ Marker: 'c+' }).limit(1))
    expect(requests.map(({ input }) => input)).toEqual([
      { Bucket: 'b', EncodingType: 'url' },
      { Bucket: 'b', EncodingType: 'url', Prefix: 'x', Marker: 'c+' },
    ])
  })

  it('has items with attributes', async () => {
    const { client } = sevenObjects()
    const [first] = await collect(new Bucket('b', client).objects.limit(1))
    expect(first).toBeInstanceOf(ObjectSummary)
    expect(first).toMatchObject({ bucketName: 'b', key: 'a b', size: 3, lastModified: modified })
    expect(first?.data?.Key).toBe('a b')
  })

  it('deletes its items page by page', async () => {
    const { client, requests } = sevenObjects()
    const answers = await new Bucket('b', client).objects
      .limit(4)
      .delete({ MFA: '1 2', Delete: { Quiet: true } })
    expect(answers).toHaveLength(2)
    const deletions = requests.filter(({ operation }) => operation === 'DeleteObjects')
    expect(deletions.map(({ input }) => input)).toEqual([
      {
        Bucket: 'b',
        MFA: '1 2',
        Delete: { Quiet: true, Objects: [{ Key: 'a b' }, { Key: 'b%' }, { Key: 'c+' }] },
      },
      { Bucket: 'b', MFA: '1 2', Delete: { Quiet: true, Objects: [{ Key: 'd' }] } },
    ])
  })

  it('deletes nothing where it has nothing', async () => {
    const { client, requests } = recordingClient()
    expect(await new Bucket('b', client).objects.delete()).toEqual([])
    expect(requests).toHaveLength(1)
  })
})

describe('the other collections', () => {
  it('objects go on from the marker that a delimiter gives', async () => {
    const { client, requests } = recordingClient(({ input }) =>
      input['Marker'] === undefined
        ? { EncodingType: 'url', IsTruncated: true, NextMarker: 'a%2Fb+c/' }
        : { IsTruncated: false },
    )
    await keysOf(new Bucket('b', client).objects.filter({ Delimiter: '/' }))
    expect(requests[1]?.input).toMatchObject({ Marker: 'a/b c/', Delimiter: '/' })
  })

  it('of a service that gives one page for ever rejects', async () => {
    const { client, requests } = recordingClient(() => ({ Contents: [{ Key: 'a' }], IsTruncated: true }))
    await expect(keysOf(new Bucket('b', client).objects.all())).rejects.toThrow('the same page again')
    expect(requests).toHaveLength(2)
    // Who wanted no more has what was wanted.
    expect(await keysOf(new Bucket('b', client).objects.limit(2))).toEqual(['a', 'a'])
  })

  it('of a service that does not encode names has them as they are', async () => {
    const names = ['a+b', 'q%2Fz', '100%']
    const { client } = recordingClient(({ operation }) => {
      const entries = names.map((Key) => ({ Key, VersionId: '1', UploadId: 'u' }))
      return operation === 'ListMultipartUploads'
        ? { Uploads: entries }
        : { Contents: entries, Versions: entries }
    })
    const bucket = new Bucket('b', client)
    expect(await keysOf(bucket.objects.all())).toEqual(names)
    expect((await collect(bucket.objectVersions.all())).map(({ objectKey }) => objectKey)).toEqual(names)
    expect((await collect(bucket.multipartUploads.all())).map(({ objectKey }) => objectKey)).toEqual(names)
  })

  it('versions come with their delete markers, and are deleted by their ids', async () => {
    const { client, requests } = recordingClient(({ operation, input }) => {
      if (operation === 'DeleteObjects') return {}
      if (input['KeyMarker'] !== undefined) return { Versions: [{ Key: 'z', VersionId: 'null' }] }
      return {
        EncodingType: 'url',
        Versions: [{ Key: 'a+b', VersionId: '1', Size: 5, IsLatest: false }],
        DeleteMarkers: [{ Key: 'a+b', VersionId: '2', IsLatest: true }],
        IsTruncated: true,
        NextKeyMarker: 'a+b',
        NextVersionIdMarker: '2',
      }
    })
    const { objectVersions } = new Bucket('b', client)
    const versions = await collect(objectVersions.pageSize(2))
    expect(versions).toMatchObject([
      { objectKey: 'a b', id: '1', size: 5, isLatest: false },
      { objectKey: 'a b', id: '2', size: undefined, isLatest: true },
      { objectKey: 'z', id: 'null' },
    ])
    expect(requests[1]?.input).toMatchObject({ KeyMarker: 'a b', VersionIdMarker: '2', MaxKeys: 2 })
    await objectVersions.limit(1).delete()
    expect(requests.at(-1)?.input).toMatchObject({ Delete: { Objects: [{ Key: 'a b', VersionId: '1' }] } })
  })

  it('uploads', async () => {
    const { client, requests } = recordingClient(({ input }) =>
      input['KeyMarker'] === undefined
        ? {
            EncodingType: 'url',
            Uploads: [{ Key: 'a+b', UploadId: 'u', Initiated: modified }],
            IsTruncated: true,
            NextKeyMarker: 'a+b',
            NextUploadIdMarker: 'u',
          }
        : {},
    )
    const [upload] = await collect(new Bucket('b', client).multipartUploads.pageSize(1))
    expect(upload).toMatchObject({ objectKey: 'a b', id: 'u', initiated: modified, uploadId: 'u' })
    expect(requests[1]?.input).toMatchObject({ KeyMarker: 'a b', UploadIdMarker: 'u', MaxUploads: 1 })
  })

  it('parts', async () => {
    const { client, requests } = recordingClient(({ input }) =>
      input['PartNumberMarker'] === undefined
        ? { Parts: [{ PartNumber: 1, Size: 9 }], IsTruncated: true, NextPartNumberMarker: '1' }
        : { Parts: [{ PartNumber: 2, Size: 3 }] },
    )
    const parts = await collect(new MultipartUpload('b', 'k', 'u', client).parts.pageSize(1))
    expect(parts).toMatchObject([
      { bucketName: 'b', objectKey: 'k', multipartUploadId: 'u', partNumber: 1, size: 9 },
      { partNumber: 2, size: 3 },
    ])
    expect(requests[1]?.input).toEqual({
      Bucket: 'b',
      Key: 'k',
      UploadId: 'u',
      PartNumberMarker: '1',
      MaxParts: 1,
    })
  })

  it('buckets', async () => {
    const { client, requests } = recordingClient(({ input }) =>
      input['ContinuationToken'] === undefined
        ? { Buckets: [{ Name: 'a', CreationDate: modified }], ContinuationToken: 't' }
        : { Buckets: [{ Name: 'b' }] },
    )
    const buckets = await collect(new S3(client).buckets.pageSize(1).filter({ Prefix: 'p' }))
    expect(buckets).toMatchObject([{ name: 'a', creationDate: modified }, { name: 'b' }])
    expect(requests[1]?.input).toEqual({ Prefix: 'p', ContinuationToken: 't', MaxBuckets: 1 })
  })
})

import { hash } from 'node:crypto'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectVersionsCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blobFiles } from '../support/blob-files.ts'
import { s3Client } from '../support/s3-client.ts'
import { fakeSource, type FakeVersion, refuse } from './fake-source.ts'
import { type ImportRoom, importRoom } from './import-room.ts'

let room: ImportRoom
let here: S3Client
beforeAll(async () => {
  room = await importRoom()
  here = s3Client(room.target)
}, 60_000)
afterAll(async () => {
  here.destroy()
  await room[Symbol.asyncDispose]()
})

/** Ids as MinIO, Amazon and Ceph have them; two of the same second. */
const VERSIONS: readonly FakeVersion[] = [
  {
    key: 'a',
    versionId: '5f3c1b9e-0c1d-4f1a-9f7e-2d8f6c1b7a55',
    modified: '2021-05-04T10:00:00.123Z',
    body: 'newest',
  },
  {
    key: 'a',
    versionId: '3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY.MTRCxf3vj',
    modified: '2021-05-04T09:00:00.000Z',
    isDeleteMarker: true,
  },
  { key: 'a', versionId: 'second-of-the-same', modified: '2021-05-04T08:00:00.000Z', body: 'second' },
  {
    key: 'a',
    versionId: 'first-of-the-same',
    modified: '2021-05-04T08:00:00.000Z',
    body: 'x'.repeat(100_000),
  },
  { key: 'b', versionId: 'marker-alone', modified: '2020-01-01T00:00:00.000Z', isDeleteMarker: true },
]

/** The bytes of a version and its time, or the error. */
async function readVersion(named: { Bucket: string; Key: string; VersionId: string }) {
  try {
    const { Body, LastModified } = await here.send(new GetObjectCommand(named))
    return [await Body?.transformToString(), LastModified?.toISOString().slice(0, 19)]
  } catch (error) {
    return error instanceof Error ? error.name : error
  }
}

describe('an import from a source of another kind', { timeout: 60_000 }, () => {
  it('keeps ids and times, and its versions are used by these ids', async () => {
    await using source = await fakeSource(VERSIONS)
    const run = await room.import(source, '--bucket', 'fake', '--to', 'foreign')
    expect([run.text, run.stderr, run.exitCode]).toEqual([
      'The source has 5 versions (100.0 KB); 5 versions (100.0 KB) were brought.\nBoth sides are the same.\n',
      '',
      0,
    ])
    const Bucket = 'foreign'
    const ids: (string | undefined)[] = []
    let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}
    for (;;) {
      const page = await here.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1, ...marker }))
      ids.push(...[...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ VersionId }) => VersionId))
      if (!page.IsTruncated) break
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
    }
    expect(ids).toEqual(VERSIONS.map(({ versionId }) => versionId))
    for (const { key, versionId, body, modified } of VERSIONS) {
      const got = await readVersion({ Bucket, Key: key, VersionId: versionId })
      expect(got).toEqual(body === undefined ? 'MethodNotAllowed' : [body, modified.slice(0, 19)])
    }
    const tagged = { Bucket, Key: 'a', VersionId: 'second-of-the-same' }
    await here.send(
      new PutObjectTaggingCommand({ ...tagged, Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }),
    )
    expect((await here.send(new GetObjectTaggingCommand(tagged))).TagSet).toEqual([{ Key: 'k', Value: 'v' }])

    for (const { key, versionId } of VERSIONS) {
      await here.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId: versionId }))
      await expect(
        here.send(new GetObjectCommand({ Bucket, Key: key, VersionId: versionId })),
      ).rejects.toMatchObject({ name: 'InvalidArgument' })
    }
    const { Versions, DeleteMarkers } = await here.send(new ListObjectVersionsCommand({ Bucket }))
    expect([Versions, DeleteMarkers]).toEqual([undefined, undefined])
  })

  it('tries again what may pass, and tells what does not', async () => {
    const body = 'y'.repeat(50_000)
    const at = '2021-05-04T10:00:00.000Z'
    const versions = ['cut', 'slow', 'wrong', 'always-wrong'].map((key) => ({
      key,
      versionId: 'v',
      modified: at,
      body,
    }))
    const counts = new Map<string, number>()
    await using source = await fakeSource(versions, (url, response) => {
      const key = url.pathname.split('/')[2] ?? ''
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      if (key === 'slow' && count <= 3) return refuse(response, 503, 'SlowDown')
      if (key === 'cut' && count <= 2) {
        response.writeHead(200, { 'content-length': body.length })
        response.write(body.slice(0, 20_000), () => response.destroy())
        return true
      }
      if ((key === 'wrong' && count === 1) || key === 'always-wrong') {
        response.writeHead(200, { etag: `"${hash('md5', body)}"`, 'content-length': body.length })
        response.end(`${body.slice(1)}z`)
        return true
      }
      return false
    })
    const run = await room.import(source, '--bucket', 'fake', '--to', 'failing')
    expect(run.text).toMatch(
      /^DIFFERS fake\/always-wrong \(version v\): NOT BROUGHT: [^\n]*BadDigest[^\n]*\nDIFFERS fake\/always-wrong \(version v\): it is not here\n/,
    )
    expect(run.text).toContain('3 versions (150.0 KB) were brought.\n2 differences.\n')
    expect([run.exitCode, counts.get('slow'), counts.get('cut')]).toEqual([1, 4, 3])
    const listed = await here.send(new ListObjectVersionsCommand({ Bucket: 'failing' }))
    expect(listed.Versions?.map(({ Key }) => Key)).toEqual(['cut', 'slow', 'wrong'])
    // What came and was wrong is nowhere.
    await expect.poll(() => blobFiles(room.target.dataDirectory)).toHaveLength(3)
  })

  it('goes by the checksums of the source, too', async () => {
    const wrong = { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-type': 'FULL_OBJECT' }
    const modified = '2021-05-04T10:00:00.000Z'
    await using source = await fakeSource([
      { key: 'a', versionId: 'v', modified, body: 'abc', headers: wrong },
    ])
    const run = await room.import(source, '--bucket', 'fake', '--to', 'checksums')
    expect([run.text, run.exitCode]).toEqual([
      expect.stringContaining(
        'NOT BROUGHT: the bytes that came are not those that the source speaks of (BadDigest)',
      ),
      1,
    ])
  })

  it('brings objects alone where versions are not listed, page by page', async () => {
    const modified = '2021-05-04T10:00:00.000Z'
    const objects = ['a b', 'c', 'd'].map((key) => ({ key, versionId: 'none', modified, body: `of ${key}` }))
    await using source = await fakeSource(objects, (url, response) => {
      const { searchParams: query } = url
      if (query.has('versions') || query.has('versioning')) return refuse(response, 501, 'NotImplemented')
      if (query.get('list-type') !== '2') return false
      const isSecond = query.get('continuation-token') === 'to be continued'
      const page = isSecond ? objects.slice(2) : objects.slice(0, 2)
      const contents = page.map(
        ({ key, body }) =>
          `<Contents><Key>${encodeURIComponent(key)}</Key><LastModified>${modified}</LastModified><ETag>"${hash('md5', body)}"</ETag><Size>${body.length}</Size></Contents>`,
      )
      const next =
        '<IsTruncated>true</IsTruncated><NextContinuationToken>to be continued</NextContinuationToken>'
      const end = isSecond ? '<IsTruncated>false</IsTruncated>' : next
      response.end(
        `<ListBucketResult><EncodingType>url</EncodingType>${contents.join('')}${end}</ListBucketResult>`,
      )
      return true
    })
    const run = await room.import(source, '--bucket', 'fake', '--to', 'objects-alone')
    expect([run.text, run.exitCode]).toEqual([expect.stringContaining('Both sides are the same.'), 0])
    const listed = await here.send(new ListObjectVersionsCommand({ Bucket: 'objects-alone' }))
    expect(
      listed.Versions?.map(({ Key, VersionId, LastModified }) => [Key, VersionId, LastModified]),
    ).toEqual(objects.map(({ key }) => [key, 'null', new Date(modified)]))
  })

  it('puts objects and delete markers that are told of apart into one order', async () => {
    const apart = [
      ...VERSIONS.filter((each) => !each.isDeleteMarker),
      ...VERSIONS.filter((each) => each.isDeleteMarker),
    ]
    await using source = await fakeSource(apart)
    const run = await room.import(source, '--bucket', 'fake', '--to', 'apart')
    // The fake takes the first that it tells of a key for its latest.
    const latest = run.text.split('\n').find((line) => !line.startsWith('DIFFERS fake/b'))
    expect([latest, run.stderr]).toEqual([expect.stringContaining('5 versions (100.0 KB) were brought.'), ''])
    const Bucket = 'apart'
    const { Versions = [], DeleteMarkers = [] } = await here.send(new ListObjectVersionsCommand({ Bucket }))
    const ids = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => `${Key} ${VersionId}`)
    expect(ids.toSorted()).toEqual(VERSIONS.map(({ key, versionId }) => `${key} ${versionId}`).toSorted())
    const again = await room.import(source, '--bucket', 'fake', '--to', Bucket)
    expect(again.text).toContain('; 0 versions (0 B) were brought.')
  })

  it('brings what there is from a source that knows no versions, ACLs or settings, or does not let them be read', async () => {
    const objects = [{ key: 'a', versionId: 'none', modified: '2021-05-04T10:00:00.000Z', body: 'a' }]
    await using source = await fakeSource(objects, (url, response) => {
      const { searchParams: query } = url
      if (query.has('ownershipControls')) return refuse(response, 404, 'OwnershipControlsNotFoundError')
      if (query.has('policy')) return refuse(response, 403, 'AccessDenied')
      if (query.has('versioning')) return refuse(response, 501, 'NotImplemented')
      if (query.has('versions') || query.has('acl')) return refuse(response, 501, 'NotImplemented')
      if (query.get('list-type') !== '2') return false
      response.end(
        `<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><LastModified>2021-05-04T10:00:00.000Z</LastModified><ETag>"${hash('md5', 'a')}"</ETag><Size>1</Size></Contents></ListBucketResult>`,
      )
      return true
    })
    const run = await room.import(source, '--bucket', 'fake', '--to', 'garage')
    expect([run.text, run.stderr, run.exitCode]).toEqual([
      'DIFFERS fake: policy: the source does not let it be read (AccessDenied)\n' +
        'The source has 1 versions (1 B); 1 versions (1 B) were brought.\n1 differences.\n',
      '',
      1,
    ])
    const { Body } = await here.send(new GetObjectCommand({ Bucket: 'garage', Key: 'a' }))
    expect(await Body?.transformToString()).toBe('a')
  })
})

import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeBucket, remoteOf, TwoSites } from './two-sites.ts'
import { ReplicationRoom, ruleTo, type SeenVersion } from './replication-room.ts'

const withoutStatus = (versions: readonly SeenVersion[]) =>
  versions.map((seen) => ({ ...seen, status: 'any' }))

async function uploadParts(room: ReplicationRoom, Key: string, sizes: readonly number[]): Promise<string> {
  const Bucket = 'here'
  const { UploadId } = await room.client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'x/y', ChecksumAlgorithm: 'SHA256' }),
  )
  const Parts = await Promise.all(
    sizes.map(async (size, index) => {
      const PartNumber = index + 1
      const Body = randomBytes(size)
      const part = { Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: 'SHA256' as const }
      const { ETag, ChecksumSHA256 } = await room.client.send(new UploadPartCommand(part))
      return { PartNumber, ETag, ChecksumSHA256 }
    }),
  )
  const done = { Bucket, Key, UploadId, MultipartUpload: { Parts } }
  return (await room.client.send(new CompleteMultipartUploadCommand(done))).VersionId ?? ''
}

// The first test of a file waits for all of the server to be loaded, and here are two.
describe.each([true, false])(
  'to a bucket of another server (Holdfast: %s)',
  { timeout: 60_000 },
  (isHoldfast) => {
    it('brings objects of every size with all that is said of them', async () => {
      await using sites = await TwoSites.open({ remote: { isHoldfast }, lock: true })
      const { here, there } = sites
      await sites.replicate()
      const bodies = ['', 'small', randomBytes(100_000), randomBytes(3_000_000)]
      const said = {
        ContentType: 'text/x-it',
        CacheControl: 'max-age=3',
        ContentDisposition: 'inline',
        ContentLanguage: 'da',
        ContentEncoding: 'x-it',
        WebsiteRedirectLocation: '/other',
        StorageClass: 'STANDARD_IA',
        Metadata: { colour: 'blue', size: '=?UTF-8?B?w6k=?=' },
        Tagging: 'a=b&c%20d=%C3%A6',
        ObjectLockMode: 'GOVERNANCE',
        ObjectLockRetainUntilDate: new Date(Date.now() + 3600_000),
        ObjectLockLegalHoldStatus: 'ON',
      } as const
      for (const [at, Body] of bodies.entries()) await here.put('here', `key ${at}/ü`, { ...said, Body })
      await here.server.settle()
      for (const [at, body] of bodies.entries()) {
        const Key = `key ${at}/ü`
        const one = await here.client.send(new HeadObjectCommand({ Bucket: 'here', Key }))
        const two = await there.get('there', Key)
        const bytes = (await two.Body?.transformToByteArray()) ?? Buffer.alloc(1)
        expect(Buffer.compare(bytes, Buffer.from(body))).toBe(0)
        const common = [
          'ContentType',
          'CacheControl',
          'Metadata',
          'StorageClass',
          'ETag',
          'TagCount',
        ] as const
        const others = ['ObjectLockMode', 'ObjectLockLegalHoldStatus', 'ObjectLockRetainUntilDate'] as const
        const more = ['ContentLanguage', 'ContentEncoding', 'WebsiteRedirectLocation'] as const
        for (const name of [...common, ...others, ...more])
          expect([name, two[name]]).toEqual([name, one[name]])
        expect(one.ReplicationStatus).toBe('COMPLETED')
        expect(two.ReplicationStatus).toBe(isHoldfast ? 'REPLICA' : undefined)
        const isSame =
          two.VersionId === one.VersionId && Number(two.LastModified) === Number(one.LastModified)
        expect(isSame || !isHoldfast).toBe(true)
      }
    })

    it('brings uploads in parts part by part, with their checksums', async () => {
      await using sites = await TwoSites.open({ remote: { isHoldfast } })
      const { here, there } = sites
      await sites.replicate()
      await uploadParts(here, 'parts', [300_000, 200_000, 7])
      await uploadParts(here, 'one part', [5])
      await here.server.settle()
      for (const Key of ['parts', 'one part']) {
        const ask = (room: ReplicationRoom, Bucket: string) =>
          room.client.send(
            new GetObjectAttributesCommand({
              Bucket,
              Key,
              ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'ObjectSize'],
            }),
          )
        const [one, two] = await Promise.all([ask(here, 'here'), ask(there, 'there')])
        for (const name of ['ETag', 'Checksum', 'ObjectParts', 'ObjectSize'] as const)
          expect(two[name]).toEqual(one[name])
        const [a, b] = await Promise.all([here.get('here', Key), there.get('there', Key)])
        expect(b.ContentType).toBe('x/y')
        expect(await b.Body?.transformToString('base64')).toBe(await a.Body?.transformToString('base64'))
      }
    })

    it('brings versions of a key in their order, delete markers, and changes of tags and locks', async () => {
      await using sites = await TwoSites.open({ remote: { isHoldfast }, lock: true })
      const { here, there } = sites
      await sites.replicate()
      const first = await here.put('here', 'key', { Body: 'one' })
      await here.client.send(new DeleteObjectCommand({ Bucket: 'here', Key: 'key' }))
      await here.put('here', 'key', { Body: 'two' })
      await here.server.settle()
      const TagSet = [{ Key: 'is', Value: 'æ + = /' }]
      const at = { Bucket: 'here', Key: 'key', VersionId: first }
      await here.client.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet } }))
      await here.client.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status: 'ON' } }))
      await here.server.settle()
      const listed = await there.client.send(new ListObjectVersionsCommand({ Bucket: 'there' }))
      expect([listed.Versions?.length, listed.DeleteMarkers?.length]).toEqual([2, 1])
      const oldest = listed.Versions?.find(({ IsLatest }) => !IsLatest)
      const found = { Bucket: 'there', Key: 'key', VersionId: oldest?.VersionId }
      expect((await there.client.send(new GetObjectTaggingCommand(found))).TagSet).toEqual(TagSet)
      expect((await there.client.send(new HeadObjectCommand(found))).ObjectLockLegalHoldStatus).toBe('ON')
      expect(await here.status('here', 'key', first)).toBe('COMPLETED')
      const [ours, theirs] = [await here.versions('here'), await there.versions('there')]
      const known = isHoldfast ? withoutStatus(theirs) : withoutStatus(ours)
      expect(known).toEqual(withoutStatus(ours))
    })

    it('brings an event hold, and its release', async () => {
      await using sites = await TwoSites.open({ remote: { isHoldfast }, lock: true })
      const { here, there } = sites
      await sites.replicate()
      const held = {
        ObjectLockMode: 'GOVERNANCE',
        ObjectLockEventHold: 'ON',
        ObjectLockEventHoldDurationYears: 2,
      } as const
      await here.put('here', 'key', { ...held, ChecksumAlgorithm: 'CRC32' })
      await here.server.settle()
      expect(await there.get('there', 'key')).toMatchObject(held)
      const Retention = { Mode: 'GOVERNANCE', EventHold: 'OFF' } as const
      await here.client.send(new PutObjectRetentionCommand({ Bucket: 'here', Key: 'key', Retention }))
      await here.server.settle()
      const after = await there.get('there', 'key')
      expect([after.ObjectLockEventHold, after.ObjectLockEventHoldDurationYears]).toEqual(['OFF', undefined])
      expect(after.ObjectLockRetainUntilDate?.getTime()).toBeGreaterThan(Date.now() + 700 * 86_400_000)
    })
  },
)

it('knows a Holdfast by what it says of itself', async () => {
  await using sites = await TwoSites.open()
  await sites.replicate()
  const id = await sites.here.put('here', 'key')
  await sites.here.server.settle()
  expect(await sites.there.status('there', 'key', id)).toBe('REPLICA')
})

it('gives replicas the class and the owner that the rule says', async () => {
  await using sites = await TwoSites.open()
  const { here, there } = sites
  await sites.replicate({
    Destination: {
      Bucket: '',
      Account: '100000000001',
      AccessControlTranslation: { Owner: 'Destination' },
      StorageClass: 'ONEZONE_IA',
    },
  })
  await here.put('here', 'key')
  await here.server.settle()
  const Attributes = await there.get('there', 'key')
  expect([Attributes.StorageClass, Attributes.ReplicationStatus]).toEqual(['ONEZONE_IA', 'REPLICA'])
})

it('completes a version when all of its destinations have it', async () => {
  await using there = await ReplicationRoom.open()
  await makeBucket(there, 'there')
  const gone = { ...remoteOf('http://127.0.0.1:9'), arn: 'arn:aws:s3:::nowhere' }
  const destinations = [remoteOf(there.server.url), gone]
  await using here = await ReplicationRoom.open({ replication: { destinations } })
  await makeBucket(here, 'here')
  const local = await here.bucket()
  const rules = [ruleTo(local), ruleTo('away', { Priority: 2 })]
  const role = await here.role()
  await here.replicate('here', role, ...rules)
  const id = await here.put('here', 'key')
  await here.server.settle()
  expect(await here.status('here', 'key', id)).toBe('COMPLETED')
  expect(await there.status('there', 'key', id)).toBe('REPLICA')
  expect(await here.status(local, 'key', id)).toBe('REPLICA')
  await here.replicate('here', role, ...rules, ruleTo('nowhere', { Priority: 3 }))
  const second = await here.put('here', 'other')
  await here.server.settle()
  expect(await there.status('there', 'other', second)).toBe('REPLICA')
  expect(await here.status(local, 'other', second)).toBe('REPLICA')
  expect(await here.status('here', 'other', second)).toBe('PENDING')
})

it.each([5, 400_000])('brings what is too long for a header behind the version (%i bytes)', async (size) => {
  await using sites = await TwoSites.open()
  const { here, there } = sites
  await sites.replicate()
  const Body = randomBytes(size)
  const TagSet = Array.from({ length: 10 }, (_, at) => ({
    Key: `${at}`.padEnd(128, 'é'),
    Value: 'ü'.repeat(256),
  }))
  const id = await here.put('here', 'key', { Body, Metadata: { long: 'x'.repeat(2000) } })
  const Tagging = { TagSet }
  await here.client.send(new PutObjectTaggingCommand({ Bucket: 'here', Key: 'key', Tagging }))
  await here.server.settle()
  expect(await here.status('here', 'key', id)).toBe('COMPLETED')
  const at = { Bucket: 'there', Key: 'key', VersionId: id }
  expect((await there.client.send(new GetObjectTaggingCommand(at))).TagSet).toEqual(TagSet)
  expect(await (await there.get('there', 'key', id)).Body?.transformToString('base64')).toBe(
    Body.toString('base64'),
  )
})

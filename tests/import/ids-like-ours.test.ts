import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { s3Client } from '../support/s3-client.ts'
import { fakeSource, type FakeVersion } from './fake-source.ts'
import { importRoom } from './import-room.ts'

const IDS = ['f', '8', '0', 'c'].map((digit) => digit.repeat(32))
/** Newest first: ids of the form that this store makes, in an order that is not theirs. */
const VERSIONS: readonly FakeVersion[] = IDS.map((versionId, index) => ({
  key: 'a',
  versionId,
  modified: `2021-05-04T1${9 - index}:00:00.000Z`,
  body: `body ${index}`,
}))

it(
  'ids that look like ours in another order are kept, used and brought once',
  { timeout: 60_000 },
  async () => {
    await using room = await importRoom()
    await using source = await fakeSource(VERSIONS)
    const here = s3Client(room.target)
    const Bucket = 'like-ours'
    const first = await room.import(source, '--bucket', 'fake', '--to', Bucket)
    expect([first.text, first.exitCode]).toEqual([
      expect.stringMatching(/; 4 versions \S+ B\) were brought\.\nBoth sides are the same\.\n$/),
      0,
    ])
    const second = await room.import(source, '--bucket', 'fake', '--to', Bucket)
    expect([second.text, second.exitCode]).toEqual([
      expect.stringMatching(/; 0 versions \(0 B\) were brought\.\nBoth sides are the same\.\n$/),
      0,
    ])
    const { Versions } = await here.send(new ListObjectVersionsCommand({ Bucket }))
    expect(Versions?.map(({ VersionId }) => VersionId)).toEqual(IDS)
    for (const [index, VersionId] of IDS.entries()) {
      const { Body } = await here.send(new GetObjectCommand({ Bucket, Key: 'a', VersionId }))
      expect(await Body?.transformToString()).toBe(`body ${index}`)
    }
    for (const VersionId of IDS) await here.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }))
    expect((await here.send(new ListObjectVersionsCommand({ Bucket }))).Versions).toBeUndefined()
    here.destroy()
  },
)

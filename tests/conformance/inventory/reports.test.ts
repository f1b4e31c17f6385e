import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { DAY_MILLISECONDS, expectStatus, type TimeRoomOptions } from '../../support/time-room.ts'
import { reportStatement } from './inventory-documents.ts'
import { REPORTS, ReportRoom } from './report-room.ts'

let room: ReportRoom
async function open(options: TimeRoomOptions = {}): Promise<void> {
  room = await ReportRoom.open(options)
}
afterEach(() => room[Symbol.asyncDispose]())

const HOUR_MILLISECONDS = 60 * 60 * 1000

/** A moment later, after the workers' passes. */
async function later(milliseconds = 0): Promise<void> {
  room.server.clock.advance(milliseconds)
  await room.server.settle()
}

describe('a report', () => {
  beforeEach(() => open())

  it('stands where S3 puts it, with manifest, checksum and symlink', async () => {
    await room.put('a')
    await room.setInventory('one')
    await room.setInventory('two', { inDestination: '<Prefix>in/here</Prefix>', format: 'Parquet' })
    await later()
    const file = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/
    const keys = (await room.keysIn()).map((key) => key.replace(new RegExp(file.source.slice(1)), 'FILE'))
    expect(keys).toEqual([
      'in/here/the-bucket/two/2030-06-01T12-00Z/manifest.checksum',
      'in/here/the-bucket/two/2030-06-01T12-00Z/manifest.json',
      'in/here/the-bucket/two/data/FILE.parquet',
      'in/here/the-bucket/two/hive/dt=2030-06-01-12-00/symlink.txt',
      'the-bucket/one/2030-06-01T12-00Z/manifest.checksum',
      'the-bucket/one/2030-06-01T12-00Z/manifest.json',
      'the-bucket/one/data/FILE.csv.gz',
      'the-bucket/one/hive/dt=2030-06-01-12-00/symlink.txt',
    ])
    const [report] = await room.reports('one')
    expect(report?.manifest).toMatchObject({
      sourceBucket: 'the-bucket',
      destinationBucket: `arn:aws:s3:::${REPORTS}`,
      version: '2016-11-30',
      fileFormat: 'CSV',
      fileSchema: 'Bucket, Key',
    })
    expect(Number(report?.manifest['creationTimestamp'])).toBeGreaterThanOrEqual(
      Date.parse('2030-06-01T12:00:00Z'),
    )
    const [other] = await room.reports('two', REPORTS, 'in/here/')
    expect(other?.manifest).toMatchObject({
      fileFormat: 'Parquet',
      fileSchema: 'message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); }',
    })
    expect(other?.rows).toEqual([{ bucket: 'the-bucket', key: 'a' }])
  })

  it('has awkward keys as they are, in both formats', async () => {
    const keys = ['a b&c', 'a"quoted",b', 'é/ü/\u{1f600}', 'line\nbreak', '100%+1', "it's(~)!*"]
    for (const key of keys) await room.put(key)
    await room.setInventory('csv')
    await room.setInventory('parquet', { format: 'Parquet' })
    await later()
    const [csv] = await room.reports('csv')
    const [parquet] = await room.reports('parquet')
    expect(csv?.rows.map(({ Key }) => Key).toSorted()).toEqual(keys.toSorted())
    expect(parquet?.rows.map(({ key }) => key).toSorted()).toEqual(keys.toSorted())
  })

  it('has the keys of its prefix alone', async () => {
    for (const key of ['a', 'logs/1', 'logs/2', 'logs', 'm']) await room.put(key)
    await room.setInventory('one', { prefix: 'logs/' })
    await later()
    const [report] = await room.reports('one')
    expect(report?.rows.map(({ Key }) => Key)).toEqual(['logs/1', 'logs/2'])
  })

  it('of an empty bucket has no files', async () => {
    await room.setInventory('one', { format: 'Parquet' })
    await later()
    const [report] = await room.reports('one')
    expect([report?.files, report?.manifest['files']]).toEqual([[], []])
  })

  it('may go into its own bucket', async () => {
    await room.setPolicy(room.bucket, reportStatement(room.bucket, room.bucket, mainAccount.id))
    await room.put('a')
    await room.setInventory('one', { destination: room.bucket })
    await later()
    await later(DAY_MILLISECONDS)
    const [first, second] = await room.reports('one', room.bucket)
    expect(first?.rows.map(({ Key }) => Key)).toEqual(['a'])
    expect(second?.rows).toHaveLength(5)
  })
})

describe('versions', () => {
  beforeEach(() => open({ versioning: true }))

  async function makeVersions() {
    const first = await room.put('a', 'one')
    const second = await room.put('a', 'two!')
    await room.put('b', 'gone')
    const marker = (await room.request('DELETE', 'b')).headers['x-amz-version-id'] ?? ''
    return { first, second, marker }
  }

  it('are all there where they are asked for', async () => {
    const { first, second, marker } = await makeVersions()
    await room.setInventory('all', { versions: 'All', fields: ['Size'] })
    await later()
    const [report] = await room.reports('all')
    expect(report?.columns).toEqual(['Bucket', 'Key', 'VersionId', 'IsLatest', 'IsDeleteMarker', 'Size'])
    const rows = report?.rows ?? []
    const Bucket = room.bucket
    expect(rows.slice(0, 3)).toEqual([
      { Bucket, Key: 'a', VersionId: second, IsLatest: 'true', IsDeleteMarker: 'false', Size: '4' },
      { Bucket, Key: 'a', VersionId: first, IsLatest: 'false', IsDeleteMarker: 'false', Size: '3' },
      { Bucket, Key: 'b', VersionId: marker, IsLatest: 'true', IsDeleteMarker: 'true' },
    ])
    expect(rows).toHaveLength(4)
    expect(rows[3]).toMatchObject({ Key: 'b', IsLatest: 'false', Size: '4' })
  })

  it('are those of today where nobody asked', async () => {
    await makeVersions()
    await room.setInventory('current', { fields: ['Size'] })
    await later()
    const [report] = await room.reports('current')
    expect(report?.rows).toEqual([{ Bucket: 'the-bucket', Key: 'a', Size: '4' }])
  })
})

describe('files', () => {
  it.each(['CSV', 'Parquet'])('are several where there are many rows: %s', async (format) => {
    await open({ versioning: true, testing: { enabled: true, inventoryFileRows: 200 } })
    const keys = Array.from({ length: 30 }, (_, at) => `k${String(at).padStart(2, '0')}`)
    for (let round = 0; round < 14; round++) await Promise.all(keys.map((key) => room.put(key)))
    await room.setInventory('one', { versions: 'All', format })
    await later()
    const [report] = await room.reports('one')
    expect(report?.files.map(({ rows }) => rows)).toEqual([200, 200, 20])
    const told = report?.rows.map((row) => [row['Key'] ?? row['key'], row['VersionId'] ?? row['version_id']])
    const listed = (await room.versions()).map(({ key, versionId }) => [key, versionId])
    expect(told).toEqual(listed)
    const newest = report?.rows.filter((row) => String(row['IsLatest'] ?? row['is_latest']) === 'true')
    expect(newest).toHaveLength(30)
  })
})

describe('the schedule', () => {
  beforeEach(() => open())

  async function times(id: string): Promise<string[]> {
    const manifests = (await room.keysIn(REPORTS, `the-bucket/${id}/2`)).filter((key) =>
      key.endsWith('.json'),
    )
    return manifests.map((key) => key.split('/')[2] ?? '')
  }

  it('is daily: at once, then each day', async () => {
    await room.setInventory('one')
    await later()
    await later(11 * HOUR_MILLISECONDS)
    expect(await times('one')).toEqual(['2030-06-01T12-00Z'])
    await later(HOUR_MILLISECONDS)
    await later(12 * HOUR_MILLISECONDS)
    await later(3 * DAY_MILLISECONDS)
    expect(await times('one')).toEqual(['2030-06-01T12-00Z', '2030-06-02T00-00Z', '2030-06-05T12-00Z'])
  })

  it('is weekly: at once, then each Sunday', async () => {
    await room.setInventory('one', { frequency: 'Weekly' })
    await later()
    await later(12 * HOUR_MILLISECONDS)
    await later(6 * DAY_MILLISECONDS)
    expect(await times('one')).toEqual(['2030-06-01T12-00Z', '2030-06-02T00-00Z'])
    await later(DAY_MILLISECONDS)
    expect(await times('one')).toHaveLength(3)
  })

  it('is none where the configuration is disabled or gone', async () => {
    await room.setInventory('off', { enabled: false })
    await room.setInventory('gone')
    expectStatus(await room.request('DELETE', '', { query: 'id=gone&inventory=' }), 204)
    await later()
    await later(DAY_MILLISECONDS)
    expect(await room.keysIn()).toEqual([])
    await room.setInventory('off')
    await later()
    expect(await times('off')).toHaveLength(1)
  })

  it('goes on after the clock was set back', async () => {
    await room.setInventory('one')
    await later()
    await later(-10 * DAY_MILLISECONDS)
    expect(await times('one')).toEqual(['2030-05-22T12-00Z', '2030-06-01T12-00Z'])
  })
})

describe('the destination', () => {
  beforeEach(() => open())

  async function delivered(id: string): Promise<number> {
    return (await room.reports(id)).length
  }

  async function metric(name: string): Promise<number> {
    const page = await (await fetch(`${room.server.url}/-/metrics`)).text()
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1])
  }

  it.each([
    ['another source', { 'aws:SourceArn': 'arn:aws:s3:::another' }],
    ['another account', { 'aws:SourceAccount': otherAccount.id }],
    ['another ACL', { 's3:x-amz-acl': 'private' }],
  ])('takes nothing where its policy is for %s', async (_, StringEquals) => {
    await room.setPolicy(REPORTS, {
      ...reportStatement(room.bucket, REPORTS, mainAccount.id),
      Condition: { StringEquals },
    })
    await room.put('a')
    await room.setInventory('one')
    await later()
    expect(await room.keysIn()).toEqual([])
    expect(await metric('holdfast_inventory_refusals_total')).toBe(1)
  })

  it('is asked again an hour later', async () => {
    expectStatus(await room.ask('DELETE', REPORTS, undefined, { query: 'policy=' }), 204)
    await room.setInventory('one')
    await later()
    await room.setPolicy(REPORTS, reportStatement(room.bucket, REPORTS, mainAccount.id))
    await later(HOUR_MILLISECONDS - 60_000)
    expect(await delivered('one')).toBe(0)
    await later(60_000)
    expect(await delivered('one')).toBe(1)
    expect(await metric('holdfast_inventory_reports_total')).toBe(1)
  })

  it('may be gone', async () => {
    await room.setInventory('one')
    expectStatus(await room.ask('DELETE', REPORTS), 204)
    await later()
    expect(await metric('holdfast_inventory_refusals_total')).toBe(1)
  })

  it('may be of another account, which is checked where it is named', async () => {
    const theirs = { credentials: otherCredentials }
    expectStatus(await room.ask('PUT', 'theirs', undefined, theirs))
    const body = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', ...reportStatement(room.bucket, 'theirs', mainAccount.id) }],
    })
    expectStatus(await room.ask('PUT', 'theirs', undefined, { ...theirs, query: 'policy=', body }), 204)
    await room.put('a')
    const inDestination = `<AccountId>${otherAccount.id}</AccountId>`
    await room.setInventory('one', { destination: 'theirs', inDestination })
    await later()
    const query = 'list-type=2'
    const { text } = await room.ask('GET', 'theirs', undefined, { ...theirs, query })
    expect(text).toContain('manifest.json')
    const key = /the-bucket[^<]*manifest\.json/.exec(text)?.[0] ?? ''
    expectStatus(await room.ask('GET', 'theirs', key, theirs))
  })
})

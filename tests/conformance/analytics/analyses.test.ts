import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { expectRefusal, expectStatus } from '../../support/time-room.ts'
import { reportStatement } from '../inventory/inventory-documents.ts'
import { REPORTS } from '../inventory/report-room.ts'
import { AGED_BYTES, AnalysisRoom } from './analysis-room.ts'
import { withMd5 } from '../access/access-room.ts'
import { INDEX, visit, websiteXml } from '../website/website-room.ts'
import { analyticsOf, analyticsXml } from './analytics-documents.ts'

const LARGE = Buffer.alloc(AGED_BYTES, 'x')
const HEAD =
  'Date,ConfigId,Filter,StorageClass,ObjectAge,ObjectCount,DataUploaded_MB,Storage_MB,DataRetrieved_MB,' +
  'GetRequestCount,CumulativeAccessRatio,ObjectAgeForSIATransition,RecommendedObjectAgeForSIATransition'

let room: AnalysisRoom
beforeEach(async () => {
  room = await AnalysisRoom.open()
})
afterEach(() => room[Symbol.asyncDispose]())

describe('an analysis', () => {
  it('is exported after its first whole day, then every day, into one file', async () => {
    await room.setAnalytics('one')
    await room.hoursLater(0)
    await room.put('before', LARGE)
    await room.daysLater()
    expect(await room.keysIn()).toEqual([])
    await room.read('before')
    await room.daysLater()
    expect(await room.keysIn()).toEqual(['the-bucket/one.csv'])
    await room.hoursLater(11)
    expect(await room.exported('one')).toHaveLength(1)
    await room.hoursLater(1)
    await room.hoursLater(1)
    const all = await room.exported('one')
    expect(all.map(({ Date: date, GetRequestCount }) => [date, GetRequestCount])).toEqual([
      ['06-03-2030', '1'],
      ['06-04-2030', '0'],
    ])
    const { headers } = await room.ask('HEAD', REPORTS, 'the-bucket/one.csv')
    expect(headers['content-type']).toBe('text/csv')
  })

  it('has the columns of S3, by age groups, and within them by date', async () => {
    await room.setAnalytics('one')
    await room.daysLater()
    await room.put('large', LARGE)
    await room.read('large')
    await room.daysLater()
    await room.daysLater()
    const [head, ...lines] = (await room.exportText('one')).split('\n')
    expect(head).toBe(HEAD)
    expect(lines.slice(0, 3)).toEqual([
      '06-03-2030,one,,STANDARD,000-014,,,0.125,0.125,1,1,,',
      '06-04-2030,one,,STANDARD,000-014,,,0.125,0,0,1,,',
      '06-03-2030,one,,STANDARD,015-029,,,0,0,0,,,',
    ])
    expect(lines.slice(-3)).toEqual([
      '06-03-2030,one,,STANDARD,ALL,1,0.125,0.125,0.125,1,1,,',
      '06-04-2030,one,,STANDARD,ALL,1,0,0.125,0,0,1,,',
      '',
    ])
    const ages = lines.slice(0, -1).map((line) => line.split(',')[4])
    expect([...new Set(ages)].join(' ')).toBe(
      '000-014 015-029 030-044 045-059 060-074 075-089 090-119 120-149 150-179 180-364 365-729 730+ ALL',
    )
  })

  it('counts what is sent by GETs that succeed, and nothing else', async () => {
    await room.setAnalytics('one')
    await room.daysLater()
    await room.put('large', LARGE)
    await room.read('large', { range: 'bytes=0-65535' })
    await room.read('large', {}, 'partNumber=1')
    expectStatus(await room.request('HEAD', 'large'))
    expectRefusal(await room.request('GET', 'gone'), 404, 'NoSuchKey')
    const { etag = '' } = (await room.request('HEAD', 'large')).headers
    expect((await room.request('GET', 'large', { headers: { 'if-none-match': etag } })).status).toBe(304)
    const headers = { 'x-amz-copy-source': `/${room.bucket}/large` }
    expectStatus(await room.request('PUT', 'copy', { headers }))
    expectStatus(await room.request('GET', 'large', { query: 'tagging=' }))
    await room.daysLater()
    const [line] = await room.exported('one')
    expect(line).toMatchObject({ GetRequestCount: '2', DataRetrieved_MB: '0.1875', ObjectCount: '2' })
  })

  it('counts large objects, whose bytes come in chunks, as far as they were sent', async () => {
    await room.setAnalytics('one')
    await room.daysLater()
    await room.put('huge', Buffer.alloc(3 * 1024 * 1024))
    await room.read('huge')
    await room.read('huge', { range: 'bytes=1048576-' })
    await room.daysLater()
    expect((await room.exported('one'))[0]).toMatchObject({ GetRequestCount: '2', DataRetrieved_MB: '5' })
  })

  it('counts the pages of a website that are there', async () => {
    const site = { 'x-amz-object-ownership': 'ObjectWriter' }
    expectStatus(await room.ask('PUT', 'the-site', undefined, { headers: site }))
    expectStatus(await room.ask('DELETE', 'the-site', undefined, { query: 'publicAccessBlock=' }), 204)
    await room.setPolicy('the-site', {
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::the-site/*',
    })
    for (const [query, body] of [
      ['website=', websiteXml(INDEX)],
      [analyticsOf('one'), analyticsXml('one', { destination: 'the-site' })],
    ] as const)
      expectStatus(await room.ask('PUT', 'the-site', undefined, { query, body, headers: withMd5(body) }))
    expectStatus(await room.ask('PUT', 'the-site', 'index.html', { body: 'hello' }))
    await room.daysLater()
    expectStatus(await visit(room.server, 'the-site', '/'))
    expect((await visit(room.server, 'the-site', '/gone')).status).toBe(403)
    await room.setPolicy(
      'the-site',
      { Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::the-site/*' },
      reportStatement('the-site', 'the-site', mainAccount.id),
    )
    await room.daysLater()
    const text = (await room.bytes('the-site/one.csv', 'the-site')).toString()
    expect(text).toMatch(/,STANDARD,ALL,1,0,0.000005,0.000005,1,1,,\n$/)
  })

  it('counts uploads in one request; those in parts, and copies, are none', async () => {
    await room.setAnalytics('one')
    await room.daysLater()
    await room.put('large', LARGE)
    await room.putParts('parts', [LARGE, LARGE])
    const headers = { 'x-amz-copy-source': `/${room.bucket}/large` }
    expectStatus(await room.request('PUT', 'copy', { headers }))
    await room.daysLater()
    const [line] = await room.exported('one')
    expect(line).toMatchObject({ ObjectCount: '3', DataUploaded_MB: '0.125', Storage_MB: '0.5' })
  })

  it('has smaller objects among all of them alone', async () => {
    await room.setAnalytics('one')
    await room.daysLater()
    await room.put('large', LARGE)
    await room.put('small', LARGE.subarray(1))
    await room.put('empty', '')
    for (const key of ['large', 'small', 'empty']) await room.read(key)
    await room.daysLater()
    expect(await room.exported('one', '000-014')).toMatchObject([
      { Storage_MB: '0.125', DataRetrieved_MB: '0.125', GetRequestCount: '1' },
    ])
    expect(await room.exported('one')).toMatchObject([
      { ObjectCount: '3', Storage_MB: '0.249999', DataRetrieved_MB: '0.249999', GetRequestCount: '3' },
    ])
  })

  it('tells of STANDARD and STANDARD_IA', async () => {
    await room.setAnalytics('one')
    await room.daysLater()
    for (const name of ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING']) {
      await room.put(name, LARGE, { 'x-amz-storage-class': name })
      await room.read(name)
    }
    await room.daysLater()
    const told = (await room.exported('one')).map((line) => [line['StorageClass'], line['ObjectCount']])
    expect(told).toEqual([
      ['STANDARD', '1'],
      ['STANDARD_IA', '1'],
    ])
    expect(await room.exported('one', '000-014')).toMatchObject([
      { StorageClass: 'STANDARD', GetRequestCount: '1' },
      { StorageClass: 'STANDARD_IA', GetRequestCount: '1' },
    ])
  })

  it('is of the objects that its filter is about', async () => {
    const tag = '<Tag><Key>kind</Key><Value>log</Value></Tag>'
    const filters = {
      prefix: '<Prefix>logs/</Prefix>',
      tag,
      both: `<And><Prefix>logs/</Prefix>${tag}</And>`,
      never: '<Prefix>logs/1,"x"</Prefix>',
    }
    for (const [id, filter] of Object.entries(filters))
      await room.setAnalytics(id, { filter, destination: REPORTS })
    await room.daysLater()
    for (const key of ['a', 'logs/1', 'logs/2', 'm']) {
      const isTagged = key === 'a' || key === 'logs/2'
      await room.put(key, LARGE, isTagged ? { 'x-amz-tagging': 'kind=log&more=1' } : {})
      await room.read(key)
    }
    await room.put('logs/3', 'small')
    await room.daysLater()
    const told = async (id: string) => {
      const [line] = await room.exported(id)
      return [line?.['ObjectCount'], line?.['GetRequestCount'], line?.['Filter']]
    }
    expect(await told('prefix')).toEqual(['3', '2', 'Prefix=logs/'])
    expect(await told('tag')).toEqual(['2', '2', 'Tag:kind=log'])
    expect(await told('both')).toEqual(['1', '1', 'Prefix=logs/;Tag:kind=log'])
    expect(await room.exportText('never')).toContain(',never,"Prefix=logs/1,""x""",STANDARD,ALL,0,0,0,0,0,,,')
  })

  it('is of the newest versions', async () => {
    expectStatus(await room.setVersioning('Enabled'))
    await room.setAnalytics('one')
    await room.daysLater()
    const old = await room.put('key', LARGE)
    const newest = await room.put('key', LARGE)
    await room.put('gone', LARGE)
    expectStatus(await room.request('DELETE', 'gone'), 204)
    await room.read('key')
    await room.read('key', {}, `versionId=${newest}`)
    await room.read('key', {}, `versionId=${old}`)
    await room.daysLater()
    expect(await room.exported('one')).toMatchObject([{ ObjectCount: '1', GetRequestCount: '2' }])
  })

  it('begins anew with another filter, and goes on with another destination', async () => {
    await room.setAnalytics('one')
    await room.daysLater(3)
    expect(await room.exported('one')).toHaveLength(1)
    await room.setAnalytics('one', { destination: REPORTS, inDestination: '<Prefix>in/here</Prefix>' })
    await room.daysLater()
    expect((await room.exportText('one', REPORTS, 'in/here/')).match(/,ALL,/g)).toHaveLength(2)
    await room.setAnalytics('one', { destination: REPORTS, filter: '<Prefix>a</Prefix>' })
    await room.daysLater(2)
    const all = await room.exported('one')
    expect(all.map((line) => [line['Date'], line['Filter']])).toEqual([['06-07-2030', 'Prefix=a']])
  })

  it('ends with its configuration', async () => {
    await room.setAnalytics('one')
    await room.daysLater(2)
    await room.daysLater()
    expect(await room.exported('one')).toHaveLength(2)
    expectStatus(await room.request('DELETE', '', { query: analyticsOf('one') }), 204)
    await room.daysLater()
    expect(await room.exported('one')).toHaveLength(2)
    await room.setAnalytics('one')
    await room.daysLater(2)
    expect(await room.exported('one')).toHaveLength(1)
  })

  it('goes on after the clock was set back', async () => {
    await room.setAnalytics('one')
    await room.daysLater(2)
    await room.daysLater(-10)
    await room.daysLater(2)
    const dates = (await room.exported('one')).map((line) => line['Date'])
    expect(dates).toEqual(['05-26-2030', '06-03-2030'])
  })
})

describe('the age to transition', () => {
  it('is told after 30 days, and recommended once it is stable', { timeout: 60_000 }, async () => {
    await room.setAnalytics('one')
    // Read when they are new, and never again.
    for (let day = 0; day < 40; day++) {
      await room.daysLater()
      await room.put(`day-${day}`, LARGE)
      for (let read = 0; read < 3; read++) await room.read(`day-${day}`)
    }
    const all = await room.exported('one')
    const [age, recommended] = ['ObjectAgeForSIATransition', 'RecommendedObjectAgeForSIATransition']
    expect(all.map((line) => [line['Date'], line[age], line[recommended]]).slice(28, 37)).toEqual([
      ['07-01-2030', undefined, undefined],
      ['07-02-2030', '15', undefined],
      ['07-03-2030', '15', undefined],
      ['07-04-2030', '15', undefined],
      ['07-05-2030', '15', undefined],
      ['07-06-2030', '15', undefined],
      ['07-07-2030', '15', undefined],
      ['07-08-2030', '15', '30'],
      ['07-09-2030', '15', '30'],
    ])
    const young = await room.exported('one', '000-014')
    expect(Number(young.at(-1)?.['CumulativeAccessRatio'])).toBeGreaterThan(3)
    const older = await room.exported('one', '015-029')
    expect(older.at(-1)).toMatchObject({ CumulativeAccessRatio: '0', Storage_MB: '1.875' })
    expect(older.at(-1)?.[age]).toBeUndefined()
  })
})

describe('the destination', () => {
  it('may refuse: it is asked again an hour later, and has missed nothing', async () => {
    expectStatus(await room.ask('DELETE', REPORTS, undefined, { query: 'policy=' }), 204)
    await room.setAnalytics('one')
    await room.daysLater(2)
    await room.daysLater()
    expect(await room.keysIn()).toEqual([])
    expect(await room.metric('refusals_total')).toBe(2)
    await room.setPolicy(REPORTS, reportStatement(room.bucket, REPORTS, mainAccount.id))
    await room.hoursLater(0.9)
    expect(await room.keysIn()).toEqual([])
    await room.hoursLater(0.1)
    expect(await room.exported('one')).toHaveLength(2)
    expect(await room.metric('exports_total')).toBe(1)
  })

  it.each([
    ['another source', { 'aws:SourceArn': 'arn:aws:s3:::another' }],
    ['another account', { 'aws:SourceAccount': otherAccount.id }],
    ['another ACL', { 's3:x-amz-acl': 'private' }],
  ])('takes nothing where its policy is for %s', async (_, StringEquals) => {
    const statement = reportStatement(room.bucket, REPORTS, mainAccount.id)
    await room.setPolicy(REPORTS, { ...statement, Condition: { StringEquals } })
    await room.setAnalytics('one')
    await room.daysLater(2)
    expect(await room.keysIn()).toEqual([])
    expect(await room.metric('refusals_total')).toBe(1)
  })

  it('may be gone, and keeps no other analysis from being exported', async () => {
    expectStatus(await room.ask('PUT', 'going'))
    await room.setAnalytics('one', { destination: 'going' })
    await room.setAnalytics('two')
    expectStatus(await room.ask('DELETE', 'going'), 204)
    await room.daysLater(2)
    expect(await room.keysIn()).toEqual(['the-bucket/two.csv'])
    expect(await room.metric('refusals_total')).toBe(1)
  })

  it('is none where nobody asks for exports; one that is named later has all of it', async () => {
    await room.setAnalytics('one', {})
    await room.daysLater(2)
    await room.daysLater()
    expect(await room.keysIn()).toEqual([])
    await room.setAnalytics('one')
    await room.hoursLater(0)
    expect(await room.exported('one')).toHaveLength(2)
  })

  it('may be of another account, which is checked where it is named', async () => {
    const theirs = { credentials: otherCredentials }
    expectStatus(await room.ask('PUT', 'theirs', undefined, theirs))
    const Statement = [{ Effect: 'Allow', ...reportStatement(room.bucket, 'theirs', mainAccount.id) }]
    const body = JSON.stringify({ Version: '2012-10-17', Statement })
    expectStatus(await room.ask('PUT', 'theirs', undefined, { ...theirs, query: 'policy=', body }), 204)
    const inDestination = `<BucketAccountId>${otherAccount.id}</BucketAccountId><Prefix>a/</Prefix>`
    await room.setAnalytics('one', { destination: 'theirs', inDestination })
    await room.daysLater(2)
    expectStatus(await room.ask('GET', 'theirs', 'a/the-bucket/one.csv', theirs))
  })
})

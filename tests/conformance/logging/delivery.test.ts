import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import type { TimeRoomOptions } from '../../support/time-room.ts'
import { GROUPS, withMd5, xsi } from '../access/access-room.ts'
import { ALL, expiration, lifecycleDocument, rule } from '../lifecycle/lifecycle-room.ts'
import { DELIVERY_MILLISECONDS, deliveryStatement, LoggingRoom, loggingXml } from './logging-room.ts'

const bucket = 'the-bucket'
let room: LoggingRoom

async function open(options: TimeRoomOptions = {}, prefix?: string, more?: string): Promise<void> {
  room = await LoggingRoom.open(options, prefix, more)
}
afterEach(() => room[Symbol.asyncDispose]())

const WITH_ACLS = { newBuckets: { objectOwnership: 'ObjectWriter', blockPublicAccess: false } } as const

async function metric(name: string): Promise<number> {
  const page = await (await fetch(`${room.time.server.url}/-/metrics`)).text()
  return Number(
    page
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  )
}

const records = (outcome: string) => metric(`holdfast_access_log_records_total{outcome="${outcome}"}`)

describe('records', () => {
  beforeEach(() => open())

  it('are delivered when they are old enough, in the order they came', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `k${index}`)
    for (const key of keys) await room.ask('GET', bucket, key)
    room.time.server.clock.advance(DELIVERY_MILLISECONDS - 60_000)
    await room.time.server.settle()
    expect(await room.objects()).toEqual([])
    room.time.server.clock.advance(60_000)
    await room.time.server.settle()
    const [object, ...others] = await room.objects()
    expect(others).toEqual([])
    expect(object?.records.map(({ key }) => key)).toEqual(keys)
    expect([await records('recorded'), await records('delivered'), await records('lost')]).toEqual([
      20, 20, 0,
    ])
  })

  it('are in an object named by the time of the delivery', async () => {
    room.time.server.clock.set(new Date('2031-05-06T07:08:09Z'))
    await room.ask('GET', bucket, 'k')
    await room.deliver()
    const [object] = await room.objects()
    expect(object?.key).toMatch(/^log\/2031-05-06-07-1[34]-\d\d-[0-9A-F]{16}$/)
  })

  it('come from as many as are logged, each in objects of its own', async () => {
    await room.must('PUT', 'second')
    await room.setLogging('second', loggingXml(room.target, 'second/'))
    await Promise.all([room.ask('GET', 'second', 'k'), room.ask('GET', bucket, 'k')])
    await room.deliver()
    const objects = await room.objects()
    expect(objects.map(({ key, records: [first] }) => [key.slice(0, 4), first?.bucket])).toEqual([
      ['log/', bucket],
      ['seco', 'second'],
    ])
  })

  it('go where they should have gone when the requests came', async () => {
    await room.must('PUT', 'new-logs')
    await room.setPolicy('new-logs')
    await room.ask('GET', bucket, 'old')
    await room.setLogging(bucket, loggingXml('new-logs'))
    await room.ask('GET', bucket, 'new')
    await room.deliver()
    const keysIn = async (target: string) =>
      (await room.objects(target)).flatMap((object) => object.records.map(({ key }) => key))
    expect(await keysIn(room.target)).toEqual(['old', '-'])
    expect(await keysIn('new-logs')).toEqual(['new'])
  })

  it('are delivered of a bucket that has been deleted', async () => {
    await room.must('DELETE', bucket)
    expect((await room.records()).map(({ operation }) => operation)).toEqual(['REST.DELETE.BUCKET'])
  })

  it('are delivered after the clock was set back', async () => {
    await room.ask('GET', bucket, 'k')
    await room.time.server.settle()
    room.time.server.clock.advance(-2 * DELIVERY_MILLISECONDS)
    await room.time.server.settle()
    expect(await room.objects()).toHaveLength(1)
  })

  it('are delivered before their time where there are many', async () => {
    const headers = { 'user-agent': 'x'.repeat(20_000) }
    await Promise.all(Array.from({ length: 20 }, (_, n) => room.ask('GET', bucket, `k${n}`, { headers })))
    await room.time.server.settle()
    expect((await room.objects()).flatMap((object) => object.records)).toHaveLength(20)
  })
})

describe('a bucket that takes its own log', () => {
  beforeEach(async () => {
    await open()
    await room.setPolicy(bucket)
    await room.setLogging(bucket, loggingXml(bucket, 'own/'))
  })

  it('is not told of what the delivery does', async () => {
    await room.deliver()
    await room.ask('GET', bucket, 'k')
    for (let round = 0; round < 5; round++) await room.deliver()
    const operations = (await room.objects(bucket)).flatMap((object) =>
      object.records.map(({ operation }) => operation),
    )
    expect(operations).toEqual(['REST.GET.OBJECT'])
  })
})

describe('partitioned keys', () => {
  const format = (source: string): string =>
    `<TargetObjectKeyFormat><PartitionedPrefix><PartitionDateSource>${source}</PartitionDateSource></PartitionedPrefix></TargetObjectKeyFormat>`

  async function overMidnight(): Promise<string[]> {
    room.time.server.clock.set(new Date('2031-12-31T23:58:00Z'))
    await room.ask('GET', bucket, 'old')
    room.time.server.clock.set(new Date('2032-01-01T00:00:01Z'))
    await room.ask('GET', bucket, 'new')
    await room.deliver()
    return (await room.objects()).map(
      ({ key, records: found }) => `${key.slice(0, -16)} ${found.map(({ key: of }) => of).join()}`,
    )
  }

  it('may have the day of the requests', async () => {
    await open({}, 'log/', format('EventTime'))
    const start = 'log/100000000001/us-east-1/the-bucket'
    expect(await overMidnight()).toEqual([
      `${start}/2031/12/31/2031-12-31-00-00-00- old`,
      `${start}/2032/01/01/2032-01-01-00-00-00- new`,
    ])
  })

  it('may have the time of the delivery', async () => {
    await open({}, '', format('DeliveryTime'))
    expect(await overMidnight()).toEqual([
      expect.stringMatching(
        /^100000000001\/us-east-1\/the-bucket\/2032\/01\/01\/2032-01-01-00-05-\d\d- old,new$/,
      ),
    ])
  })
})

describe('a log object', () => {
  const head = async () => {
    const [object] = await room.objects()
    return room.ask('HEAD', room.target, object?.key ?? '')
  }
  const deliverOne = async () => {
    await room.ask('GET', bucket, 'k')
    await room.deliver()
  }

  it('is text, encrypted, and of the bucket’s owner', async () => {
    await open()
    await deliverOne()
    const { headers } = await head()
    expect(headers).toMatchObject({
      'content-type': 'text/plain',
      'x-amz-server-side-encryption': 'AES256',
    })
    const listed = await room.ask('GET', room.target, undefined, { query: 'list-type=2&fetch-owner=true' })
    expect(xmlTexts(listed.text, 'ID')).toEqual([mainAccount.canonicalId])
  })

  it('is a version where its bucket has versioning', async () => {
    await open()
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    await room.must('PUT', room.target, { query: 'versioning=', body, headers: withMd5(body) })
    await deliverOne()
    expect((await head()).headers['x-amz-version-id']).toMatch(/^[0-9a-f]{32}$/)
  })

  it('belongs to the log delivery where its bucket has ACLs; its owner and grantees may use it', async () => {
    const grants = `<TargetGrants><Grant><Grantee ${xsi} xsi:type="CanonicalUser"><ID>${otherAccount.canonicalId}</ID></Grantee><Permission>READ</Permission></Grant></TargetGrants>`
    await open(WITH_ACLS, 'log/', grants)
    await deliverOne()
    const [object] = await room.objects()
    const key = object?.key ?? ''
    const { text } = await room.ask('GET', room.target, key, { query: 'acl=' })
    const delivery = '3272ee65a908a7677109fedda345db8d9554ba26398b2ca10581de88777e2b61'
    expect(xmlTexts(text, 'ID')).toEqual([
      delivery,
      mainAccount.canonicalId,
      delivery,
      otherAccount.canonicalId,
    ])
    expect(xmlTexts(text, 'Permission')).toEqual(['FULL_CONTROL', 'FULL_CONTROL', 'READ'])
    const asOther = { credentials: otherCredentials }
    expect((await room.ask('GET', room.target, key, asOther)).status).toBe(200)
    expect((await room.ask('GET', room.target, key, { ...asOther, query: 'acl=' })).status).toBe(403)
    expect((await room.ask('DELETE', room.target, key)).status).toBe(204)
  })

  it('is written by a grant of the ACL as well', async () => {
    await open(WITH_ACLS)
    await room.must('DELETE', room.target, { query: 'policy=' })
    const uri = `uri="${GROUPS.logDelivery}"`
    const headers = {
      'x-amz-grant-write': uri,
      'x-amz-grant-read-acp': uri,
      'x-amz-grant-full-control': `id=${mainAccount.canonicalId}`,
    }
    await room.must('PUT', room.target, { query: 'acl=', headers })
    await deliverOne()
    expect(await room.objects()).toHaveLength(1)
  })
})

describe('a target that does not take log objects', () => {
  const RETRY_MILLISECONDS = 60_000
  const refusals = () => metric('holdfast_access_log_refusals_total')

  async function retry(): Promise<void> {
    room.time.server.clock.advance(RETRY_MILLISECONDS)
    await room.time.server.settle()
  }

  it('gets them when it takes them again', async () => {
    await open()
    await room.must('DELETE', room.target, { query: 'policy=' })
    await room.ask('GET', bucket, 'one')
    await room.deliver()
    await room.time.server.settle()
    expect(await room.objects()).toEqual([])
    expect(await refusals()).toBe(1)
    await retry()
    expect(await refusals()).toBe(2)
    await room.setPolicy(room.target)
    await room.ask('GET', bucket, 'two')
    await retry()
    const [object] = await room.objects()
    expect(object?.records.map(({ key }) => key)).toEqual(['one', 'two'])
    expect(await records('lost')).toBe(0)
  })

  it.each<readonly [string, (target: string) => Promise<unknown>]>([
    ['is gone', (target) => room.must('DELETE', target)],
    [
      'denies everybody',
      (target) =>
        room.setPolicy(target, {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: `arn:aws:s3:::${target}/*`,
        }),
    ],
    [
      'lets it write for another bucket',
      (target) =>
        room.setPolicy(
          target,
          deliveryStatement(target, { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::another' } }),
        ),
    ],
    [
      'has its requesters pay',
      (target) => {
        const body = '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>'
        return room.must('PUT', target, { query: 'requestPayment=', body, headers: withMd5(body) })
      },
    ],
    [
      'is encrypted with keys of the key service',
      (target) => {
        const body =
          '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>'
        return room.must('PUT', target, { query: 'encryption=', body, headers: withMd5(body) })
      },
    ],
  ])('because it %s, is left alone', async (_, change) => {
    await open()
    await change(room.target)
    await room.ask('GET', bucket, 'k')
    await room.deliver()
    expect(await refusals()).toBe(1)
    expect(await records('delivered')).toBe(0)
    expect((await room.ask('GET', bucket, 'k')).status).toBe(404)
  })

  it('is none of the bucket of the same name that another account makes', async () => {
    await open()
    await room.must('DELETE', room.target)
    await room.must('PUT', room.target, { credentials: otherCredentials })
    await room.ask('GET', bucket, 'k')
    await room.deliver()
    expect([await refusals(), await records('delivered')]).toEqual([1, 0])
  })

  it('keeps nobody else waiting, and only so much is kept for it', async () => {
    await open({ accessLogs: { undeliveredMegabytes: 0.1 } })
    await room.must('PUT', 'second')
    await room.setLogging('second', loggingXml(room.target))
    await room.must('PUT', 'gone')
    await room.setPolicy('gone')
    await room.setLogging(bucket, loggingXml('gone'))
    await room.must('DELETE', 'gone')
    const headers = { 'user-agent': 'x'.repeat(10_000) }
    for (let n = 0; n < 20; n++) {
      await room.ask('GET', bucket, `k${n}`, { headers })
      if (n % 5 === 4) await room.time.server.settle()
    }
    await room.ask('GET', 'second', 'k')
    await room.deliver()
    expect(
      (await room.objects()).flatMap((object) => object.records.map((record) => record.bucket)),
    ).toContain('second')
    expect(await records('lost')).toBeGreaterThanOrEqual(10)
    expect(await records('lost')).toBeLessThan(20)
    await room.must('PUT', 'gone')
    await room.setPolicy('gone')
    await retry()
    const kept = (await room.objects('gone')).flatMap((object) => object.records.map(({ key }) => key))
    expect(kept.at(-1)).toBe('k19')
    expect(kept.length + (await records('lost'))).toBe(20)
  })
})

describe('lifecycle rules', () => {
  const transition = '<Transition><Days>1</Days><StorageClass>STANDARD_IA</StorageClass></Transition>'
  const abort =
    '<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>'

  async function carriedOut(...rules: string[]) {
    const body = lifecycleDocument(...rules)
    await room.must('PUT', bucket, { query: 'lifecycle=', body, headers: withMd5(body) })
    await room.deliver()
    room.time.advanceDays(3)
    await room.deliver()
    return (await room.objects())
      .flatMap((object) => object.records)
      .filter(({ operation }) => operation.startsWith('S3.'))
  }

  it('are told of where they delete for good', async () => {
    await open()
    await room.time.put('a b', 'four')
    expect(await carriedOut(rule(ALL + expiration(1)))).toMatchObject([
      {
        operation: 'S3.EXPIRE.OBJECT',
        requester: 'AmazonS3',
        remoteIp: '-',
        key: 'a%20b',
        requestUri: '-',
        status: '-',
        objectSize: '4',
        hostId: '-',
      },
    ])
  })

  it('are told of where they hide, and delete older versions', async () => {
    await open({ versioning: true })
    const older = await room.time.put('k', 'older')
    await room.time.put('k', 'newer')
    const noncurrent =
      '<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>'
    const found = await carriedOut(rule(ALL + expiration(1) + noncurrent))
    const seen = found.map(({ operation, versionId }) => `${operation} ${versionId}`)
    expect(seen.toSorted()).toEqual(['S3.CREATE.DELETEMARKER -', `S3.EXPIRE.OBJECT ${older}`])
  })

  it('are told of where they abort uploads and change the class', async () => {
    await open()
    await room.time.createUpload('open')
    await room.time.put('large', Buffer.alloc(200_000))
    const found = await carriedOut(rule(ALL + abort, 'one'), rule(ALL + transition.replace('1', '30'), 'two'))
    expect(found.map(({ operation, key }) => [operation, key])).toEqual([['S3.DELETE.UPLOAD', 'open']])
    room.time.advanceDays(30)
    await room.deliver()
    const all = (await room.objects()).flatMap((object) => object.records)
    expect(all.filter(({ operation }) => operation === 'S3.TRANSITION_SIA.OBJECT')).toMatchObject([
      { key: 'large', objectSize: '200000' },
    ])
  })
})

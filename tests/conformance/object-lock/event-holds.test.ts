import {
  type EventHoldDuration,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { otherCredentials } from '../../support/accounts.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { s3Client } from '../../support/s3-client.ts'
import { DAY_MILLISECONDS, expectRefusal, expectStatus, TimeRoom } from '../../support/time-room.ts'
import { allowOther, defaultRetention, lockRequests, type RetainOptions } from './lock-room.ts'

// Variable retention. Source: S3 User Guide, "Object Lock considerations".

let room: TimeRoom
let lock: ReturnType<typeof lockRequests>
beforeAll(async () => {
  room = await TimeRoom.open({ lock: true })
  lock = lockRequests(room)
  await room.put('source')
})
afterAll(() => room[Symbol.asyncDispose]())

type Headers = Record<string, string>

const days = (length: number) => `<EventHoldDuration><Days>${length}</Days></EventHoldDuration>`
const held = (mode: string, length: number): Headers => ({
  'x-amz-object-lock-mode': mode,
  'x-amz-object-lock-event-hold': 'ON',
  'x-amz-object-lock-event-hold-duration-days': String(length),
})
const HOLD = 'x-amz-object-lock-event-hold'

/** `inner`: of the document. */
function retain(key: string, inner: string, { version, bypass, credentials }: RetainOptions = {}) {
  return room.putDocument(
    key,
    `retention=${version === undefined ? '' : `&versionId=${version}`}`,
    `<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</Retention>`,
    {
      ...(bypass && { headers: { 'x-amz-bypass-governance-retention': 'true' } }),
      ...(credentials && { credentials }),
    },
  )
}

/** As GetObjectRetention tells it; the date in days from now. */
async function told(key: string): Promise<unknown[]> {
  const { text } = await room.request('GET', key, { query: 'retention=' })
  const [mode, until, hold, period] = ['Mode', 'RetainUntilDate', 'EventHold', 'Days'].map(
    (name) => xmlTexts(text, name)[0],
  )
  return [mode, daysUntil(until), hold, period]
}

/** Requests take their time. */
const ROUNDING = 1000

function daysUntil(date: unknown): number {
  const days = (new Date(String(date)).getTime() - room.now.getTime()) / DAY_MILLISECONDS
  return Math.round(days * ROUNDING) / ROUNDING
}

interface Way {
  readonly name: string
  readonly send: (key: string, headers: Headers) => Promise<RawAnswer>
}

const md5 = { 'content-md5': referenceChecksum('MD5', 'x') }
const ways: readonly Way[] = [
  {
    name: 'PutObject',
    send: (key, headers) => room.request('PUT', key, { body: 'x', headers: { ...md5, ...headers } }),
  },
  {
    name: 'CopyObject',
    send: (key, headers) =>
      room.request('PUT', key, { headers: { 'x-amz-copy-source': `${room.bucket}/source`, ...headers } }),
  },
  {
    name: 'CreateMultipartUpload',
    async send(key, headers) {
      const created = await room.request('POST', key, { query: 'uploads=', headers })
      if (created.errorCode !== undefined) return created
      const uploadId = /<UploadId>(.*?)</.exec(created.text)?.[1] ?? ''
      return room.completeUpload(key, uploadId, [await room.putPart(key, uploadId, 1, 'x')])
    },
  },
]

describe.each(ways)('$name', ({ name, send }) => {
  it('makes a version under an event hold, whose date goes along with the time', async () => {
    const key = `held by ${name}`
    expectStatus(await send(key, held('COMPLIANCE', 90)))
    expect(await told(key)).toEqual(['COMPLIANCE', 90, 'ON', '90'])
    room.advanceDays(1000)
    expect(await told(key)).toEqual(['COMPLIANCE', 90, 'ON', '90'])
    const { headers } = await room.request('HEAD', key)
    expect(headers).toMatchObject(held('COMPLIANCE', 90))
    expect(daysUntil(headers['x-amz-object-lock-retain-until-date'])).toBe(90)
    const version = String(headers['x-amz-version-id'])
    expectRefusal(await lock.remove(key, { version, bypass: true }), 403, 'AccessDenied')
  })

  it.each([
    ['no mode', { [HOLD]: 'ON', [`${HOLD}-duration-days`]: '1' }, 'InvalidRequest'],
    ['no duration', { ...held('GOVERNANCE', 1), [`${HOLD}-duration-days`]: '' }, 'InvalidRequest'],
    ['two durations', { ...held('GOVERNANCE', 1), [`${HOLD}-duration-years`]: '1' }, 'InvalidRequest'],
    ['a duration with a hold that is off', { ...held('GOVERNANCE', 1), [HOLD]: 'OFF' }, 'InvalidRequest'],
    [
      'a hold that is off, and no date',
      { 'x-amz-object-lock-mode': 'GOVERNANCE', [HOLD]: 'OFF' },
      'InvalidRequest',
    ],
    ['a hold that is off alone', { [HOLD]: 'OFF' }, 'InvalidRequest'],
    ['a duration alone', { [`${HOLD}-duration-days`]: '1' }, 'InvalidRequest'],
    ['no days', held('GOVERNANCE', 0), 'InvalidArgument'],
    ['negative days', held('GOVERNANCE', -1), 'InvalidArgument'],
    ['too many days', held('GOVERNANCE', 36_501), 'InvalidArgument'],
    ['a part of a day', held('GOVERNANCE', 1.5), 'InvalidArgument'],
    ['an unknown mode', held('MILD', 1), 'InvalidArgument'],
    ['an unknown status', { ...held('GOVERNANCE', 1), [HOLD]: 'MAYBE' }, 'InvalidArgument'],
  ])('refuses %s', async (_, headers, code) => {
    const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''))
    expectRefusal(await send('refused', given), 400, code)
    expectRefusal(await room.request('GET', 'refused'), 404, 'NoSuchKey')
  })

  it('takes s3:PutObjectRetention, and a bucket with object lock', async () => {
    const of = { body: 'x', headers: { ...md5, ...held('GOVERNANCE', 1) } }
    const put = () => room.request('PUT', 'of other', { ...of, credentials: otherCredentials })
    await room.putDocument('', 'policy=', allowOther(room.bucket, ['s3:PutObject']))
    expectRefusal(await put(), 403, 'AccessDenied')
    await room.putDocument('', 'policy=', allowOther(room.bucket, ['s3:PutObject', 's3:PutObjectRetention']))
    expectStatus(await put())
    await room.request('DELETE', '', { query: 'policy=' })
    await using plain = await TimeRoom.open({ versioning: true })
    expectRefusal(await plain.request('PUT', 'k', of), 400, 'InvalidRequest')
  })
})

it('a hold with a date keeps a version until that at the least', async () => {
  const until = { 'x-amz-object-lock-retain-until-date': room.inDays(100) }
  await room.put('both', 'x', { ...held('GOVERNANCE', 30), ...until })
  expect(await told('both')).toEqual(['GOVERNANCE', 100, 'ON', '30'])
  room.advanceDays(90)
  expect(await told('both')).toEqual(['GOVERNANCE', 30, 'ON', '30'])
})

it('a hold that is off has a date, as fixed retention', async () => {
  const until = { 'x-amz-object-lock-retain-until-date': room.inDays(5) }
  await room.put('off', 'x', { 'x-amz-object-lock-mode': 'GOVERNANCE', [HOLD]: 'OFF', ...until })
  expect(await told('off')).toEqual(['GOVERNANCE', 5, 'OFF', undefined])
})

it('years are of the calendar', async () => {
  await room.put('years', 'x', {
    'x-amz-object-lock-mode': 'GOVERNANCE',
    [HOLD]: 'ON',
    [`${HOLD}-duration-years`]: '100',
  })
  const { headers } = await room.request('HEAD', 'years')
  const until = new Date(String(headers['x-amz-object-lock-retain-until-date']))
  expect([until.getUTCFullYear() - room.now.getUTCFullYear(), headers[`${HOLD}-duration-years`]]).toEqual([
    100,
    '100',
  ])
  expect(headers[`${HOLD}-duration-days`]).toBeUndefined()
})

describe('a release', () => {
  it('fixes the date for good, by the duration that was there', async () => {
    const version = await room.put('released', 'x', held('COMPLIANCE', 30))
    room.advanceDays(400)
    expectStatus(await retain('released', '<Mode>COMPLIANCE</Mode><EventHold>OFF</EventHold>'))
    expect(await told('released')).toEqual(['COMPLIANCE', 30, 'OFF', undefined])
    const { headers } = await room.request('HEAD', 'released')
    expect([headers[HOLD], headers[`${HOLD}-duration-days`]]).toEqual(['OFF', undefined])
    room.advanceDays(29)
    expect(await told('released')).toEqual(['COMPLIANCE', 1, 'OFF', undefined])
    expectRefusal(await lock.remove('released', { version }), 403, 'AccessDenied')
    room.advanceDays(1.1)
    expectStatus(await lock.remove('released', { version }), 204)
  })

  it('needs no mode and takes a later date', async () => {
    await room.put('later', 'x', held('GOVERNANCE', 3))
    const date = `<RetainUntilDate>${room.inDays(7)}</RetainUntilDate>`
    expectStatus(await retain('later', `<EventHold>OFF</EventHold>${date}`))
    expect(await told('later')).toEqual(['GOVERNANCE', 7, 'OFF', undefined])
  })

  it('is none of a version without a hold', async () => {
    await room.put('none')
    expectRefusal(
      await retain('none', '<Mode>GOVERNANCE</Mode><EventHold>OFF</EventHold>'),
      400,
      'InvalidRequest',
    )
  })
})

const on = (mode: string, length: number) => `<Mode>${mode}</Mode><EventHold>ON</EventHold>${days(length)}`
const date = (length: number) => `<RetainUntilDate>${room.inDays(length)}</RetainUntilDate>`

describe.each(['GOVERNANCE', 'COMPLIANCE'])('in %s, a hold of 10 days', (mode) => {
  it.each([
    ['as long', (): string => on(mode, 10), 10],
    ['longer', (): string => on(mode, 20), 20],
    ['one with a date alone, which leaves the hold', (): string => `<Mode>${mode}</Mode>${date(50)}`, 50],
  ] as const)('becomes one that is %s', async (_, inner, after) => {
    await room.put('changing', 'x', held(mode, 10))
    expectStatus(await retain('changing', inner()))
    expect((await told('changing')).slice(0, 3)).toEqual([mode, after, 'ON'])
  })

  it.each([
    ['a shorter one', (): string => on(mode, 9), ['9']],
    [
      'a shorter one with a later date, as it may be released later',
      (): string => on(mode, 9) + date(50),
      ['9'],
    ],
    ['none', (): string => '', []],
  ] as const)('becomes %s by the bypass of governance alone', async (_, inner, after) => {
    await room.put('changing', 'x', held(mode, 10))
    expectRefusal(await retain('changing', inner()), 403, 'AccessDenied')
    const changed = await retain('changing', inner(), { bypass: true })
    expect(changed.status).toBe(mode === 'COMPLIANCE' ? 403 : 200)
    const { text } = await room.request('GET', 'changing', { query: 'retention=' })
    expect(xmlTexts(text, 'Days')).toEqual(mode === 'COMPLIANCE' ? ['10'] : after)
  })

  it('keeps the date that was there when it is turned on', async () => {
    await room.put('fixed')
    expectStatus(await retain('fixed', `<Mode>${mode}</Mode>${date(30)}`))
    expectStatus(await retain('fixed', on(mode, 10)))
    expect(await told('fixed')).toEqual([mode, 30, 'ON', '10'])
  })
})

it.each([
  ['no mode', `<EventHold>ON</EventHold>${days(1)}`, 'InvalidRequest'],
  ['no duration', '<Mode>GOVERNANCE</Mode><EventHold>ON</EventHold>', 'InvalidRequest'],
  [
    'an empty duration',
    '<Mode>GOVERNANCE</Mode><EventHold>ON</EventHold><EventHoldDuration/>',
    'InvalidRequest',
  ],
  ['a duration alone', `<Mode>GOVERNANCE</Mode>${days(1)}`, 'InvalidRequest'],
  ['no days', `<Mode>GOVERNANCE</Mode><EventHold>ON</EventHold>${days(0)}`, 'InvalidArgument'],
  ['an unknown status', `<Mode>GOVERNANCE</Mode><EventHold>MAYBE</EventHold>${days(1)}`, 'MalformedXML'],
])('PutObjectRetention refuses %s', async (_, inner, code) => {
  await room.put('malformed')
  expectRefusal(await retain('malformed', inner), 400, code)
  expect(await lock.retention('malformed')).toBe('NoSuchObjectLockConfiguration')
})

it('who may not see retention is told nothing of a hold', async () => {
  await room.put('seen', 'x', held('GOVERNANCE', 1))
  await room.putDocument('', 'policy=', allowOther(room.bucket, ['s3:GetObject']))
  const { headers } = await room.request('HEAD', 'seen', { credentials: otherCredentials })
  expect([headers[HOLD], headers[`${HOLD}-duration-days`]]).toEqual([undefined, undefined])
  await room.request('DELETE', '', { query: 'policy=' })
})

describe('conditions of policies', () => {
  const deny = (Action: string[], Condition: object) =>
    room.putDocument(
      '',
      'policy=',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Deny', Principal: '*', Action, Resource: `arn:aws:s3:::${room.bucket}/*`, Condition },
        ],
      }),
    )
  afterAll(() => room.request('DELETE', '', { query: 'policy=' }))

  it('see the status, in headers and documents', async () => {
    await room.put('denied')
    expectStatus(
      await deny(['s3:PutObject', 's3:PutObjectRetention'], {
        StringEquals: { 's3:object-lock-event-hold': 'ON' },
      }),
      204,
    )
    for (const { send } of ways)
      expectRefusal(await send('denied', held('GOVERNANCE', 1)), 403, 'AccessDenied')
    expectRefusal(
      await retain('denied', `<Mode>GOVERNANCE</Mode><EventHold>ON</EventHold>${days(1)}`),
      403,
      'AccessDenied',
    )
    expectStatus(await room.request('PUT', 'denied', { body: 'x' }))
  })

  it('see the duration in days, of a year 365', async () => {
    await room.put('short')
    const tooShort = { NumericLessThan: { 's3:object-lock-event-hold-duration-days': '365' } }
    expectStatus(await deny(['s3:PutObject', 's3:PutObjectRetention'], tooShort), 204)
    const inner = `<Mode>GOVERNANCE</Mode><EventHold>ON</EventHold>`
    expectRefusal(await retain('short', `${inner}${days(364)}`), 403, 'AccessDenied')
    const year = '<EventHoldDuration><Years>1</Years></EventHoldDuration>'
    expectStatus(await retain('short', `${inner}${year}`))
    const [put] = ways
    expectRefusal((await put?.send('short', held('GOVERNANCE', 364))) as RawAnswer, 403, 'AccessDenied')
  })
})

describe('the default of a bucket', () => {
  it.each([
    ['a duration of nothing', '<Mode>GOVERNANCE</Mode><DefaultEventHold/>', 'MalformedXML'],
    [
      'two durations',
      '<Mode>GOVERNANCE</Mode><DefaultEventHold><Days>1</Days><Years>1</Years></DefaultEventHold>',
      'MalformedXML',
    ],
    ['no mode', '<DefaultEventHold><Days>1</Days></DefaultEventHold>', 'MalformedXML'],
    [
      'too many years',
      '<Mode>GOVERNANCE</Mode><DefaultEventHold><Years>101</Years></DefaultEventHold>',
      'InvalidArgument',
    ],
  ])('is refused with %s', async (_, inner, code) => {
    expectRefusal(await room.putDocument('', 'object-lock=', defaultRetention(inner)), 400, code)
  })

  it('holds new versions, with a fixed period as well, unless they ask for a lock', async () => {
    const client = s3Client(room.server)
    const Bucket = room.bucket
    const DefaultEventHold: EventHoldDuration = { Days: 7 }
    const DefaultRetention = { Mode: 'COMPLIANCE' as const, Days: 30, DefaultEventHold }
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const, Rule: { DefaultRetention } }
    room.server.clock.set(new Date())
    await client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }))
    const kept = await client.send(new GetObjectLockConfigurationCommand({ Bucket }))
    expect(kept.ObjectLockConfiguration).toEqual(ObjectLockConfiguration)
    await room.put('by default')
    expect(await told('by default')).toEqual(['COMPLIANCE', 30, 'ON', '7'])
    await room.put('own', 'x', {
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-retain-until-date': room.inDays(1),
    })
    expect(await told('own')).toEqual(['GOVERNANCE', 1, undefined, undefined])
    const Key = 'by default'
    const Retention = { Mode: 'COMPLIANCE' as const, EventHold: 'OFF' as const }
    await client.send(new PutObjectRetentionCommand({ Bucket, Key, Retention }))
    const retention = await client.send(new GetObjectRetentionCommand({ Bucket, Key }))
    expect(retention.Retention).toMatchObject(Retention)
    const head = await client.send(new HeadObjectCommand({ Bucket, Key }))
    expect(head).toMatchObject({ ObjectLockEventHold: 'OFF', ObjectLockMode: 'COMPLIANCE' })
  })
})

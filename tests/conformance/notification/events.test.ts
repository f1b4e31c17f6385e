import { describe, expect, it } from 'vitest'
import { otherAccount, otherCredentials, mainAccount } from '../../support/accounts.ts'
import { postForm, signedFields } from '../../support/post-form.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { objectPath } from '../../support/signature-v4.ts'
import { expectRefusal, expectStatus } from '../../support/time-room.ts'
import { EventRoom } from './event-room.ts'
import { notificationXml, QUEUE, ruleXml, TOPIC } from './notification-room.ts'

const EMPTY_ETAG = 'd41d8cd98f00b204e9800998ecf8427e'
const TAGS = '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>'

it('a record is the one of the documentation', async () => {
  await using room = await EventRoom.tellingAll({ versioning: true })
  const answer = await room.request('PUT', 'red flower.jpg', { body: 'red' })
  await room.server.settle()
  expect(room.destinations.take(QUEUE)).toEqual([
    {
      Records: [
        {
          eventVersion: '2.5',
          eventSource: 'aws:s3',
          awsRegion: 'us-east-1',
          eventTime: expect.stringMatching(/^2030-06-01T12:00:\d\d\.\d{3}Z$/) as string,
          eventName: 'ObjectCreated:Put',
          userIdentity: { principalId: mainAccount.id },
          requestParameters: { sourceIPAddress: '127.0.0.1' },
          responseElements: {
            'x-amz-request-id': answer.headers['x-amz-request-id'],
            'x-amz-id-2': answer.headers['x-amz-id-2'],
          },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: 'everything',
            bucket: {
              name: room.bucket,
              ownerIdentity: { principalId: mainAccount.id },
              arn: `arn:aws:s3:::${room.bucket}`,
            },
            object: {
              key: 'red+flower.jpg',
              size: 3,
              eTag: answer.headers.etag?.replaceAll('"', ''),
              versionId: answer.headers['x-amz-version-id'],
              sequencer: expect.stringMatching(/^[0-9A-F]{16}$/) as string,
            },
          },
        },
      ],
    },
  ])
})

it.each([
  ['a/b', 'a/b'],
  ['a+b', 'a%2Bb'],
  ['year=2020', 'year%3D2020'],
  ['ž 漢.txt', '%C5%BE+%E6%BC%A2.txt'],
  ["!'()*~", '%21%27%28%29*%7E'],
])('the key %j is told as %j', async (key, told) => {
  await using room = await EventRoom.tellingAll()
  await room.put(key)
  expect((await room.records()).map(({ s3 }) => s3.object.key)).toEqual([told])
  expect(await room.bridged()).toMatchObject([{ detail: { object: { key } } }])
})

it('EventBridge gets the document of its own', async () => {
  await using room = await EventRoom.tellingAll({ versioning: true })
  const answer = await room.request('PUT', 'red flower.jpg', { body: 'red' })
  expect(await room.bridged()).toEqual([
    {
      version: '0',
      id: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ) as string,
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: mainAccount.id,
      time: expect.stringMatching(/^2030-06-01T12:00:\d\dZ$/) as string,
      region: 'us-east-1',
      resources: [`arn:aws:s3:::${room.bucket}`],
      detail: {
        version: '0',
        'event-version': '1.1',
        bucket: { name: room.bucket },
        object: {
          key: 'red flower.jpg',
          size: 3,
          etag: answer.headers.etag?.replaceAll('"', ''),
          'version-id': answer.headers['x-amz-version-id'],
          sequencer: expect.stringMatching(/^[0-9A-F]{16}$/) as string,
        },
        'request-id': answer.headers['x-amz-request-id'],
        requester: mainAccount.id,
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    },
  ])
})

describe('ObjectCreated', () => {
  it('Put, Post, Copy and CompleteMultipartUpload', async () => {
    await using room = await EventRoom.tellingAll()
    await room.put('put')
    const fields = signedFields(room.server, room.bucket, [{ key: 'post' }], { date: room.now })
    const form = [['key', 'post'], ...fields, ['file', { content: 'posted' }]] as const
    expectStatus(await postForm(room.server, room.bucket, form), 204)
    const headers = { 'x-amz-copy-source': `${room.bucket}/put` }
    expectStatus(await room.request('PUT', 'copy', { headers }))
    await room.putParts('parts', ['one', 'two'])
    const told = (await room.records()).map(({ eventName, s3: { object } }) => [
      eventName,
      object.key,
      object.size,
    ])
    expect(told).toEqual([
      ['ObjectCreated:Put', 'put', 3],
      ['ObjectCreated:Post', 'post', 6],
      ['ObjectCreated:Copy', 'copy', 3],
      ['ObjectCreated:CompleteMultipartUpload', 'parts', 6],
    ])
    const reasons = (await room.bridged()).map(({ detail }) => (detail as { reason: string }).reason)
    expect(reasons).toEqual(['PutObject', 'POST Object', 'CopyObject', 'CompleteMultipartUpload'])
  })

  it('a completion that is repeated is told once', async () => {
    await using room = await EventRoom.tellingAll()
    const uploadId = await room.createUpload('k')
    const etag = await room.putPart('k', uploadId, 1, 'part')
    expectStatus(await room.completeUpload('k', uploadId, [etag]))
    expectStatus(await room.completeUpload('k', uploadId, [etag]))
    expect(await room.names()).toEqual(['ObjectCreated:CompleteMultipartUpload'])
  })

  it('what fails is not told', async () => {
    await using room = await EventRoom.tellingAll()
    await room.put('k')
    await room.names()
    expectRefusal(
      await room.request('PUT', 'k', { headers: { 'if-none-match': '*' } }),
      412,
      'PreconditionFailed',
    )
    expectRefusal(
      await room.request('DELETE', 'k', { headers: { 'if-match': '"other"' } }),
      412,
      'PreconditionFailed',
    )
    expectRefusal(
      await room.request('PUT', 'k', { body: 'x', credentials: otherCredentials }),
      403,
      'AccessDenied',
    )
    expect(await room.names()).toEqual([])
  })

  it('names another account, and nobody', async () => {
    await using room = await EventRoom.tellingAll()
    expectStatus(
      await room.request('PUT', '', { query: 'acl=', headers: { 'x-amz-acl': 'public-read-write' } }),
    )
    await room.request('PUT', 'k', { credentials: otherCredentials })
    const nobody = await rawRequest(room.server, {
      method: 'PUT',
      path: objectPath(room.bucket, 'other'),
      anonymous: true,
    })
    expectStatus(nobody)
    const told = (await room.records()).map(({ userIdentity }) => userIdentity.principalId)
    expect(told).toEqual([otherAccount.id, 'Anonymous'])
  })
})

describe('ObjectRemoved', () => {
  it('without versioning, once for each object that was there', async () => {
    await using room = await EventRoom.tellingAll()
    await room.put('a b')
    await room.put('c')
    await room.names()
    await room.request('DELETE', 'a b')
    await room.request('DELETE', 'a b')
    const body = '<Delete><Object><Key>c</Key></Object><Object><Key>d</Key></Object></Delete>'
    const headers = { 'content-md5': referenceChecksum('MD5', body) }
    expectStatus(await room.request('POST', '', { query: 'delete=', body, headers }))
    const told = (await room.records()).map(({ eventName, s3 }) => [eventName, s3.object])
    const sequencer = expect.any(String) as string
    expect(told).toEqual([
      ['ObjectRemoved:Delete', { key: 'a+b', sequencer }],
      ['ObjectRemoved:Delete', { key: 'c', sequencer }],
    ])
    expect(await room.bridged()).toMatchObject([
      {},
      {},
      {
        'detail-type': 'Object Deleted',
        detail: { reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted' },
      },
      { 'detail-type': 'Object Deleted' },
    ])
  })

  it('with versioning: markers are made, versions and markers deleted', async () => {
    await using room = await EventRoom.tellingAll({ versioning: true })
    const version = await room.put('k')
    await room.names()
    await room.bridged()
    const marker = (await room.request('DELETE', 'k')).headers['x-amz-version-id']
    await room.request('DELETE', 'k', { query: `versionId=${String(marker)}` })
    await room.request('DELETE', 'k', { query: `versionId=${version}` })
    await room.request('DELETE', 'k', { query: `versionId=${version}` })
    const told = (await room.records()).map(({ eventName, s3 }) => [eventName, s3.object])
    const sequencer = expect.any(String) as string
    expect(told).toEqual([
      ['ObjectRemoved:DeleteMarkerCreated', { key: 'k', eTag: EMPTY_ETAG, versionId: marker, sequencer }],
      ['ObjectRemoved:Delete', { key: 'k', versionId: marker, sequencer }],
      ['ObjectRemoved:Delete', { key: 'k', versionId: version, sequencer }],
    ])
    expect((await room.bridged())[0]).toMatchObject({ detail: { 'deletion-type': 'Delete Marker Created' } })
  })
})

describe('what is said of an object', () => {
  it('tags that are put and taken away', async () => {
    await using room = await EventRoom.tellingAll()
    await room.put('k')
    expectStatus(await room.putDocument('k', 'tagging=', TAGS))
    expectStatus(await room.request('DELETE', 'k', { query: 'tagging=' }), 204)
    // There are none any more.
    expectStatus(await room.request('DELETE', 'k', { query: 'tagging=' }), 204)
    const records = await room.records()
    expect(records.map(({ eventName, eventVersion }) => [eventName, eventVersion])).toEqual([
      ['ObjectCreated:Put', '2.5'],
      ['ObjectTagging:Put', '2.5'],
      ['ObjectTagging:Delete', '2.5'],
    ])
    expect(records[1]?.s3.object).not.toHaveProperty('sequencer')
    const types = (await room.bridged()).map((message) => message['detail-type'])
    expect(types).toEqual(['Object Created', 'Object Tags Added', 'Object Tags Deleted'])
  })

  it('an ACL that becomes another', async () => {
    await using room = await EventRoom.tellingAll()
    await room.put('k')
    for (const acl of ['public-read', 'public-read', 'private']) {
      expectStatus(await room.request('PUT', 'k', { query: 'acl=', headers: { 'x-amz-acl': acl } }))
    }
    expect(await room.names()).toEqual(['ObjectCreated:Put', 'ObjectAcl:Put', 'ObjectAcl:Put'])
    expect((await room.bridged()).at(-1)).toMatchObject({ 'detail-type': 'Object ACL Updated' })
  })

  it('a retention', async () => {
    await using room = await EventRoom.tellingAll({ lock: true })
    await room.put('k')
    const retention = `<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>${room.inDays(1)}</RetainUntilDate></Retention>`
    expectStatus(await room.putDocument('k', 'retention=', retention))
    expect(await room.names()).toEqual(['ObjectCreated:Put', 'ObjectRetention:Put'])
    // EventBridge has no word for it.
    expect(await room.bridged()).toHaveLength(1)
  })
})

describe('who is told', () => {
  it('only whose event, prefix and suffix match', async () => {
    await using room = await EventRoom.tellingAll()
    const images = { filter: [['prefix', 'images/'] as const, ['suffix', '.jpg'] as const] }
    await room.tell(
      notificationXml(
        ruleXml({ ...images, events: ['s3:ObjectCreated:Put'] }),
        ruleXml({ arn: TOPIC, id: 'removed', events: ['s3:ObjectRemoved:*'] }),
      ),
    )
    for (const key of ['images/a.jpg', 'images/a.png', 'logs/a.jpg', 'images/.jpg']) await room.put(key)
    await room.request('PUT', 'images/b.jpg', {
      headers: { 'x-amz-copy-source': `${room.bucket}/logs/a.jpg` },
    })
    await room.request('DELETE', 'logs/a.jpg')
    expect((await room.records()).map(({ s3 }) => s3.object.key)).toEqual(['images/a.jpg', 'images/.jpg'])
    expect(room.destinations.records(TOPIC)).toMatchObject([
      { eventName: 'ObjectRemoved:Delete', s3: { configurationId: 'removed' } },
    ])
    expect(await room.bridged()).toEqual([])
  })

  it('nobody where the bucket has no configuration', async () => {
    await using room = await EventRoom.tellingAll()
    await room.tell('<NotificationConfiguration/>')
    await room.put('k')
    await room.request('DELETE', 'k')
    await room.server.settle()
    expect(room.destinations.attempts.length).toBe(1)
  })

  it('as the bucket said when it happened', async () => {
    await using room = await EventRoom.tellingAll()
    await room.put('before')
    await room.tell('<NotificationConfiguration/>')
    await room.request('DELETE', 'before')
    expectStatus(await room.request('DELETE', ''), 204)
    expect(await room.names()).toEqual(['ObjectCreated:Put'])
  })
})

it('sequencers order what happens to a key, though the clock stands still or goes back', async () => {
  await using room = await EventRoom.tellingAll()
  for (let round = 0; round < 20; round++) {
    await room.put('k', `round ${round}`)
    if (round % 3 === 0) await room.request('DELETE', 'k')
    if (round === 10) room.server.clock.advance(-60_000)
  }
  const sequencers = (await room.records()).map(({ s3 }) => s3.object.sequencer ?? '')
  expect(sequencers).toHaveLength(27)
  expect(sequencers.toSorted()).toEqual(sequencers)
  expect(new Set(sequencers).size).toBe(27)
})

it('tells of annotations', async () => {
  await using room = await EventRoom.tellingAll()
  await room.request('PUT', 'key', { body: 'x' })
  const query = 'annotation=&annotationName=note'
  await room.request('PUT', 'key', { query, body: 'text' })
  await room.request('DELETE', 'key', { query })
  await room.request('DELETE', 'key', { query })
  await room.server.settle()
  const told = room.destinations.take(QUEUE) as { Records: { eventName: string }[] }[]
  expect(told.map(({ Records: [record] }) => record?.eventName)).toEqual([
    'ObjectCreated:Put',
    'ObjectAnnotation:Put',
    'ObjectAnnotation:Delete',
  ])
})

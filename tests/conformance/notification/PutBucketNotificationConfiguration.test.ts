import {
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { jsonLog } from '../../../packages/server/src/base/log.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, owner, writer } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import {
  BRIDGE_XML,
  Destinations,
  FUNCTION,
  NOTIFICATION,
  notificationXml,
  OTHER_QUEUE,
  QUEUE,
  type RuleElements,
  ruleXml,
  TOPIC,
  unavailable,
  withDestinations,
} from './notification-room.ts'

const destinations = new Destinations()
const lines: string[] = []
let room: AccessRoom
beforeAll(async () => {
  const log = jsonLog('warn', { write: (line) => void lines.push(line) })
  room = await AccessRoom.open({ ...withDestinations(destinations), log })
  return () => room[Symbol.asyncDispose]()
})
beforeEach(() => {
  destinations.fail = () => undefined
  destinations.taken.length = 0
  lines.length = 0
})

const put = (...rules: readonly RuleElements[]) => ({
  ...NOTIFICATION,
  body: notificationXml(...rules.map(ruleXml)),
})

async function shown(bucket: string): Promise<string> {
  return (await room.must('owner', 'GET', bucket, undefined, NOTIFICATION)).text
}

describeBucketRequest(() => room, { method: 'PUT', ...put({}) })

it('takes all kinds from the SDK, in place of what was there', async () => {
  const Bucket = await room.bucket()
  await room.must('owner', 'PUT', Bucket, undefined, put({ id: 'old', events: ['s3:ObjectAcl:Put'] }))
  const client = room.client()
  const NotificationConfiguration = {
    QueueConfigurations: [
      {
        Id: 'one',
        QueueArn: QUEUE,
        Events: ['s3:ObjectCreated:*' as const, 's3:ObjectRemoved:Delete' as const],
        Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'images/' }] } },
      },
    ],
    TopicConfigurations: [{ Id: 'two', TopicArn: TOPIC, Events: ['s3:ObjectAcl:Put' as const] }],
    LambdaFunctionConfigurations: [
      { Id: 'three', LambdaFunctionArn: FUNCTION, Events: ['s3:ObjectTagging:*' as const] },
    ],
    EventBridgeConfiguration: {},
  }
  await client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }))
  const found = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
  expect(found).toMatchObject(NotificationConfiguration)
  client.destroy()
})

it('gives an id to what has none', async () => {
  const bucket = await room.bucket()
  await room.must('owner', 'PUT', bucket, undefined, put({}, { arn: TOPIC, events: ['s3:ObjectAcl:Put'] }))
  const ids = xmlTexts(await shown(bucket), 'Id')
  expect(ids).toHaveLength(2)
  expect(new Set(ids).size).toBe(2)
})

it('an empty configuration takes it away', async () => {
  const bucket = await room.bucket()
  await room.must('owner', 'PUT', bucket, undefined, put({}))
  await room.must('owner', 'PUT', bucket, undefined, {
    ...NOTIFICATION,
    body: '<NotificationConfiguration/>',
  })
  expect(xmlTexts(await shown(bucket), 'Queue')).toEqual([])
  await room.put(bucket, 'key')
  await room.server.settle()
  expect(destinations.records(QUEUE)).toEqual([])
})

it('is for whom a policy allows s3:PutBucketNotification', async () => {
  const bucket = await room.bucket()
  await room.policy(bucket, { Action: 's3:PutBucketNotification' })
  await room.must('writer', 'PUT', bucket, undefined, put({}))
  expectError(await room.ask('writer', 'GET', bucket, undefined, NOTIFICATION), 403, 'AccessDenied')
})

describe('the test message', () => {
  it('goes to topics and queues, each once, and not to functions', async () => {
    const bucket = await room.bucket()
    const rules = [
      { events: ['s3:ObjectCreated:Put'] },
      { events: ['s3:ObjectCreated:Copy'] },
      { arn: TOPIC, events: ['s3:ObjectAcl:Put'] },
      { arn: FUNCTION, events: ['s3:ObjectTagging:Put'] },
    ]
    const answer = await room.must('owner', 'PUT', bucket, undefined, put(...rules))
    expect(destinations.taken.map(({ destination }) => destination).toSorted()).toEqual([TOPIC, QUEUE])
    expect(JSON.parse(destinations.taken[0]?.message ?? '')).toEqual({
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      Bucket: bucket,
      RequestId: answer.headers['x-amz-request-id'],
      HostId: answer.headers['x-amz-id-2'],
    })
  })

  it('that is not taken fails all of it', async () => {
    const bucket = await room.bucket()
    destinations.fail = (destination) => (destination === TOPIC ? unavailable() : undefined)
    const answer = await room.ask(
      'owner',
      'PUT',
      bucket,
      undefined,
      put({}, { arn: TOPIC, events: ['s3:ObjectAcl:Put'] }),
    )
    const element = expectError(answer, 400, 'InvalidArgument')
    expect([element('Message'), element('ArgumentName1'), element('ArgumentValue1')]).toEqual([
      'Unable to validate the following destination configurations',
      TOPIC,
      'The destination topic did not take the test message',
    ])
    expect(xmlTexts(await shown(bucket), 'Queue')).toEqual([])
    // Whoever asks is not told why, which is the operator's.
    expect(answer.text).not.toContain('it is down')
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        requestId: answer.headers['x-amz-request-id'],
        bucket,
        destination: TOPIC,
        reason: 'it is down',
        msg: 'a destination did not take the test message of a notification configuration',
      }),
    ])
  })
})

describe('a destination that is not there', () => {
  const missing = 'arn:aws:sqs:us-east-1:100000000001:missing'

  it.each([missing, `${QUEUE}.fifo`])('%s is refused', async (arn) => {
    const Bucket = await room.bucket()
    const element = expectError(
      await room.ask(
        'owner',
        'PUT',
        Bucket,
        undefined,
        put({ arn }, { arn: TOPIC, events: ['s3:ObjectAcl:Put'] }),
      ),
      400,
      'InvalidArgument',
    )
    expect(element('ArgumentName1')).toBe(arn)
    const client = room.client()
    const QueueConfigurations = [{ QueueArn: arn, Events: ['s3:ObjectCreated:*' as const] }]
    const input = { Bucket, NotificationConfiguration: { QueueConfigurations } }
    const error = await sdkError(client.send(new PutBucketNotificationConfigurationCommand(input)))
    expect(error).toEqual([400, 'InvalidArgument'])
    client.destroy()
  })

  it('is taken where its validation is skipped, and nothing is sent', async () => {
    const bucket = await room.bucket()
    const headers = { 'x-amz-skip-destination-validation': 'true' }
    const rules = [{ arn: missing }, { arn: TOPIC, events: ['s3:ObjectAcl:Put'] }]
    await room.must('owner', 'PUT', bucket, undefined, { ...put(...rules), headers })
    expect(xmlTexts(await shown(bucket), 'Queue')).toEqual([missing])
    expect(destinations.taken).toEqual([])
    // All else is checked.
    const other = { ...put({ events: ['s3:Nothing'] }), headers }
    expectError(await room.ask('owner', 'PUT', bucket, undefined, other), 400, 'InvalidArgument')
  })

  it('that is for the buckets of others is refused, and told nothing', async () => {
    const sender = new Destinations()
    const options = withDestinations(sender)
    const accounts = [writer.id]
    const notifications = {
      destinations: (options.notifications?.destinations ?? []).map((webhook) => ({ ...webhook, accounts })),
      eventBridge: { url: 'http://127.0.0.1:9/', accounts },
    }
    await using strict = await AccessRoom.open({ ...options, notifications })
    const bucket = await strict.bucket()
    const element = expectError(
      await strict.ask('owner', 'PUT', bucket, undefined, put({})),
      400,
      'InvalidArgument',
    )
    expect([element('ArgumentName1'), element('ArgumentValue1')]).toEqual([
      QUEUE,
      'Permissions on the destination queue do not allow S3 to publish notifications from this bucket',
    ])
    const body = notificationXml(BRIDGE_XML)
    const bridge = await strict.ask('owner', 'PUT', bucket, undefined, { ...NOTIFICATION, body })
    expectError(bridge, 400, 'InvalidArgument')
    const headers = { 'x-amz-skip-destination-validation': 'true' }
    await strict.must('owner', 'PUT', bucket, undefined, { ...put({}), headers })
    await strict.put(bucket, 'key')
    await strict.server.settle()
    expect(sender.attempts).toEqual([])
    const theirs = await strict.bucket({}, 'writer')
    await strict.must('writer', 'PUT', theirs, undefined, put({}))
  })

  it('EventBridge is none, where the server has no place for it', async () => {
    await using bare = await AccessRoom.open()
    const bucket = await bare.bucket()
    const body = notificationXml(BRIDGE_XML)
    const answer = await bare.ask('owner', 'PUT', bucket, undefined, { ...NOTIFICATION, body })
    expect(expectError(answer, 400, 'InvalidArgument')('ArgumentName1')).toBe('EventBridge')
  })
})

describe('the document', () => {
  const expectRefused = async (body: string, code = 'InvalidArgument'): Promise<string> => {
    const bucket = await room.bucket()
    const answer = await room.ask('owner', 'PUT', bucket, undefined, { ...NOTIFICATION, body })
    const message = expectError(answer, 400, code)('Message')
    expect(await shown(bucket)).not.toContain('<Id>')
    expect(destinations.taken).toEqual([])
    return message
  }
  const expectRulesRefused = (...rules: readonly RuleElements[]) =>
    expectRefused(notificationXml(...rules.map(ruleXml)))

  it.each([
    ['no XML', 'no XML'],
    ['another root', '<CORSConfiguration/>'],
    ['no event', notificationXml(ruleXml({ events: [] }))],
    [
      'no destination',
      notificationXml('<QueueConfiguration><Event>s3:ObjectAcl:Put</Event></QueueConfiguration>'),
    ],
    [
      'a filter rule without a value',
      notificationXml(
        `<QueueConfiguration><Filter><S3Key><FilterRule><Name>prefix</Name></FilterRule></S3Key></Filter><Queue>${QUEUE}</Queue><Event>s3:ObjectAcl:Put</Event></QueueConfiguration>`,
      ),
    ],
  ])('is malformed: %s', async (_case, body) => {
    await expectRefused(body, 'MalformedXML')
  })

  it('has a size', async () => {
    const events = Array.from({ length: 40_000 }, () => 's3:ObjectAcl:Put')
    await expectRefused(notificationXml(ruleXml({ events })), 'MaxMessageLengthExceeded')
  })

  it('is needed', async () => {
    const bucket = await room.bucket()
    const answer = await room.ask('owner', 'PUT', bucket, undefined, NOTIFICATION)
    expect([answer.status, answer.errorCode]).toEqual([400, 'MissingRequestBodyError'])
  })

  it('may be of the deprecated form', async () => {
    const bucket = await room.bucket()
    const body = notificationXml(
      `<CloudFunctionConfiguration><CloudFunction>${FUNCTION}</CloudFunction><Event>s3:ObjectAcl:Put</Event></CloudFunctionConfiguration>`,
    )
    await room.must('owner', 'PUT', bucket, undefined, { ...NOTIFICATION, body })
    expect(xmlTexts(await shown(bucket), 'CloudFunction')).toEqual([FUNCTION])
  })

  it.each([
    's3:ObjectCreated',
    'ObjectCreated:Put',
    's3:*',
    's3:ObjectAcl:*',
    's3:TestEvent',
    '',
    's3:objectcreated:put',
  ])('knows no event %j', async (event) => {
    expect(await expectRulesRefused({ events: ['s3:ObjectRemoved:*', event] })).toBe(
      'The event is not supported for notifications',
    )
  })

  it('knows every event of the documentation', async () => {
    const events = `IntelligentTiering LifecycleExpiration:* LifecycleExpiration:Delete LifecycleExpiration:DeleteMarkerCreated
      LifecycleTransition ObjectAcl:Put ObjectAnnotation:* ObjectAnnotation:Put ObjectAnnotation:Delete ObjectCreated:*
      ObjectCreated:Put ObjectCreated:Post ObjectCreated:Copy ObjectCreated:CompleteMultipartUpload ObjectRemoved:*
      ObjectRemoved:Delete ObjectRemoved:DeleteMarkerCreated ObjectRestore:* ObjectRestore:Post ObjectRestore:Completed
      ObjectRestore:Delete ObjectRetention:Put ObjectTagging:* ObjectTagging:Put ObjectTagging:Delete
      ReducedRedundancyLostObject Replication:* Replication:OperationFailedReplication Replication:OperationNotTracked
      Replication:OperationMissedThreshold Replication:OperationReplicatedAfterThreshold`
    const names = events.split(/\s+/).map((name) => `s3:${name}`)
    const bucket = await room.bucket()
    await room.must('owner', 'PUT', bucket, undefined, put({ events: names }))
    expect(xmlTexts(await shown(bucket), 'Event')).toEqual(names)
  })

  it.each([
    'queue',
    'arn:aws:sqs:us-east-1:queue',
    'arn:aws:kinesis:us-east-1:100000000001:stream',
    `arn:aws:sqs:us-east-1:100000000001:${'q'.repeat(600)}`,
    'arn:aws:sqs:us-east-1:100000000001:žurnál',
    'arn:aws:lambda:us-east-1:100000000001:layer:x',
    '',
  ])('knows no ARN %j', async (arn) =>
    expect(await expectRulesRefused({ arn })).toBe('The ARN is not well formed'),
  )

  it('holds a destination to its kind and region', async () => {
    const queueAsTopic = ruleXml({ arn: TOPIC }).replace(TOPIC, QUEUE)
    expect(await expectRefused(notificationXml(queueAsTopic))).toBe('The ARN is not well formed')
    const elsewhere = QUEUE.replace('us-east-1', 'eu-west-1')
    expect(await expectRulesRefused({ arn: elsewhere })).toContain('region is not valid')
  })

  it.each([
    [[['infix', 'x']], 'filter rule name must be either prefix or suffix'],
    [
      [
        ['prefix', 'a'],
        ['Prefix', 'b'],
      ],
      'Cannot specify more than one prefix rule in a filter.',
    ],
    [
      [
        ['suffix', 'a'],
        ['suffix', 'a'],
      ],
      'Cannot specify more than one suffix rule in a filter.',
    ],
    [
      [['prefix', 'ž'.repeat(513)]],
      'Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation',
    ],
  ] as const)('refuses the filter %j', async (filter, message) => {
    expect(await expectRulesRefused({ filter })).toBe(message)
  })

  it('takes names of filter rules in any case', async () => {
    const bucket = await room.bucket()
    const filter = [
      ['Prefix', 'images/'],
      ['SUFFIX', ''],
    ] as const
    await room.must('owner', 'PUT', bucket, undefined, put({ filter }))
    expect(xmlTexts(await shown(bucket), 'Name')).toEqual(['prefix', 'suffix'])
    await room.put(bucket, 'images/a')
    await room.put(bucket, 'image')
    await room.server.settle()
    expect(destinations.records(QUEUE).map(({ s3 }) => s3.object.key)).toEqual(['images/a'])
  })

  it('takes each id once, of 255 characters at the most', async () => {
    const events = ['s3:ObjectAcl:Put']
    expect(await expectRulesRefused({ id: 'a' }, { id: 'a', arn: TOPIC, events })).toContain('unique')
    expect(await expectRulesRefused({ id: 'a'.repeat(256) })).toContain('ID length')
  })

  it('has 100 configurations at the most', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ filter: [['prefix', `${at}/`] as const] }))
    expect(await expectRulesRefused(...many(101))).toContain('100')
    await room.must('owner', 'PUT', await room.bucket(), undefined, put(...many(100)))
  })

  describe('overlaps', () => {
    const image = [['prefix', 'images']] as const
    it.each<[string, RuleElements, RuleElements]>([
      ['the same type', {}, { arn: TOPIC }],
      ['a wildcard and one of its types', {}, { events: ['s3:ObjectCreated:Put'] }],
      ['no filter and one', {}, { filter: image }],
      ['a prefix of a prefix', { filter: image }, { filter: [['prefix', 'im']] }],
      ['a suffix of a suffix', { filter: [['suffix', 'jpg']] }, { filter: [['suffix', 'pg']] }],
      ['a prefix, and a suffix', { filter: image }, { filter: [['suffix', 'jpg']] }],
      [
        'both with the same suffix, one with a prefix',
        { filter: [...image, ['suffix', 'jpg']] },
        { filter: [['suffix', 'jpg']], events: ['s3:ObjectCreated:Put'] },
      ],
    ])('%s', async (_case, one, other) => {
      expect(await expectRulesRefused(one, { arn: OTHER_QUEUE, ...other })).toMatch(/^Configurations overlap/)
    })

    it.each<[string, RuleElements, RuleElements]>([
      ['other types', {}, { events: ['s3:ObjectRemoved:*'] }],
      ['other prefixes', { filter: [['prefix', 'images/']] }, { filter: [['prefix', 'logs/']] }],
      ['other suffixes', { filter: [['suffix', '.jpg']] }, { filter: [['suffix', '.png']] }],
      [
        'the same prefix with other suffixes',
        { filter: [...image, ['suffix', '.jpg']] },
        { filter: [...image, ['suffix', '.png']] },
      ],
    ])('not: %s', async (_case, one, other) => {
      const bucket = await room.bucket()
      await room.must('owner', 'PUT', bucket, undefined, put(one, { arn: OTHER_QUEUE, ...other }))
      expect(xmlTexts(await shown(bucket), 'Queue')).toEqual([QUEUE, OTHER_QUEUE])
    })
  })
})

it('goes away with its bucket', async () => {
  const bucket = await room.bucket()
  await room.must('owner', 'PUT', bucket, undefined, put({}))
  await room.must('owner', 'DELETE', bucket)
  await room.must('owner', 'PUT', bucket, undefined, { headers: { 'x-amz-expected-bucket-owner': owner.id } })
  expect(xmlTexts(await shown(bucket), 'Queue')).toEqual([])
})

import { CreateUserCommand, PutUserPolicyCommand, CreateAccessKeyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetBucketReplicationCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  type ReplicationRule,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { otherAccount } from '../../support/accounts.ts'
import { credentialsOf, iamClient } from '../../support/identity-clients.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { s3Client } from '../../support/s3-client.ts'
import { AccessRoom, withMd5 } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError } from '../objects/object-room.ts'
import { ReplicationRoom, ruleTo } from './replication-room.ts'

let room: ReplicationRoom
let from: string
let to: string
let role: string
beforeAll(async () => {
  room = await ReplicationRoom.open()
  from = await room.bucket()
  to = await room.bucket()
  role = await room.role()
})
afterAll(() => room[Symbol.asyncDispose]())

const put = (...rules: ReplicationRule[]) => room.replicate(from, role, ...rules)
const answer = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'taken',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : error),
  )
const many = (count: number, parts: (index: number) => Partial<ReplicationRule>) =>
  Array.from({ length: count }, (_, index) =>
    ruleTo(to, { ID: `${index}`, Priority: index, ...parts(index) }),
  )
const first = (Prefix: string, parts: Partial<ReplicationRule> = {}): ReplicationRule => ({
  ID: `first ${Prefix}`,
  Status: 'Enabled',
  Prefix,
  Destination: { Bucket: `arn:aws:s3:::${to}` },
  ...parts,
})
const metered = () => ({ Bucket: `arn:aws:s3:::${to}`, Metrics: { Status: 'Enabled' as const } })
const TIMED = {
  ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
  Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
} as const
const tag = { Key: 'k', Value: 'v' }
const noMarkers = { DeleteMarkerReplication: { Status: 'Disabled' } } as const

describe('takes', () => {
  it.each<[string, () => ReplicationRule[]]>([
    ['a rule for everything', () => [ruleTo(to)]],
    ['no filter', () => [ruleTo(to, { Filter: undefined })]],
    ['no filter beside one', () => many(2, (at) => (at === 0 ? { Filter: undefined } : {}))],
    [
      'time control without a filter',
      () => [ruleTo(to, { Filter: undefined, Destination: { Bucket: '', ...TIMED } })],
    ],
    ['a destination alone', () => [first('', { Prefix: undefined })]],
    ['metrics in the first version', () => [first('a', { Destination: metered() })]],
    ['an empty filter', () => [ruleTo(to, { Filter: {} })]],
    ['a tag', () => [ruleTo(to, { Filter: { Tag: tag }, ...noMarkers })]],
    ['a prefix that is left out', () => [ruleTo(to, { Filter: { Not: { Prefix: 'a' } } })]],
    [
      'prefixes and tags that are left out, of a prefix',
      () => {
        const Or = { Prefixes: ['a/b', 'a/c'], Tags: [tag] }
        return [ruleTo(to, { Filter: { And: { Prefix: 'a', Not: { Or } } }, ...noMarkers })]
      },
    ],
    [
      'a prefix and tags',
      () => [ruleTo(to, { Filter: { And: { Prefix: 'a', Tags: [tag] } }, ...noMarkers })],
    ],
    ['a thousand rules', () => many(1000, () => ({}))],
    ['the first version', () => [first('a'), first('b')]],
    ['a rule without an id', () => [ruleTo(to, { ID: undefined })]],
    ['metrics', () => [ruleTo(to, { Destination: { Bucket: '', Metrics: { Status: 'Enabled' } } })]],
    [
      'times that are not held to',
      () => [
        ruleTo(to, {
          Destination: { Bucket: '', ReplicationTime: { Status: 'Disabled', Time: { Minutes: 15 } } },
        }),
      ],
    ],
  ])('%s', async (_, rules) => {
    await put(...rules())
    const found = await room.client.send(new GetBucketReplicationCommand({ Bucket: from }))
    const { Role, Rules = [] } = found.ReplicationConfiguration ?? {}
    expect(Role).toBe(role)
    expect(Rules).toHaveLength(rules().length)
    for (const [index, rule] of rules().entries()) {
      const { ID = expect.stringMatching(/./), ...rest } = rule
      expect(Rules[index]).toMatchObject(JSON.parse(JSON.stringify(rest)))
      expect(Rules[index]?.ID).toEqual(ID)
    }
  })
})

describe('refuses', () => {
  const destination = (parts: object) => [ruleTo(to, { Destination: { Bucket: '', ...parts } })]
  it.each<[string, () => ReplicationRule[], RegExp]>([
    ['no rule', () => [], /^MalformedXML/],
    ['more than a thousand', () => many(1001, () => ({})), /^MalformedXML/],
    ['a status that is none', () => [ruleTo(to, { Status: 'On' as 'Enabled' })], /^MalformedXML/],
    ['a long id', () => [ruleTo(to, { ID: 'x'.repeat(256) })], /^InvalidArgument: ID length/],
    ['an id twice', () => many(2, () => ({ ID: 'one' })), /^InvalidArgument: Rule ID must be unique/],
    ['a priority twice', () => many(2, () => ({ Priority: 1 })), /^InvalidRequest: .*priority 1/],
    [
      'no priority',
      () => [ruleTo(to, { Priority: undefined })],
      /^InvalidRequest: Priority must be specified/,
    ],
    [
      'a negative priority',
      () => [ruleTo(to, { Priority: -1 })],
      /^InvalidArgument: Priority must be a non-negative/,
    ],
    [
      'nothing on delete markers',
      () => [ruleTo(to, { DeleteMarkerReplication: undefined })],
      /^InvalidRequest: DeleteMarkerReplication must be specified/,
    ],
    [
      'delete markers of a tag',
      () => [ruleTo(to, { Filter: { Tag: tag } })],
      /^InvalidRequest: Delete marker replication is not supported if any Tag filter/,
    ],
    [
      'one thing and nothing',
      () => [ruleTo(to, { Filter: { And: { Tags: [tag] } }, ...noMarkers })],
      /^MalformedXML/,
    ],
    [
      'a tag twice',
      () => [ruleTo(to, { Filter: { And: { Tags: [tag, tag] } }, ...noMarkers })],
      /^InvalidRequest: Duplicate Tag Keys/,
    ],
    [
      'two exceptions that are not in an Or',
      () => [ruleTo(to, { Filter: { Not: { Prefix: 'a', Tag: tag } }, ...noMarkers })],
      /^MalformedXML/,
    ],
    ['an exception of nothing', () => [ruleTo(to, { Filter: { Not: { Or: {} } } })], /^MalformedXML/],
    [
      'a prefix and an exception that are not in an And',
      () => [ruleTo(to, { Filter: { Prefix: 'a', Not: { Prefix: 'a/b' } } })],
      /^MalformedXML/,
    ],
    [
      'delete markers and tags that are left out',
      () => [ruleTo(to, { Filter: { Not: { Tag: tag } } })],
      /^InvalidRequest: Delete marker replication is not supported if any Tag filter/,
    ],
    [
      'the related key of another Region',
      () => [
        ruleTo(to, {
          SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
          Destination: {
            Bucket: '',
            EncryptionConfiguration: {
              ReplicaKmsKeyID: 'k',
              UseSourceMultiRegionKey: { Status: 'Enabled' },
            },
          },
        }),
      ],
      /^NotImplemented/,
    ],
    [
      'a long prefix',
      () => [ruleTo(to, { Filter: { Prefix: 'x'.repeat(1025) } })],
      /^InvalidRequest: .*prefix/,
    ],
    ['versions that are mixed', () => [first('a'), ruleTo(to)], /^InvalidRequest: All rules must be/],
    [
      'a priority in the first version',
      () => [first('a', { Priority: 1 })],
      /^InvalidRequest: Priority cannot be used/,
    ],
    [
      'delete markers in the first version',
      () => [first('a', noMarkers)],
      /^InvalidRequest: DeleteMarkerReplication cannot be used for this version of Cross Region Replication/,
    ],
    [
      'time control in the first version',
      () => [first('a', { Destination: { ...metered(), ...TIMED } })],
      /^InvalidRequest: ReplicationTime cannot be used/,
    ],
    [
      'changes of replicas in the first version',
      () => [first('a', { SourceSelectionCriteria: { ReplicaModifications: { Status: 'Enabled' } } })],
      /^InvalidRequest: ReplicaModifications cannot be used/,
    ],
    [
      'time control without a priority',
      () => [first('', { Prefix: undefined, Destination: { ...metered(), ...TIMED } })],
      /^InvalidRequest: Priority must be specified/,
    ],
    [
      'no filter, and nothing on delete markers',
      () => [ruleTo(to, { Filter: undefined, DeleteMarkerReplication: undefined })],
      /^InvalidRequest: DeleteMarkerReplication must be specified/,
    ],
    [
      'prefixes of prefixes',
      () => [first('a'), first('ab')],
      /^InvalidRequest: Found overlapping prefixes 'a' and 'ab'/,
    ],
    ['a bucket that is none', () => [ruleTo('A')], /^InvalidArgument: Invalid bucket ARN/],
    [
      'a bucket that is not there',
      () => [ruleTo('nowhere')],
      /^InvalidRequest: Destination bucket must exist/,
    ],
    ['the bucket itself', () => [ruleTo(from)], /^InvalidRequest: Destination bucket cannot be/],
    ['a class that is none', () => destination({ StorageClass: 'LUKEWARM' }), /^InvalidStorageClass/],
    ['an account that is none', () => destination({ Account: 'me' }), /^InvalidArgument: Invalid account/],
    [
      'an account of others',
      () => destination({ Account: otherAccount.id }),
      /^InvalidRequest: Account does not own/,
    ],
    [
      'an owner without an account',
      () => destination({ AccessControlTranslation: { Owner: 'Destination' } }),
      /^InvalidRequest: Account must be specified/,
    ],
    [
      'a key without objects for it',
      () => destination({ EncryptionConfiguration: { ReplicaKmsKeyID: 'alias/a' } }),
      /^InvalidRequest: SseKmsEncryptedObjects must be specified/,
    ],
    [
      'objects without a key',
      () => [ruleTo(to, { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } } })],
      /^InvalidRequest: EncryptionConfiguration must be specified/,
    ],
    [
      'existing objects',
      () => [ruleTo(to, { ExistingObjectReplication: { Status: 'Enabled' } })],
      /^InvalidRequest: ExistingObjectReplication/,
    ],
    [
      'time control without metrics',
      () => destination({ ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } } }),
      /^InvalidArgument: ReplicationTime cannot be Enabled when Metrics/,
    ],
    [
      'a threshold without time control',
      () => destination({ Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } } }),
      /^InvalidArgument: Metrics cannot contain an event threshold/,
    ],
    [
      'other times than a quarter of an hour',
      () =>
        destination({
          ReplicationTime: { Status: 'Enabled', Time: { Minutes: 10 } },
          Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
        }),
      /^InvalidArgument: Minutes must be 15/,
    ],
  ])('%s, and what was there stays', async (_, rules, expected) => {
    await put(ruleTo(to, { ID: 'kept' }))
    expect(await answer(put(...rules()))).toMatch(expected)
    const found = await room.client.send(new GetBucketReplicationCommand({ Bucket: from }))
    expect(found.ReplicationConfiguration?.Rules?.map(({ ID }) => ID)).toEqual(['kept'])
  })

  it('buckets without versioning, at either end', async () => {
    const Bucket = 'unversioned'
    await room.client.send(new CreateBucketCommand({ Bucket }))
    expect(await answer(put(ruleTo(Bucket)))).toBe(
      'InvalidRequest: Destination bucket must have versioning enabled.',
    )
    expect(await answer(room.replicate(Bucket, role, ruleTo(to)))).toBe(
      "InvalidRequest: Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    )
  })

  it.each([
    ['', /^(?:InvalidArgument|MalformedXML)/],
    ['a role', /^InvalidArgument: Invalid Role ARN/],
    [`arn:aws:iam::${otherAccount.id}:role/theirs`, /^AccessDenied: Cross-account pass role/],
  ])('the role %j', async (given, expected) => {
    expect(await answer(room.replicate(from, given, ruleTo(to)))).toMatch(expected)
  })

  const twoFilters = `<ReplicationConfiguration><Role>arn:aws:iam::100000000001:role/r</Role><Rule><Status>Enabled</Status><Priority>1</Priority><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication><Filter><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Destination><Bucket>arn:aws:s3:::replicated-2</Bucket></Destination></Rule></ReplicationConfiguration>`
  it.each(['', '<', '<ReplicationConfiguration/>', '<Role>x</Role>', twoFilters])(
    'the document %j',
    async (body) => {
      const asked = { method: 'PUT', path: `/${from}`, query: 'replication=', body, headers: withMd5(body) }
      const { status } = await rawRequest(room.server, asked)
      expect(status).toBe(400)
    },
  )
})

it('is for who may pass the role', async () => {
  const iam = iamClient(room.server)
  const UserName = 'ann'
  await iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const client = s3Client(room.server, { credentials: credentialsOf(AccessKey) })
  const ReplicationConfiguration = { Role: role, Rules: [ruleTo(to)] }
  const ask = () =>
    answer(client.send(new PutBucketReplicationCommand({ Bucket: from, ReplicationConfiguration })))
  const may = async (...Statement: object[]): Promise<unknown> => {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }))
    return ask()
  }
  const putting = { Effect: 'Allow', Action: 's3:PutReplicationConfiguration', Resource: '*' }
  const passing = { Effect: 'Allow', Action: 'iam:PassRole', Resource: role }
  const to3 = { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } }
  const toEc2 = { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }
  expect(await may(putting)).toMatch(/^AccessDenied/)
  expect(await may(passing)).toMatch(/^AccessDenied/)
  expect(await may(putting, { ...passing, Resource: `${role}-other` })).toMatch(/^AccessDenied/)
  expect(await may(putting, { ...passing, Condition: toEc2 })).toMatch(/^AccessDenied/)
  expect(await may(putting, { ...passing, Condition: to3 })).toBe('taken')
  client.destroy()
  iam.destroy()
})

it('is for other accounts where a policy says so, with roles of their own', async () => {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: otherAccount.id },
    Action: 's3:PutReplicationConfiguration',
    Resource: `arn:aws:s3:::${from}`,
  }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await room.client.send(new PutBucketPolicyCommand({ Bucket: from, Policy }))
  const ReplicationConfiguration = { Role: role, Rules: [ruleTo(to)] }
  const ask = new PutBucketReplicationCommand({ Bucket: from, ReplicationConfiguration })
  expect(await answer(room.other.send(ask))).toMatch(/^AccessDenied: Cross-account pass role/)
})

describe('as any setting of a bucket', () => {
  let access: AccessRoom
  const body =
    '<ReplicationConfiguration><Role>arn:aws:iam::100000000001:role/r</Role><Rule><Status>Enabled</Status><Prefix></Prefix><Destination><Bucket>arn:aws:s3:::destination</Bucket></Destination></Rule></ReplicationConfiguration>'
  beforeAll(async () => {
    access = await AccessRoom.open()
    await access.must('owner', 'PUT', 'destination')
    await versioned('destination')
    return () => access[Symbol.asyncDispose]()
  })
  const versioned = (bucket: string) =>
    access.set(
      bucket,
      'versioning',
      '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
    )
  describeBucketRequest(() => access, {
    method: 'PUT',
    query: 'replication=',
    body,
    headers: withMd5(body),
    prepare: versioned,
  })

  it('takes no document that was changed on its way', async () => {
    const bucket = await access.bucket()
    await versioned(bucket)
    const headers = withMd5(`${body} `)
    expectError(
      await access.ask('owner', 'PUT', bucket, undefined, { query: 'replication=', body, headers }),
      400,
      'BadDigest',
    )
  })
})

import { GetAccessPointPolicyCommand, PutAccessPointPolicyCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, describe, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { AccessRoom, blockDocument, owner, third, withMd5 } from '../access/access-room.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { AccessPointRoom, pointPolicy, REGION } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  points = new AccessPointRoom(room)
  return () => room[Symbol.asyncDispose]()
})

it('puts a policy for the SDK, in place of another', async () => {
  const { name, arn } = await points.point(await room.bucket())
  const client = controlClient(room.server)
  for (const Action of ['s3:GetObject', 's3:PutObject']) {
    const Policy = pointPolicy(arn, { Action, Principal: { AWS: third.id }, Resource: `${arn}/object/a&b/*` })
    await client.send(new PutAccessPointPolicyCommand({ AccountId: owner.id, Name: name, Policy }))
    const got = await client.send(new GetAccessPointPolicyCommand({ AccountId: owner.id, Name: name }))
    expect(got.Policy).toBe(Policy)
  }
  const input = { AccountId: owner.id, Name: 'no-such-point', Policy: pointPolicy(arn, {}) }
  expect(await sdkError(client.send(new PutAccessPointPolicyCommand(input)))).toEqual([
    404,
    'NoSuchAccessPoint',
  ])
  client.destroy()
})

describe('what is refused', () => {
  const other = `arn:aws:s3:${REGION}:${owner.id}:accesspoint/other-point`
  it.each([
    ['no JSON', 'x'],
    ['the ARN of a bucket', pointPolicy('', { Resource: 'arn:aws:s3:::bucket/*' })],
    ['another access point', pointPolicy(other, {})],
    ['all resources', pointPolicy('', { Resource: '*' })],
    [
      'an action on the wrong resource',
      pointPolicy('', { Resource: `${other}/object/*`, Action: 's3:ListBucket' }),
    ],
    ['somebody who is nobody', pointPolicy(other, { Principal: { AWS: '999999999999' } })],
    ['more than 20 KB', pointPolicy(other, { Sid: 'x'.repeat(20_480) })],
  ])('%s', async (_, policy) => {
    const { name } = await points.point(await room.bucket())
    expectError(await points.putPolicy(name, policy), 400, 'MalformedPolicy')
    expectError(await points.ask('owner', 'GET', `/${name}/policy`), 404, 'NoSuchAccessPointPolicy')
  })

  it.each([
    ['no body', '', 'MissingRequestBodyError'],
    ['another document', '<Other/>', 'MalformedXML'],
    ['no policy', '<PutAccessPointPolicyRequest/>', 'MalformedXML'],
  ])('%s', async (_, body, code) => {
    const { name } = await points.point(await room.bucket())
    expectError(await points.ask('owner', 'PUT', `/${name}/policy`, { body }), 400, code)
  })

  it('who is of another account, or nobody', async () => {
    const { name, arn } = await points.point(await room.bucket())
    for (const who of ['third', 'anonymous'] as const)
      expectError(await points.putPolicy(name, pointPolicy(arn, {}), who), 403, 'AccessDenied')
  })
})

it('takes wildcards for what is of the access point', async () => {
  const { name, arn } = await points.point(await room.bucket())
  const wild = arn.replace(name, '*')
  for (const Resource of [wild, `${wild}/object/*`, `${arn}/object/a/*`]) {
    const Action = Resource === wild ? 's3:ListBucket' : 's3:GetObject'
    expectSuccess(await points.putPolicy(name, pointPolicy(arn, { Resource, Action })), 200)
  }
})

describe('a public policy is refused', () => {
  const block = '<BlockPublicPolicy>true</BlockPublicPolicy>'

  it('by the block of the access point', async () => {
    const { name, arn } = await points.point(await room.bucket(), { block })
    expectError(await points.putPolicy(name, pointPolicy(arn, {})), 403, 'AccessDenied')
    const fixed = pointPolicy(arn, { Principal: { AWS: third.id } })
    expectSuccess(await points.putPolicy(name, fixed), 200)
  })

  it('by that of its bucket, where that is of the same account', async () => {
    const bucket = await room.bucket()
    const { name, arn } = await points.point(bucket)
    const more = `<BucketAccountId>${owner.id}</BucketAccountId>`
    const abroad = await points.point(bucket, { who: 'third', accountId: third.id, more })
    const document = blockDocument(['BlockPublicPolicy'])
    const parts = { query: 'publicAccessBlock=', body: document, headers: withMd5(document) }
    await room.must('owner', 'PUT', bucket, undefined, parts)
    expectError(await points.putPolicy(name, pointPolicy(arn, {})), 403, 'AccessDenied')
    const policy = pointPolicy(abroad.arn, {})
    expectSuccess(await points.putPolicy(abroad.name, policy, 'third', third.id), 200)
  })
})

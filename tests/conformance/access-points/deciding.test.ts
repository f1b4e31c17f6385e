import { beforeAll, describe, expect, it } from 'vitest'
import {
  AccessRoom,
  blockDocument,
  owner,
  policyDocument,
  third,
  type Who,
  withMd5,
  writer,
} from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { AccessPointRoom } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  points = new AccessPointRoom(room)
  return () => room[Symbol.asyncDispose]()
})

const get = async (who: Who, bucket: string, key = 'key') => (await room.ask(who, 'GET', bucket, key)).status

/** A bucket with a key, and an access point to it. */
async function place(options: Parameters<AccessPointRoom['point']>[1] = {}) {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  return { bucket, point: await points.point(bucket, options) }
}

/** The policy of a bucket; what is left out is everything. */
const open = (bucket: string, statement: object) => room.policy(bucket, { Action: 's3:*', ...statement })

/** What a bucket says that leaves all to the access points of an account. */
const delegated = (accountId: string) => ({
  Condition: { StringEquals: { 's3:DataAccessPointAccount': accountId } },
})

describe('access point and bucket have to permit it each', () => {
  it('somebody of another account', async () => {
    const { bucket, point } = await place()
    expect(await get('third', point.alias)).toBe(403)
    await points.policy(point, { Principal: { AWS: third.id } })
    expect(await get('third', point.alias)).toBe(403)
    await open(bucket, { Principal: { AWS: third.id } })
    expect([await get('third', point.alias), await get('third', bucket)]).toEqual([200, 200])
    await points.ask('owner', 'DELETE', `/${point.name}/policy`)
    expect([await get('third', point.alias), await get('third', bucket)]).toEqual([403, 200])
  })

  it('which a bucket delegates by the account of its access points', async () => {
    const { bucket, point } = await place()
    await open(bucket, delegated(owner.id))
    await points.policy(point, {
      Principal: { AWS: third.id },
      Action: 's3:GetObject',
      Resource: `${point.arn}/object/*`,
    })
    expect([await get('third', point.alias), await get('third', bucket)]).toEqual([200, 403])
    expect([await get('writer', point.alias), (await room.ask('third', 'GET', point.alias)).status]).toEqual([
      403, 403,
    ])
    expectError(await room.ask('third', 'PUT', point.alias, 'key', { body: 'x' }), 403, 'AccessDenied')
  })

  it.each([
    ['s3:DataAccessPointArn', 'ArnLike', (arn: string) => arn.replace(/[^/]+$/, '*')],
    ['s3:DataAccessPointArn', 'StringEquals', (arn: string) => arn],
    ['s3:AccessPointNetworkOrigin', 'StringEquals', () => 'Internet'],
  ])('or by %s and %s', async (key, operator, value) => {
    const { bucket, point } = await place()
    await points.policy(point, { Principal: { AWS: third.id } })
    await open(bucket, { Condition: { [operator]: { [key]: value(point.arn) } } })
    expect([await get('third', point.alias), await get('third', bucket)]).toEqual([200, 403])
    await open(bucket, { Condition: { [operator]: { [key]: `${value(point.arn)}-other` } } })
    expect(await get('third', point.alias)).toBe(403)
  })

  it('a policy of the access point names keys as the access point does', async () => {
    const { bucket, point } = await place()
    await room.put(bucket, 'other')
    await open(bucket, delegated(owner.id))
    await points.policy(point, {
      Principal: { AWS: third.id },
      Resource: `${point.arn}/object/k*`,
      Action: 's3:*Object',
    })
    expect([await get('third', point.alias), await get('third', point.alias, 'other')]).toEqual([200, 403])
  })

  it('a denial of either is one', async () => {
    const { bucket, point } = await place()
    await points.policy(point, { Effect: 'Deny', Action: 's3:GetObject', Resource: `${point.arn}/object/*` })
    expect([await get('owner', point.alias), await get('owner', bucket)]).toEqual([403, 200])
    await points.ask('owner', 'DELETE', `/${point.name}/policy`)
    await open(bucket, {
      Effect: 'Deny',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
    })
    expect(await get('owner', point.alias)).toBe(403)
    // Of the usual kind: nobody gets in but by access points.
    const Condition = { StringNotLike: { 's3:DataAccessPointArn': point.arn } }
    await open(bucket, {
      Effect: 'Deny',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
      Condition,
    })
    expect([await get('owner', point.alias), await get('owner', bucket)]).toEqual([200, 403])
  })

  it('what an ACL gives needs the access point too', async () => {
    const { bucket, point } = await place()
    await room.must('owner', 'PUT', bucket, 'key', { query: 'acl=', headers: { 'x-amz-acl': 'public-read' } })
    expect([await get('third', bucket), await get('third', point.alias)]).toEqual([200, 403])
    await points.policy(point, { Principal: { AWS: third.id } })
    expect(await get('third', point.alias)).toBe(200)
  })
})

describe('an access point of another account than the bucket’s', () => {
  const abroad = {
    who: 'third' as const,
    accountId: third.id,
    more: `<BucketAccountId>${owner.id}</BucketAccountId>`,
  }

  it('gives nothing until the bucket’s owner does', async () => {
    const { bucket, point } = await place(abroad)
    expect(await get('third', point.alias)).toBe(403)
    await open(bucket, delegated(third.id))
    expect([await get('third', point.alias), await get('third', bucket)]).toEqual([200, 403])
    expect([await get('writer', point.alias), await get('owner', point.alias)]).toEqual([403, 403])
    await points.policy(point, { Principal: { AWS: [writer.id, owner.id] } })
    expect([await get('writer', point.alias), await get('owner', point.alias)]).toEqual([200, 200])
  })
})

describe('nobody without a name gets in', () => {
  it('whatever the policies say', async () => {
    const { bucket, point } = await place()
    await open(bucket, {})
    await points.policy(point, {})
    expect([await get('anonymous', bucket), await get('anonymous', point.alias)]).toEqual([200, 403])
    expectError(await room.ask('anonymous', 'PUT', point.alias, 'key', { body: 'x' }), 403, 'AccessDenied')
    const parts = { query: 'delete=', body: '<Delete><Object><Key>key</Key></Object></Delete>' }
    expectError(await room.ask('anonymous', 'POST', point.alias, undefined, parts), 403, 'AccessDenied')
  })
})

describe('of all public access blocks the strictest counts', () => {
  it('RestrictPublicBuckets of the access point', async () => {
    const { bucket, point } = await place({ block: '<RestrictPublicBuckets>true</RestrictPublicBuckets>' })
    await open(bucket, { Principal: { AWS: third.id } })
    await points.policy(point, {})
    expect([await get('third', point.alias), await get('owner', point.alias)]).toEqual([403, 200])
    await points.policy(point, { Principal: { AWS: third.id } })
    expect(await get('third', point.alias)).toBe(200)
    await open(bucket, {})
    expect([await get('third', point.alias), await get('third', bucket)]).toEqual([403, 200])
  })

  it('RestrictPublicBuckets of the bucket', async () => {
    const { bucket, point } = await place()
    await open(bucket, { Principal: { AWS: third.id } })
    await points.policy(point, {})
    expect(await get('third', point.alias)).toBe(200)
    const document = blockDocument(['RestrictPublicBuckets'])
    await room.must('owner', 'PUT', bucket, undefined, {
      query: 'publicAccessBlock=',
      body: document,
      headers: withMd5(document),
    })
    expect([await get('third', point.alias), await get('third', bucket)]).toEqual([403, 200])
  })

  it('BlockPublicAcls and IgnorePublicAcls of the access point', async () => {
    const block = '<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>'
    const { bucket, point } = await place({ block })
    const headers = { 'x-amz-acl': 'public-read' }
    expectError(
      await room.ask('owner', 'PUT', point.alias, 'key', { body: 'x', headers }),
      403,
      'AccessDenied',
    )
    const acl = { query: 'acl=', headers }
    await room.put(bucket, 'key')
    expectError(await room.ask('owner', 'PUT', point.alias, 'key', acl), 403, 'AccessDenied')
    await room.must('owner', 'PUT', bucket, 'key', acl)
    await points.policy(point, { Principal: { AWS: third.id } })
    expect([await get('third', bucket), await get('third', point.alias)]).toEqual([200, 403])
  })
})

describe('what is asked for besides', () => {
  it('a key that is not there is told to who may list by the access point alone', async () => {
    const { bucket, point } = await place()
    await open(bucket, { Principal: { AWS: third.id } })
    await points.policy(point, {
      Principal: { AWS: third.id },
      Action: 's3:GetObject',
      Resource: `${point.arn}/object/*`,
    })
    expect([await get('third', bucket, 'none'), await get('third', point.alias, 'none')]).toEqual([404, 403])
    await points.policy(point, { Principal: { AWS: third.id } })
    expect(await get('third', point.alias, 'none')).toBe(404)
  })

  it('a copy needs its source by the way that it names it', async () => {
    const { bucket, point } = await place()
    const target = await room.bucket({}, 'third')
    await open(bucket, delegated(owner.id))
    await points.policy(point, {
      Principal: { AWS: third.id },
      Action: 's3:GetObject*',
      Resource: `${point.arn}/object/*`,
    })
    const copy = async (source: string) => {
      const headers = { 'x-amz-copy-source': source }
      return (await room.ask('third', 'PUT', target, 'copy', { headers })).status
    }
    expect([
      await copy(`${point.arn}/object/key`),
      await copy(`${point.alias}/key`),
      await copy(`${bucket}/key`),
    ]).toEqual([200, 200, 403])
  })

  it('each key of DeleteObjects', async () => {
    const { bucket, point } = await place()
    await room.put(bucket, 'other')
    await open(bucket, delegated(owner.id))
    await points.policy(point, {
      Principal: { AWS: third.id },
      Action: 's3:DeleteObject',
      Resource: `${point.arn}/object/key`,
    })
    const body = '<Delete><Object><Key>key</Key></Object><Object><Key>other</Key></Object></Delete>'
    const answer = await room.ask('third', 'POST', point.alias, undefined, {
      query: 'delete=',
      body,
      headers: withMd5(body),
    })
    expect(answer.text).toMatch(/<Deleted><Key>key<.*<Error><Key>other<.*AccessDenied/s)
  })

  it('tags of an object that is there, by a condition of the access point alone', async () => {
    const { bucket, point } = await place()
    await room.put(bucket, 'tagged', { 'x-amz-tagging': 'kind=open' })
    await room.set(bucket, 'policy', policyDocument(bucket, [{ Action: 's3:*', ...delegated(owner.id) }]))
    const Condition = { StringEquals: { 's3:ExistingObjectTag/kind': 'open' } }
    const Resource = `${point.arn}/object/*`
    await points.policy(point, { Principal: { AWS: third.id }, Action: 's3:GetObject', Resource, Condition })
    expect([await get('third', point.alias, 'tagged'), await get('third', point.alias)]).toEqual([200, 403])
  })
})

it('a bucket by its name is as it was', async () => {
  const { bucket, point } = await place()
  await points.policy(point, { Effect: 'Deny' })
  expectSuccess(await room.ask('owner', 'GET', bucket, 'key'))
  expectSuccess(await room.ask('owner', 'PUT', bucket, 'key', { body: 'x' }))
})

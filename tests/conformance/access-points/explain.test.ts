import { beforeAll, expect, it } from 'vitest'
import { rawRequest } from '../../support/raw-request.ts'
import { AccessRoom, owner, third } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { AccessPointRoom } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  points = new AccessPointRoom(room)
  return () => room[Symbol.asyncDispose]()
})

const ask = (resource: string, principal = third.id) => {
  const question = { principal, action: 's3:GetObject', resource }
  return rawRequest(room.server, { method: 'POST', path: '/-/explain', body: JSON.stringify(question) })
}

it('explains what the access point says and what the bucket says', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const point = await points.point(bucket)
  const resource = `${point.arn}/object/key`
  const explained = async () => {
    const answer = await ask(resource)
    expectSuccess(answer)
    return JSON.parse(answer.text) as object
  }
  expect(await explained()).toMatchObject({
    resource,
    object: 'exists',
    allowed: false,
    reasons: [{ source: 'default', detail: 'the access point does not allow it' }],
  })
  await points.policy(point, { Principal: { AWS: third.id } })
  expect(await explained()).toMatchObject({
    allowed: false,
    reasons: [{ source: 'access-point-policy', matched: true }, {}, {}],
  })
  await room.policy(bucket, {
    Action: 's3:*',
    Condition: { StringEquals: { 's3:DataAccessPointAccount': owner.id } },
  })
  const allowed = { source: 'bucket-policy', detail: 'allows the request' }
  expect(await explained()).toMatchObject({
    allowed: true,
    reasons: [{ source: 'access-point-policy' }, {}, allowed],
  })
  await points.policy(point, { Effect: 'Deny' })
  const denied = { source: 'access-point-policy', effect: 'Deny', detail: 'denies the request' }
  expect(await explained()).toMatchObject({ allowed: false, reasons: [{}, denied] })
})

it('to the owner of both alone', async () => {
  const bucket = await room.bucket()
  const more = `<BucketAccountId>${owner.id}</BucketAccountId>`
  const abroad = await points.point(bucket, { who: 'third', accountId: third.id, more })
  expectError(await ask(`${abroad.arn}/object/key`), 403, 'AccessDenied')
  expectError(await ask(`${abroad.arn}-none/object/key`), 404, 'NoSuchAccessPoint')
  expectError(await ask(abroad.arn), 400, 'InvalidArgument')
})

import { DeleteAccessPointCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { AccessRoom, owner, third } from '../access/access-room.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { AccessPointRoom } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  points = new AccessPointRoom(room)
  return () => room[Symbol.asyncDispose]()
})

it('takes an access point away, with its alias, and leaves the bucket as it is', async () => {
  const bucket = await room.bucket()
  await room.put(bucket, 'key')
  const { name, alias } = await points.point(bucket)
  expectSuccess(await room.ask('owner', 'GET', alias, 'key'))
  const client = controlClient(room.server)
  const send = () => client.send(new DeleteAccessPointCommand({ AccountId: owner.id, Name: name }))
  await send()
  expect(await sdkError(send())).toEqual([404, 'NoSuchAccessPoint'])
  client.destroy()
  expectError(await room.ask('owner', 'GET', alias, 'key'), 404, 'NoSuchAccessPoint')
  expectSuccess(await room.ask('owner', 'GET', bucket, 'key'))
})

it('is for its account alone', async () => {
  const { name, alias } = await points.point(await room.bucket())
  for (const who of ['third', 'anonymous'] as const)
    expectError(await points.ask(who, 'DELETE', `/${name}`), 403, 'AccessDenied')
  expectError(await points.ask('third', 'DELETE', `/${name}`, {}, third.id), 404, 'NoSuchAccessPoint')
  expect((await room.ask('owner', 'HEAD', alias)).status).toBe(200)
})

it('a bucket is not deleted while access points of its account lead to it', async () => {
  const bucket = await room.bucket()
  const { name } = await points.point(bucket)
  await room.put(bucket, 'key')
  expectError(await room.ask('owner', 'DELETE', bucket), 409, 'BucketNotEmpty')
  await room.must('owner', 'DELETE', bucket, 'key')
  expectError(await room.ask('owner', 'DELETE', bucket), 400, 'BucketHasAccessPointsAttached')
  await points.ask('owner', 'DELETE', `/${name}`)
  expectSuccess(await room.ask('owner', 'DELETE', bucket), 204)
})

it('access points of other accounts do not keep a bucket, and lead to none that is made anew', async () => {
  const bucket = await room.bucket()
  const more = `<BucketAccountId>${owner.id}</BucketAccountId>`
  const { alias } = await points.point(bucket, { who: 'third', accountId: third.id, more })
  expectSuccess(await room.ask('owner', 'DELETE', bucket), 204)
  expectError(await room.ask('third', 'GET', alias), 404, 'NoSuchBucket')
  await room.must('third', 'PUT', bucket)
  expectError(await room.ask('third', 'GET', alias), 404, 'NoSuchBucket')
})

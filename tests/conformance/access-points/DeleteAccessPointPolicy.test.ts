import { DeleteAccessPointPolicyCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { AccessRoom, owner } from '../access/access-room.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { AccessPointRoom } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  points = new AccessPointRoom(room)
  return () => room[Symbol.asyncDispose]()
})

it('takes the policy away, there be one or not', async () => {
  const point = await points.point(await room.bucket())
  await points.policy(point, {})
  const client = controlClient(room.server)
  const input = { AccountId: owner.id, Name: point.name }
  for (const _ of [1, 2]) {
    await client.send(new DeleteAccessPointPolicyCommand(input))
    expectError(await points.ask('owner', 'GET', `/${point.name}/policy`), 404, 'NoSuchAccessPointPolicy')
  }
  const none = client.send(new DeleteAccessPointPolicyCommand({ ...input, Name: 'no-such-point' }))
  expect(await sdkError(none)).toEqual([404, 'NoSuchAccessPoint'])
  client.destroy()
})

it('is for its account alone', async () => {
  const point = await points.point(await room.bucket())
  await points.policy(point, {})
  for (const who of ['third', 'anonymous'] as const)
    expectError(await points.ask(who, 'DELETE', `/${point.name}/policy`), 403, 'AccessDenied')
  expectSuccess(await points.ask('owner', 'GET', `/${point.name}/policy`), 200)
})

import { GetAccessPointPolicyStatusCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { AccessRoom, owner, third } from '../access/access-room.ts'
import { expectError, sdkError } from '../objects/object-room.ts'
import { AccessPointRoom } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  points = new AccessPointRoom(room)
  return () => room[Symbol.asyncDispose]()
})

it('tells whether a policy is public', async () => {
  const point = await points.point(await room.bucket())
  const client = controlClient(room.server)
  const status = () =>
    client.send(new GetAccessPointPolicyStatusCommand({ AccountId: owner.id, Name: point.name }))
  expect(await sdkError(status())).toEqual([404, 'NoSuchAccessPointPolicy'])
  await points.policy(point, {})
  expect((await status()).PolicyStatus).toEqual({ IsPublic: true })
  await points.policy(point, { Principal: { AWS: third.id } })
  expect((await status()).PolicyStatus).toEqual({ IsPublic: false })
  client.destroy()
})

it('refuses where there is no access point, and others', async () => {
  expectError(await points.ask('owner', 'GET', '/no-such-point/policyStatus'), 404, 'NoSuchAccessPoint')
  const { name } = await points.point(await room.bucket())
  for (const who of ['third', 'anonymous'] as const)
    expectError(await points.ask(who, 'GET', `/${name}/policyStatus`), 403, 'AccessDenied')
})

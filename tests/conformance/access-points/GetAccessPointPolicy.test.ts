import { beforeAll, expect, it } from 'vitest'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom } from '../access/access-room.ts'
import { expectError } from '../objects/object-room.ts'
import { AccessPointRoom, pointPolicy } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  points = new AccessPointRoom(room)
  return () => room[Symbol.asyncDispose]()
})

it('shows the policy as it was put, with its version', async () => {
  const point = await points.point(await room.bucket())
  const policy = pointPolicy(point.arn, {}).replace('"Version":"2012-10-17",', '')
  await points.putPolicy(point.name, policy)
  const { text } = await points.ask('owner', 'GET', `/${point.name}/policy`)
  const [shown = ''] = xmlTexts(text, 'Policy')
  const expected: unknown = { Version: '2008-10-17', ...(JSON.parse(policy) as object) }
  expect(JSON.parse(shown.replaceAll('&quot;', '"'))).toEqual(expected)
})

it('refuses where there is none, and others', async () => {
  expectError(await points.ask('owner', 'GET', '/no-such-point/policy'), 404, 'NoSuchAccessPoint')
  const { name } = await points.point(await room.bucket())
  expectError(await points.ask('owner', 'GET', `/${name}/policy`), 404, 'NoSuchAccessPointPolicy')
  for (const who of ['third', 'anonymous'] as const)
    expectError(await points.ask(who, 'GET', `/${name}/policy`), 403, 'AccessDenied')
})

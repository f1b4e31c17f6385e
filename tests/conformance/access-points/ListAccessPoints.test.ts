import { ListAccessPointsCommand, paginateListAccessPoints } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
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

it('lists an account’s access points by name, page by page, all or those of one bucket', async () => {
  const buckets = [await room.bucket(), await room.bucket()]
  const made = []
  for (const at of [0, 1, 0, 1, 0]) made.push({ ...(await points.point(buckets[at] ?? '')), at })
  const client = controlClient(room.server)
  const names = async (Bucket?: string) => {
    const found: (string | undefined)[] = []
    const pages = paginateListAccessPoints({ client, pageSize: 2 }, { AccountId: owner.id, Bucket })
    for await (const { AccessPointList = [] } of pages) {
      expect(AccessPointList.length).toBeLessThanOrEqual(2)
      found.push(...AccessPointList.map(({ Name }) => Name))
    }
    return found
  }
  expect(await names()).toEqual(made.map(({ name }) => name))
  for (const at of [0, 1]) {
    const expected = made.filter((point) => point.at === at).map(({ name }) => name)
    expect(await names(buckets[at])).toEqual(expected)
  }
  expect(await names('no-such-bucket')).toEqual([])
  const { AccessPointList } = await client.send(
    new ListAccessPointsCommand({ AccountId: owner.id, MaxResults: 1 }),
  )
  expect(AccessPointList).toEqual([
    {
      Name: made[0]?.name,
      NetworkOrigin: 'Internet',
      Bucket: buckets[0],
      AccessPointArn: made[0]?.arn,
      Alias: made[0]?.alias,
      BucketAccountId: owner.id,
    },
  ])
  client.destroy()
})

it.each([
  ['maxResults=0', 400, 'InvalidArgument'],
  ['maxResults=1001', 400, 'InvalidArgument'],
  ['nextToken=x', 400, 'InvalidArgument'],
  ['dataSourceType=FSX_OPENZFS', 501, 'NotImplemented'],
  ['dataSourceId=x', 501, 'NotImplemented'],
])('refuses %s', async (query, status, code) => {
  expectError(await points.ask('owner', 'GET', '', { query }), status, code)
})

it('lists those of one account to that alone', async () => {
  await points.point(await room.bucket())
  const { text } = await points.ask('third', 'GET', '', { query: 'dataSourceType=ALL' }, third.id)
  expect(text).not.toContain('<AccessPoint>')
  for (const who of ['third', 'anonymous'] as const)
    expectError(await points.ask(who, 'GET', ''), 403, 'AccessDenied')
  expectSuccess(await points.ask('owner', 'GET', '', { query: 'maxResults=1000' }), 200)
})

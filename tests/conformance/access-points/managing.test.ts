/**
 * Who may manage which access points. Source: Service Authorization Reference, Amazon S3, the condition keys of the resource type
 * `accesspoint`.
 */
import {
  CreateAccessPointCommand,
  DeleteAccessPointCommand,
  GetAccessPointCommand,
  type S3ControlClient,
  TagResourceCommand,
} from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { AccessRoom, owner } from '../access/access-room.ts'
import { sdkError } from '../objects/object-room.ts'
import { AccessPointRoom, REGION } from './access-point-room.ts'

let room: AccessRoom
let points: AccessPointRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  points = new AccessPointRoom(room)
  return () => room[Symbol.asyncDispose]()
})

const TEAMS = `arn:aws:s3:${REGION}:${owner.id}:accesspoint/team`
const AccountId = owner.id
const DENIED = [403, 'AccessDenied']

/** A user who may do all, but for what the condition is about. */
async function manager(name: string, Condition: object): Promise<S3ControlClient> {
  const all = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
  const deny = { Effect: 'Deny', Action: 's3:*AccessPoint', Resource: '*', Condition }
  return controlClient(room.server, await makeUser(room.server, name, all, deny))
}

it.each([
  ['arn', { ArnNotLike: { 's3:DataAccessPointArn': `${TEAMS}-*` } }],
  ['user', { StringNotLike: { 's3:DataAccessPointArn': `${TEAMS}-\${aws:username}` } }],
  ['account', { StringNotEquals: { 's3:DataAccessPointAccount': owner.id } }],
  ['internet', { StringNotEquals: { 's3:AccessPointNetworkOrigin': 'Internet' } }],
])('by what it is: %s', async (name, Condition) => {
  const client = await manager(name, Condition)
  const input = { AccountId, Name: `team-${name}` }
  await client.send(new CreateAccessPointCommand({ ...input, Bucket: await room.bucket() }))
  expect(await client.send(new GetAccessPointCommand(input))).toMatchObject({ Name: input.Name })
  await client.send(new DeleteAccessPointCommand(input))
  client.destroy()
})

it.each([
  ['another-arn', { ArnNotLike: { 's3:DataAccessPointArn': `${TEAMS}s-*` } }],
  ['vpc', { StringNotEquals: { 's3:AccessPointNetworkOrigin': 'VPC' } }],
])('by what it is not: %s', async (name, Condition) => {
  const client = await manager(name, Condition)
  const input = { AccountId, Name: `team-${name}`, Bucket: await room.bucket() }
  expect(await sdkError(client.send(new CreateAccessPointCommand(input)))).toEqual(DENIED)
  client.destroy()
})

it.each(['aws:ResourceTag', 's3:AccessPointTag'])('by its tags: %s', async (key) => {
  const { name: Name, arn: ResourceArn } = await points.point(await room.bucket())
  const Condition = { StringEquals: { [`${key}/team`]: 'others' } }
  const client = await manager(key.replace(':', ''), Condition)
  await client.send(new GetAccessPointCommand({ AccountId, Name }))
  const Tags = [{ Key: 'team', Value: 'others' }]
  await client.send(new TagResourceCommand({ AccountId, ResourceArn, Tags }))
  expect(await sdkError(client.send(new GetAccessPointCommand({ AccountId, Name })))).toEqual(DENIED)
  client.destroy()
})

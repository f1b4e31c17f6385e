import { DeletePublicAccessBlockCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { AccessRoom, owner, third } from '../access/access-room.ts'
import { sdkError } from '../objects/object-room.ts'
import { accountBlock } from './account-block-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

it('leaves none, as often as it is asked', async () => {
  await accountBlock(room, 'owner', 'PUT', { switches: ['IgnorePublicAcls'] })
  const client = controlClient(room.server)
  for (let round = 0; round < 2; round++) {
    await client.send(new DeletePublicAccessBlockCommand({ AccountId: owner.id }))
    expect((await accountBlock(room, 'owner', 'GET')).errorCode).toBe('NoSuchPublicAccessBlockConfiguration')
  }
  const refused = client.send(new DeletePublicAccessBlockCommand({ AccountId: third.id }))
  expect(await sdkError(refused)).toEqual([403, 'AccessDenied'])
  client.destroy()
})

import { GetPublicAccessBlockCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { controlClient } from '../../support/control-client.ts'
import { xmlTexts } from '../../support/raw-request.ts'
import { AccessRoom, owner } from '../access/access-room.ts'
import { sdkError } from '../objects/object-room.ts'
import { accountBlock } from './account-block-room.ts'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  return () => room[Symbol.asyncDispose]()
})

it('says that there is none, and then which', async () => {
  const client = controlClient(room.server)
  const sent = client.send(new GetPublicAccessBlockCommand({ AccountId: owner.id }))
  expect(await sdkError(sent)).toEqual([404, 'NoSuchPublicAccessBlockConfiguration'])
  client.destroy()
  await accountBlock(room, 'owner', 'PUT', { switches: ['IgnorePublicAcls'] })
  const { text } = await accountBlock(room, 'owner', 'GET')
  expect(xmlTexts(text, 'IgnorePublicAcls')).toEqual(['true'])
  expect(xmlTexts(text, 'BlockPublicAcls')).toEqual(['false'])
})

it('is told to nobody else', async () => {
  for (const who of ['third', 'anonymous'] as const) {
    const answer = await accountBlock(room, who, 'GET')
    expect([answer.status, answer.errorCode]).toEqual([403, 'AccessDenied'])
  }
})

import { DeleteJobTaggingCommand, GetJobTaggingCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { sdkError } from '../objects/object-room.ts'
import { ACCOUNT, JobRoom } from './job-room.ts'

let room: JobRoom
let JobId: string
beforeAll(async () => {
  room = await JobRoom.open()
  const Manifest = await room.manifest(['work,a'])
  JobId = await room.create({ Manifest, RoleArn: await room.role(), Tags: [{ Key: 'a', Value: '1' }] })
  return () => room[Symbol.asyncDispose]()
})

const of = (id = JobId) => ({ AccountId: ACCOUNT, JobId: id })
const tags = async () => (await room.control.send(new GetJobTaggingCommand(of()))).Tags

it('takes the tags of a job away, be there any or not', async () => {
  for (let time = 0; time < 2; time++) {
    await room.control.send(new DeleteJobTaggingCommand(of()))
    expect(await tags()).toEqual([])
  }
  const none = room.control.send(new DeleteJobTaggingCommand(of('no-such-job')))
  expect(await sdkError(none)).toEqual([400, 'NotFoundException'])
})

import { GetJobTaggingCommand, PutJobTaggingCommand } from '@aws-sdk/client-s3-control'
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

it('puts tags in place of those that a job has', async () => {
  const put = (...Tags: { Key: string; Value: string }[]) =>
    room.control.send(new PutJobTaggingCommand({ ...of(), Tags }))
  await put({ Key: 'b', Value: 'ü' })
  expect(await tags()).toEqual([{ Key: 'b', Value: 'ü' }])
  expect(await sdkError(put({ Key: 'aws:b', Value: '' }))).toEqual([400, 'InvalidTag'])
  const many = Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: '' }))
  expect(await sdkError(put(...many))).toEqual([400, 'TooManyTagsException'])
  const none = room.control.send(new PutJobTaggingCommand({ ...of('no-such-job'), Tags: [] }))
  expect(await sdkError(none)).toEqual([400, 'NotFoundException'])
})

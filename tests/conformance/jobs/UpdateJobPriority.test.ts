import { UpdateJobPriorityCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, expect, it } from 'vitest'
import { sdkError } from '../objects/object-room.ts'
import { ACCOUNT, JobRoom } from './job-room.ts'

let room: JobRoom
beforeAll(async () => {
  room = await JobRoom.open()
  return () => room[Symbol.asyncDispose]()
})

it('sets which job is done first', async () => {
  const RoleArn = await room.role()
  const bucket = await room.bucket()
  await room.put(bucket, 'a')
  const Manifest = await room.manifest(Array.from({ length: 60 }, () => `${bucket},a`))
  const jobs = []
  for (let count = 0; count < 2; count++)
    jobs.push(await room.create({ Manifest, RoleArn, ConfirmationRequired: true }))
  for (const jobId of jobs) await room.ended(jobId)
  const [first = '', second = ''] = jobs
  const set = (JobId: string, Priority: number) =>
    room.control.send(new UpdateJobPriorityCommand({ AccountId: ACCOUNT, JobId, Priority }))
  expect(await set(second, 10)).toMatchObject({ JobId: second, Priority: 10 })
  expect((await room.describe(second)).Priority).toBe(10)
  expect(await sdkError(set(second, -1))).toEqual([400, 'InvalidRequest'])
  for (const jobId of jobs) await room.setStatus(jobId, 'Ready')
  await room.ended(first)
  const [one, other] = [await room.describe(first), await room.describe(second)]
  expect([one.Status, other.Status]).toEqual(['Complete', 'Complete'])
  expect(Number(other.TerminationDate)).toBeLessThan(Number(one.TerminationDate))
  expect(await sdkError(set(first, 1))).toEqual([400, 'JobStatusException'])
  expect(await sdkError(set('no-such-job', 1))).toEqual([400, 'NotFoundException'])
})

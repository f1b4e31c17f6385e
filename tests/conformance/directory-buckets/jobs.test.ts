import { CreateJobCommand } from '@aws-sdk/client-s3-control'
import { beforeAll, describe, expect, it } from 'vitest'
import { otherAccount, testRegion } from '../../support/accounts.ts'
import { ACCOUNT, JobRoom } from '../jobs/job-room.ts'
import { createDirectoryBucket, expressRequest } from './directory-room.ts'

let room: JobRoom
let from: string
let to: string
let role: string
beforeAll(async () => {
  room = await JobRoom.open()
  from = await createDirectoryBucket(room.server, 'from')
  to = await createDirectoryBucket(room.server, 'to')
  role = await room.role({ Effect: 'Allow', Action: ['s3:*', 's3express:*'], Resource: '*' })
  await expressRequest(room.server, { method: 'PUT', path: `/${from}/a`, body: 'text' })
  return () => room[Symbol.asyncDispose]()
})

const arn = (bucket: string) => `arn:aws:s3express:${testRegion}:${ACCOUNT}:bucket/${bucket}`
const get = (bucket: string) => expressRequest(room.server, { path: `/${bucket}/a` })

describe('jobs', () => {
  it('copy between directory buckets, and out of them, as their role may', async () => {
    const Manifest = await room.manifest([`${from},a`])
    const general = await room.bucket()
    for (const TargetResource of [arn(to), `arn:aws:s3:::${general}`]) {
      const Operation = { S3PutObjectCopy: { TargetResource } }
      const job = await room.run({ Operation, Manifest, RoleArn: role })
      expect([job.Status, job.ProgressSummary?.NumberOfTasksSucceeded]).toEqual(['Complete', 1])
    }
    expect((await get(to)).headers).toMatchObject({ 'x-amz-storage-class': 'EXPRESS_ONEZONE' })
    expect(await room.text(general, 'a')).toBe('text')
  })

  it('copy nothing where the role may do all of S3 alone', async () => {
    const other = await createDirectoryBucket(room.server, 'other')
    const Manifest = await room.manifest([`${from},a`])
    const Operation = { S3PutObjectCopy: { TargetResource: arn(other) } }
    const job = await room.run({ Operation, Manifest, RoleArn: await room.role() })
    expect(job.ProgressSummary?.NumberOfTasksFailed).toBe(1)
    expect((await get(other)).status).toBe(404)
  })

  it.each([
    ['region', `arn:aws:s3express:eu-west-3:${ACCOUNT}:bucket/`],
    ['account', `arn:aws:s3express:${testRegion}:${otherAccount.id}:bucket/`],
  ])('copy nothing where the ARN is of another %s', async (kind, prefix) => {
    const elsewhere = await createDirectoryBucket(room.server, kind)
    const Manifest = await room.manifest([`${from},a`])
    const Operation = { S3PutObjectCopy: { TargetResource: `${prefix}${elsewhere}` } }
    const job = await room.run({ Operation, Manifest, RoleArn: role })
    expect(job.ProgressSummary?.NumberOfTasksFailed).toBe(1)
    expect((await get(elsewhere)).status).toBe(404)
  })

  it('do not read manifests of directory buckets', async () => {
    const { Spec, Location } = await room.manifest([`${from},a`])
    const Manifest = { Spec, Location: { ...Location, ObjectArn: `arn:aws:s3:::${to}/manifest.csv` } }
    const input = room.input({ Manifest, RoleArn: role })
    await expect(room.control.send(new CreateJobCommand(input))).rejects.toMatchObject({
      name: 'InvalidRequest',
    })
  })

  it('do not report into directory buckets', async () => {
    const Manifest = await room.manifest([`${from},a`])
    const Report = { ...room.report(), Bucket: `arn:aws:s3:::${to}` }
    const input = room.input({ Manifest, RoleArn: role, Report })
    await expect(room.control.send(new CreateJobCommand(input))).rejects.toMatchObject({
      name: 'InvalidRequest',
    })
  })

  it('do not give objects what these do not have', async () => {
    const Manifest = await room.manifest([`${from},a`])
    const TagSet = [{ Key: 'k', Value: 'v' }]
    for (const Operation of [
      { S3PutObjectTagging: { TagSet } },
      { S3PutObjectAcl: { AccessControlPolicy: { CannedAccessControlList: 'private' as const } } },
      { S3PutObjectCopy: { TargetResource: arn(from), NewObjectTagging: TagSet } },
    ]) {
      const job = await room.run({ Operation, Manifest, RoleArn: role, Report: room.report() })
      expect(job.ProgressSummary?.NumberOfTasksFailed).toBe(1)
    }
    expect((await get(from)).headers).not.toHaveProperty('x-amz-tagging-count')
  })
})

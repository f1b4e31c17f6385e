import { afterAll, beforeAll, expect, it } from 'vitest'
import { AccessRoom, withMd5 } from '../access/access-room.ts'
import { describeBucketRequest } from '../access/request.suite.ts'
import { expectError } from '../objects/object-room.ts'

const QUERY = { query: 'replication=' }
const ROLE = 'arn:aws:iam::100000000001:role/r'

let room: AccessRoom
beforeAll(async () => {
  room = await AccessRoom.open()
  await room.must('owner', 'PUT', 'destination')
  await versioned('destination')
})
afterAll(() => room[Symbol.asyncDispose]())

function versioned(bucket: string): Promise<void> {
  const document = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
  return room.set(bucket, 'versioning', document)
}

async function replicated(bucket: string): Promise<void> {
  await versioned(bucket)
  const body = `<ReplicationConfiguration><Role>${ROLE}</Role><Rule><ID>one</ID><Priority>3</Priority><Filter><And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter><Status>Enabled</Status><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication><Destination><Bucket>arn:aws:s3:::destination</Bucket><StorageClass>STANDARD_IA</StorageClass></Destination></Rule></ReplicationConfiguration>`
  await room.must('owner', 'PUT', bucket, undefined, { ...QUERY, body, headers: withMd5(body) })
}

describeBucketRequest(() => room, { method: 'GET', ...QUERY, prepare: replicated })

it('answers the document as it was put', async () => {
  const bucket = await room.bucket()
  await replicated(bucket)
  const { text } = await room.must('owner', 'GET', bucket, undefined, QUERY)
  for (const part of [
    `<Role>${ROLE}</Role>`,
    '<ID>one</ID>',
    '<Priority>3</Priority>',
    '<And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And>',
    '<Bucket>arn:aws:s3:::destination</Bucket>',
    '<StorageClass>STANDARD_IA</StorageClass>',
  ])
    expect(text).toContain(part)
})

it('tells where there is none', async () => {
  const bucket = await room.bucket()
  const answer = await room.ask('owner', 'GET', bucket, undefined, QUERY)
  expectError(answer, 404, 'ReplicationConfigurationNotFoundError')
})

import { GetBucketVersioningCommand } from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { otherAccount, otherCredentials } from '../../support/accounts.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { VersionRoom } from './version-room.ts'

const query = 'versioning='

it('says nothing of a bucket that never had versioning', async () => {
  await using room = await VersionRoom.open()
  const answer = await room.send({ path: `/${room.bucket}`, query })
  expectSuccess(answer)
  expect(answer.text).toMatch(
    /<VersioningConfiguration xmlns="http:\/\/s3\.amazonaws\.com\/doc\/2006-03-01\/">\s*<\/VersioningConfiguration>$/,
  )
  const found = await room.client.send(new GetBucketVersioningCommand({ Bucket: room.bucket }))
  expect([found.Status, found.MFADelete]).toEqual([undefined, undefined])
})

it.each(['Enabled', 'Suspended'] as const)('says %s', async (status) => {
  await using room = await VersionRoom.open(status)
  const found = await room.client.send(new GetBucketVersioningCommand({ Bucket: room.bucket }))
  expect(found.Status).toBe(status)
})

it('is told to nobody else', async () => {
  await using room = await VersionRoom.open()
  const request = { path: `/${room.bucket}`, query }
  expectError(await room.send({ ...request, credentials: otherCredentials }), 403, 'AccessDenied')
  expectError(await room.send({ ...request, anonymous: true }), 403, 'AccessDenied')
  const headers = { 'x-amz-expected-bucket-owner': otherAccount.id }
  expectError(await room.send({ ...request, headers }), 403, 'AccessDenied')
  expectError(await room.send({ ...request, path: '/no-such-bucket' }), 404, 'NoSuchBucket')
})

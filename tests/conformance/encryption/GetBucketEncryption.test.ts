import { expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { AT_FIRST, SETTING, shownSetting } from './setting-room.ts'

it('GetBucketEncryption: AES256 at first, for the owner or who may s3:GetEncryptionConfiguration', async () => {
  await using room = await AccessRoom.open()
  const bucket = await room.bucket()
  expect(await shownSetting(room, bucket)).toEqual(AT_FIRST)
  expectError(await room.ask('owner', 'GET', 'not-there', undefined, SETTING), 404, 'NoSuchBucket')
  const principal = { Principal: { AWS: '100000000002' } }
  await room.policy(bucket, { ...principal, Action: 's3:PutEncryptionConfiguration' })
  expectError(await room.ask('writer', 'GET', bucket, undefined, SETTING), 403, 'AccessDenied')
  await room.policy(bucket, { ...principal, Action: 's3:GetEncryptionConfiguration' })
  expectSuccess(await room.ask('writer', 'GET', bucket, undefined, SETTING))
})

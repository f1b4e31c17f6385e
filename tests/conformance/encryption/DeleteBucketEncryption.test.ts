import { expect, it } from 'vitest'
import { AccessRoom } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { byDefault, defaultDocument } from './encryption-room.ts'
import { AT_FIRST, BLOCKED, putSetting, SETTING, shownSetting } from './setting-room.ts'

it('DeleteBucketEncryption: back to AES256, for the owner or who may s3:PutEncryptionConfiguration', async () => {
  await using room = await AccessRoom.open()
  const bucket = await room.bucket()
  const remove = (who: 'owner' | 'writer', name = bucket) => room.ask(who, 'DELETE', name, undefined, SETTING)
  expectSuccess(await putSetting(room, bucket, defaultDocument(byDefault('aws:kms') + BLOCKED)))
  expectError(await remove('writer'), 403, 'AccessDenied')
  expectSuccess(await remove('owner'), 204)
  // What is blocked stays blocked.
  expect(await shownSetting(room, bucket)).toEqual({ ...AT_FIRST, EncryptionType: ['SSE-C'] })
  expectSuccess(await remove('owner'), 204)
  const plain = await room.bucket()
  expectSuccess(await putSetting(room, plain, defaultDocument(byDefault('aws:kms'))))
  expectSuccess(await remove('owner', plain), 204)
  expect(await shownSetting(room, plain)).toEqual(AT_FIRST)
  expectError(await remove('owner', 'not-there'), 404, 'NoSuchBucket')
  const principal = { Principal: { AWS: '100000000002' } }
  await room.policy(bucket, { ...principal, Action: 's3:GetEncryptionConfiguration' })
  expectError(await remove('writer'), 403, 'AccessDenied')
  await room.policy(bucket, { ...principal, Action: 's3:PutEncryptionConfiguration' })
  expectSuccess(await remove('writer'), 204)
})

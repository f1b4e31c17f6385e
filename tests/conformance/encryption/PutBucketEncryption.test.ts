import { beforeAll, describe, expect, it } from 'vitest'
import { AccessRoom, withMd5 } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { byDefault, defaultDocument } from './encryption-room.ts'
import {
  AT_FIRST,
  BLOCKED,
  BUCKET_KEY,
  putSetting,
  SETTING,
  shownSetting,
  UNBLOCKED,
} from './setting-room.ts'

let room: AccessRoom
let bucket: string
beforeAll(async () => {
  room = await AccessRoom.open()
  bucket = await room.bucket()
  return () => room[Symbol.asyncDispose]()
})

describe('PutBucketEncryption', () => {
  it.each<[string, Record<string, string[]>]>([
    [byDefault('AES256'), {}],
    [byDefault('aws:kms'), { SSEAlgorithm: ['aws:kms'] }],
    [byDefault('aws:kms') + BUCKET_KEY, { SSEAlgorithm: ['aws:kms'], BucketKeyEnabled: ['true'] }],
    [byDefault('aws:kms', 'alias/any'), { SSEAlgorithm: ['aws:kms'], KMSMasterKeyID: ['alias/any'] }],
    [byDefault('aws:kms:dsse', 'some-id'), { SSEAlgorithm: ['aws:kms:dsse'], KMSMasterKeyID: ['some-id'] }],
    [byDefault('AES256') + BLOCKED, { EncryptionType: ['SSE-C'] }],
    [byDefault('AES256') + UNBLOCKED, {}],
    [BLOCKED, { EncryptionType: ['SSE-C'] }],
  ])('%s', async (rule, expected) => {
    expectSuccess(await putSetting(room, bucket, defaultDocument(rule)))
    expect(await shownSetting(room, bucket)).toEqual({ ...AT_FIRST, ...expected })
  })

  it.each([
    ['no rule', defaultDocument(), 'MalformedXML'],
    ['two rules', defaultDocument(byDefault('AES256'), byDefault('aws:kms')), 'MalformedXML'],
    ['an unknown algorithm', defaultDocument(byDefault('AES512')), 'MalformedXML'],
    ['a key with AES256', defaultDocument(byDefault('AES256', 'some-id')), 'InvalidArgument'],
    ['another document', '<Tagging></Tagging>', 'MalformedXML'],
    ['no XML', 'no XML', 'MalformedXML'],
  ])('refuses %s', async (_what, body, code) => {
    expectSuccess(await putSetting(room, bucket, defaultDocument(byDefault('aws:kms:dsse'))))
    expectError(await putSetting(room, bucket, body), 400, code)
    expect(await shownSetting(room, bucket)).toMatchObject({ SSEAlgorithm: ['aws:kms:dsse'] })
  })

  it('is for a bucket that is there, by its owner or who may s3:PutEncryptionConfiguration', async () => {
    const document = defaultDocument(byDefault('AES256'))
    const parts = { ...SETTING, body: document, headers: withMd5(document) }
    expectError(await room.ask('owner', 'PUT', 'not-there', undefined, parts), 404, 'NoSuchBucket')
    expectError(await putSetting(room, bucket, document, 'writer'), 403, 'AccessDenied')
    const name = await room.bucket()
    await room.policy(name, { Principal: { AWS: '100000000002' }, Action: 's3:PutEncryptionConfiguration' })
    expectSuccess(await putSetting(room, name, document, 'writer'))
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { AccessRoom, withMd5 } from '../access/access-room.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { byDefault, defaultDocument } from './encryption-room.ts'
import {
  AT_FIRST,
  BLOCKED,
  blocking,
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
    [byDefault('AES256') + UNBLOCKED, { EncryptionType: ['NONE'] }],
    [byDefault('AES256') + '<BlockedEncryptionTypes></BlockedEncryptionTypes>', {}],
    [BLOCKED, { EncryptionType: ['SSE-C'] }],
    [UNBLOCKED, { EncryptionType: ['NONE'] }],
  ])('%s', async (rule, expected) => {
    const bucket = await room.bucket()
    expectSuccess(await putSetting(room, bucket, defaultDocument(rule)))
    expect(await shownSetting(room, bucket)).toEqual({ ...AT_FIRST, ...expected })
  })

  // Source: S3 User Guide, "Blocking or unblocking SSE-C for a general purpose bucket": its examples say either.
  it('leaves what is blocked as it is where it says nothing of that, and the default likewise', async () => {
    const name = await room.bucket()
    const put = async (rule: string): Promise<void> =>
      expectSuccess(await putSetting(room, name, defaultDocument(rule)))
    const kms = { SSEAlgorithm: ['aws:kms'], KMSMasterKeyID: ['alias/any'], BucketKeyEnabled: ['true'] }
    await put(byDefault('aws:kms', 'alias/any') + BUCKET_KEY)
    await put(BLOCKED)
    expect(await shownSetting(room, name)).toEqual({ ...kms, EncryptionType: ['SSE-C'] })
    await put(byDefault('AES256'))
    expect(await shownSetting(room, name)).toEqual({ ...AT_FIRST, EncryptionType: ['SSE-C'] })
    await put(byDefault('aws:kms', 'alias/any') + BUCKET_KEY + UNBLOCKED)
    expect(await shownSetting(room, name)).toEqual({ ...kms, EncryptionType: ['NONE'] })
  })

  it.each([
    ['a rule that says nothing', defaultDocument(''), 'MalformedXML'],
    ['an unknown type to block', defaultDocument(blocking('SSE-S3')), 'MalformedXML'],
    ['a type to block, and none', defaultDocument(blocking('SSE-C', 'NONE')), 'MalformedXML'],
    [
      'a key’s name that is too long',
      defaultDocument(byDefault('aws:kms', 'k'.repeat(2049))),
      'MalformedXML',
    ],
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

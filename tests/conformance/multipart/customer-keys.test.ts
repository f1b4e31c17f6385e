import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RawAnswer } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { customerHeaders, customerKey } from '../encryption/encryption-room.ts'
import { expectError, expectSuccess, sdkError } from '../objects/object-room.ts'
import { type ListedPart, type Upload, UploadRoom } from './upload-room.ts'

/*
 * Uploads with a key of the client. Source: S3 API Reference, UploadPart: "you must provide identical encryption information in each
 * part upload"; ListParts and CompleteMultipartUpload, `x-amz-server-side-encryption-customer-key`: "needed only when the object was
 * created using a checksum algorithm".
 */

let room: UploadRoom
beforeAll(async () => {
  room = await UploadRoom.open()
  await room.objects.put('source', 'x')
  return () => room[Symbol.asyncDispose]()
})

type Headers = Readonly<Record<string, string>>

const mine = customerHeaders(customerKey('mine'))
const others = customerHeaders(customerKey('another’s'))
const CRC32 = { 'x-amz-checksum-crc32': referenceChecksum('CRC32', 'x') }

const MISSING =
  'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.'
const ANOTHER = 'The provided encryption parameters did not match the ones used originally.'
const NONE = 'The encryption parameters are not applicable to this object.'

interface Begun {
  readonly upload: Upload
  readonly list: readonly ListedPart[]
}

/** An upload of one part, created with a checksum or without. */
async function begun(key: Headers, isChecked: boolean): Promise<Begun> {
  const upload = await room.create('sealed', {
    ...key,
    ...(isChecked && { 'x-amz-checksum-algorithm': 'CRC32' }),
  })
  const part = await room.part(upload, 1, 'x', { ...key, ...(isChecked && CRC32) })
  const checksum = { ChecksumCRC32: CRC32['x-amz-checksum-crc32'] }
  return { upload, list: [{ ...part, ...(isChecked && checksum) }] }
}

const requests: readonly [name: string, ask: (begun: Begun, headers: Headers) => Promise<RawAnswer>][] = [
  ['UploadPart', ({ upload }, headers) => room.sendPart(upload, 2, { body: 'x', headers })],
  [
    'UploadPartCopy',
    ({ upload }, headers) => {
      const source = { 'x-amz-copy-source': `${room.objects.bucket}/source` }
      return room.sendPart(upload, 3, { headers: { ...source, ...headers } })
    },
  ],
  ['ListParts', ({ upload }, headers) => room.list(upload, '', { headers })],
  ['CompleteMultipartUpload', ({ upload, list }, headers) => room.complete(upload, list, { headers })],
]

describe.each(requests)('%s', (name, ask) => {
  const isPart = name.startsWith('UploadPart')
  const checked = name === 'UploadPart' ? CRC32 : {}

  it.each([
    ['another key', others, 'InvalidRequest'],
    ['half a key', { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }, 'InvalidArgument'],
    [
      'no algorithm of S3’s',
      { ...mine, 'x-amz-server-side-encryption-customer-algorithm': 'AES128' },
      'InvalidEncryptionAlgorithmError',
    ],
  ])('with %s is refused', async (_what, headers, code) => {
    const unchecked = await begun(mine, false)
    expectError(await ask(unchecked, headers), 400, code)
    const upload = await begun(mine, true)
    expectError(await ask(upload, { ...headers, ...checked }), 400, code)
  })

  it('tells that the key is another', async () => {
    const element = expectError(await ask(await begun(mine, false), others), 400, 'InvalidRequest')
    expect(element('Message')).toBe(ANOTHER)
  })

  it('needs the key where the upload was created with a checksum', async () => {
    const upload = await begun(mine, true)
    expect(expectError(await ask(upload, checked), 400, 'InvalidRequest')('Message')).toBe(MISSING)
    expectSuccess(await ask(upload, { ...mine, ...checked }))
  })

  it('needs it otherwise only for a part', async () => {
    const answer = await ask(await begun(mine, false), {})
    expect([answer.status, answer.errorCode]).toEqual(isPart ? [400, 'InvalidRequest'] : [200, undefined])
  })

  it('of an upload without a key of the client takes none', async () => {
    const upload = await begun({}, false)
    expect(expectError(await ask(upload, mine), 400, 'InvalidRequest')('Message')).toBe(NONE)
    expectSuccess(await ask(upload, {}))
  })
})

it('the SDK sends it with each', async () => {
  const { client, bucket: Bucket } = room.objects
  const key = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: 'a key of thirty-two bytes: 45678' }
  const target = { Bucket, Key: 'sdk', ...key }
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'SHA256' }),
  )
  const of = { ...target, UploadId }
  const { ETag, ChecksumSHA256 } = await client.send(
    new UploadPartCommand({ ...of, PartNumber: 1, Body: 'x', ChecksumAlgorithm: 'SHA256' }),
  )
  const Parts: CompletedPart[] = [{ PartNumber: 1, ETag, ChecksumSHA256 }]
  const wrong = { SSECustomerKey: key.SSECustomerKey.toUpperCase() }
  expect(await sdkError(client.send(new ListPartsCommand({ ...of, ...wrong })))).toEqual([
    400,
    'InvalidRequest',
  ])
  expect((await client.send(new ListPartsCommand(of))).Parts).toMatchObject(Parts)
  const complete = (more: object) =>
    client.send(new CompleteMultipartUploadCommand({ ...of, ...more, MultipartUpload: { Parts } }))
  expect(await sdkError(complete(wrong))).toEqual([400, 'InvalidRequest'])
  expect((await complete({})).ChecksumType).toBe('COMPOSITE')
})

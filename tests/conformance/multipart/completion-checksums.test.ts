import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { contentOf } from '../../support/content.ts'
import type { RawAnswer } from '../../support/raw-request.ts'
import {
  checksumHeader,
  type ReferenceAlgorithm,
  referenceAlgorithms,
  referenceChecksum,
} from '../../support/reference-checksums.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { elementOf, type ListedPart, type Upload, UploadRoom } from './upload-room.ts'

let room: UploadRoom
beforeAll(async () => {
  room = await UploadRoom.open()
  return () => room[Symbol.asyncDispose]()
})

type CheckedPart = ListedPart & { readonly PartNumber: number; readonly ETag: string }

const bodies = [contentOf('first', 40_000), contentOf('second', 70_001), contentOf('third', 3)]
const whole = Buffer.concat(bodies)

/** Uploads the bodies with a checksum each; tells the parts as a completion lists them. */
async function uploaded(
  algorithm: ReferenceAlgorithm,
  type: string,
): Promise<{ upload: Upload; list: CheckedPart[] }> {
  const upload = await room.create('checked', {
    'x-amz-checksum-algorithm': algorithm,
    'x-amz-checksum-type': type,
  })
  const list = await Promise.all(
    bodies.map(async (body, index) => {
      const value = referenceChecksum(algorithm, body)
      const part = await room.part(upload, index + 1, body, { [checksumHeader(algorithm)]: value })
      return { ...part, [`Checksum${algorithm}`]: value }
    }),
  )
  return { upload, list }
}

async function expectKept(completed: RawAnswer, member: string, header: string, value: string, type: string) {
  expectSuccess(completed)
  expect([elementOf(completed, member), elementOf(completed, 'ChecksumType')]).toEqual([value, type])
  const { headers } = await room.objects.get('checked', { 'x-amz-checksum-mode': 'ENABLED' })
  expect(headers).toMatchObject({ [header]: value, 'x-amz-checksum-type': type })
}

describe.each(referenceAlgorithms.filter((algorithm) => algorithm !== 'CRC64NVME'))(
  'COMPOSITE %s',
  (algorithm) => {
    const digests = bodies.map((body) => Buffer.from(referenceChecksum(algorithm, body), 'base64'))
    const bare = referenceChecksum(algorithm, Buffer.concat(digests))
    const [member, header] = [`Checksum${algorithm}`, checksumHeader(algorithm)]

    it('is a checksum of the parts’ checksums', async () => {
      const { upload, list } = await uploaded(algorithm, 'COMPOSITE')
      await expectKept(await room.complete(upload, list), member, header, `${bare}-3`, 'COMPOSITE')
    })

    it.each([`${bare}-3`, bare])('may be claimed as %s', async (claim) => {
      const { upload, list } = await uploaded(algorithm, 'COMPOSITE')
      const headers = { [header]: claim, 'x-amz-checksum-type': 'COMPOSITE' }
      await expectKept(
        await room.complete(upload, list, { headers }),
        member,
        header,
        `${bare}-3`,
        'COMPOSITE',
      )
    })

    it('is held to what is claimed, of the whole and of each part', async () => {
      const { upload, list } = await uploaded(algorithm, 'COMPOSITE')
      const claim = (value: string, type?: string) =>
        room.complete(upload, list, {
          headers: { [header]: value, ...(type !== undefined && { 'x-amz-checksum-type': type }) },
        })
      expectError(await claim(`${referenceChecksum(algorithm, 'x')}-3`), 400, 'BadDigest')
      expectError(await claim(`${bare}-2`), 400, 'BadDigest')
      expectError(await claim(`${bare}-3`, 'FULL_OBJECT'), 400, 'BadDigest')
      expectError(await claim('AA=='), 400, 'InvalidRequest')
      const wrong = list.map((part) => ({ ...part, [member]: referenceChecksum(algorithm, 'x') }))
      expectError(await room.complete(upload, wrong), 400, 'InvalidPart')
      const without = list.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }))
      const element = expectError(await room.complete(upload, without), 400, 'InvalidRequest')
      expect(element('Message')).toContain('It was missing for part 1 in the request.')
    })
  },
)

describe.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)('FULL_OBJECT %s', (algorithm) => {
  const value = referenceChecksum(algorithm, whole)
  const [member, header] = [`Checksum${algorithm}`, checksumHeader(algorithm)]

  it('is that of all bytes, combined from those of the parts', async () => {
    const { upload, list } = await uploaded(algorithm, 'FULL_OBJECT')
    await expectKept(await room.complete(upload, list), member, header, value, 'FULL_OBJECT')
  })

  it('needs none of the parts’ checksums, and is held to what is claimed', async () => {
    const { upload, list } = await uploaded(algorithm, 'FULL_OBJECT')
    const without = list.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }))
    const claim = (claimed: string, type = 'FULL_OBJECT') =>
      room.complete(upload, without, { headers: { [header]: claimed, 'x-amz-checksum-type': type } })
    expectError(await claim(referenceChecksum(algorithm, 'x')), 400, 'BadDigest')
    expectError(await claim(value, 'COMPOSITE'), 400, 'BadDigest')
    const wrong = list.map((part) => ({ ...part, [member]: referenceChecksum(algorithm, 'x') }))
    expectError(await room.complete(upload, wrong), 400, 'InvalidPart')
    await expectKept(await claim(value), member, header, value, 'FULL_OBJECT')
  })
})

it('is a CRC64NVME of the full object where nobody asked for one', async () => {
  const upload = await room.create('checked')
  const list = await Promise.all(bodies.map((body, index) => room.part(upload, index + 1, body)))
  const value = referenceChecksum('CRC64NVME', whole)
  const claiming = (of: (index: number) => string) =>
    list.map((part, index) => ({ ...part, ChecksumCRC64NVME: of(index) }))
  const wrong = claiming(() => referenceChecksum('CRC64NVME', 'x'))
  expectError(await room.complete(upload, wrong), 400, 'InvalidPart')
  await expectKept(
    await room.complete(
      upload,
      claiming((index) => referenceChecksum('CRC64NVME', bodies[index] ?? '')),
    ),
    'ChecksumCRC64NVME',
    'x-amz-checksum-crc64nvme',
    value,
    'FULL_OBJECT',
  )
})

it('a part’s of another algorithm than the upload’s is refused, and so are two', async () => {
  const { upload, list } = await uploaded('CRC32', 'FULL_OBJECT')
  const sha256 = (index: number) => referenceChecksum('SHA256', bodies[index] ?? '')
  const two = list.map((part, index) => ({ ...part, ChecksumSHA256: sha256(index) }))
  expectError(await room.complete(upload, two), 400, 'InvalidRequest')
  const other = list.map(({ PartNumber, ETag }, index) => ({
    PartNumber,
    ETag,
    ChecksumSHA256: sha256(index),
  }))
  const element = expectError(await room.complete(upload, other), 400, 'InvalidRequest')
  expect(element('Message')).toContain('expected checksum Type: crc32, actual checksum Type: sha256')
  expectSuccess(await room.complete(upload, list))
})

it('a part’s of any algorithm has to be one where the upload was created without', async () => {
  const upload = await room.create('checked')
  const list = await Promise.all(bodies.map((body, index) => room.part(upload, index + 1, body)))
  const claiming = (of: (body: Buffer) => string) =>
    list.map((part, index) => ({ ...part, ChecksumCRC32: of(bodies[index] ?? Buffer.alloc(0)) }))
  expectError(
    await room.complete(
      upload,
      claiming(() => 'no checksum'),
    ),
    400,
    'InvalidRequest',
  )
  expectSuccess(
    await room.complete(
      upload,
      claiming((body) => referenceChecksum('CRC32', body)),
    ),
  )
})

// Source: S3 API Reference, CompletedPart, `PartNumber`: with a checksum of each part they start at 1 and are consecutive.
describe('gaps between the numbers of parts', () => {
  const complete = async (type: 'COMPOSITE' | 'FULL_OBJECT', ...left: number[]) => {
    const { upload, list } = await uploaded('CRC32', type)
    return room.complete(
      upload,
      list.filter(({ PartNumber }) => left.includes(PartNumber)),
    )
  }

  it.each([
    ['a number left out', [1, 3]],
    ['the first left out', [2, 3]],
    ['only another than the first', [2]],
  ])('%s, of a checksum of checksums', async (_what, left) => {
    expectError(await complete('COMPOSITE', ...left), 400, 'InvalidPartOrder')
  })

  it('none of what is left', async () => {
    expectSuccess(await complete('COMPOSITE', 1, 2))
  })

  it('are allowed where the checksum is of the full object', async () => {
    expectSuccess(await complete('FULL_OBJECT', 1, 3))
  })
})

it('white space around the entity tags of a list is none of theirs', async () => {
  const { upload, list } = await uploaded('CRC32', 'FULL_OBJECT')
  expectSuccess(
    await room.complete(
      upload,
      list.map((part) => ({ ...part, ETag: `\n  ${part.ETag}\n` })),
    ),
  )
})

it('of another algorithm than the upload’s is BadDigest', async () => {
  const { upload, list } = await uploaded('CRC32', 'FULL_OBJECT')
  const headers = { 'x-amz-checksum-sha256': referenceChecksum('SHA256', whole) }
  expectError(await room.complete(upload, list, { headers }), 400, 'BadDigest')
})

// By the JavaScript code in the AWS SDK: "one" and "two" on their own, and of both digests together.
it.each([
  ['XXHASH64', ['NjsCpCQIofY=', 'w9mrT+z0RIs=', '0o+oQqO0w2E=']],
  ['XXHASH3', ['kR+rpzIf4aA=', 'bAVgvcspmYs=', 'xnepLHLUYgM=']],
  ['XXHASH128', ['ChxtTPQetJmRH6unMh/hoA==', 'NdXIzIh+TalsBWC9yymZiw==', 'QKakVGups3LT4fxRfY3FkA==']],
] satisfies [string, [string, string, string]][])('%s is composite', async (algorithm, [one, two, both]) => {
  const header = `x-amz-checksum-${algorithm.toLowerCase()}`
  const upload = await room.create('checked', { 'x-amz-checksum-algorithm': algorithm })
  const list = []
  for (const [index, [body, value]] of [['one', one] as const, ['two', two] as const].entries()) {
    const part = await room.part(upload, index + 1, body, { [header]: value })
    list.push({ ...part, [`Checksum${algorithm}`]: value })
  }
  const headers = { [header]: `${both}-2` }
  await expectKept(
    await room.complete(upload, list, { headers }),
    `Checksum${algorithm}`,
    header,
    `${both}-2`,
    'COMPOSITE',
  )
  const other = await room.create('checked', { 'x-amz-checksum-algorithm': algorithm })
  expectError(await room.sendPart(other, 1, { body: 'two', headers: { [header]: one } }), 400, 'BadDigest')
})

it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
  'of %s go through the SDK, and it verifies what it reads',
  async (ChecksumAlgorithm) => {
    const { client, bucket: Bucket } = room.objects
    const of = { Bucket, Key: 'sdk-checked', ChecksumAlgorithm }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(of))
    const parts = await Promise.all(
      bodies.map(async (Body, index) => ({
        ...(await client.send(new UploadPartCommand({ ...of, UploadId, PartNumber: index + 1, Body }))),
        PartNumber: index + 1,
      })),
    )
    const completed = await client.send(
      new CompleteMultipartUploadCommand({ ...of, UploadId, MultipartUpload: { Parts: parts } }),
    )
    expect(completed.ChecksumType).toBe(ChecksumAlgorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket, Key: 'sdk-checked', ChecksumMode: 'ENABLED' }),
    )
    expect(whole.equals((await Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
  },
)

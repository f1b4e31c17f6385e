import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { countTurns } from '../../../../../../tests/support/count-turns.ts'
import { describe, expect, it } from 'vitest'
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, checksumOf } from '../../../base/checksums.ts'
import type { ListedPart, UploadRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { assertCompletionChecksum, checksumOfParts } from './checksum-of-parts.ts'

function upload(kind: Pick<UploadRow, 'checksumAlgorithm' | 'checksumType'>): UploadRow {
  const account = '100000000001'
  return {
    traits: { ownerAccountId: account },
    initiatedMilliseconds: 0,
    initiatorAccountId: account,
    initiatorArn: 'arn',
    ...kind,
  }
}

function partsOf(bodies: readonly Uint8Array[], algorithm: ChecksumAlgorithm): ListedPart[] {
  let startByte = 0
  return bodies.map((body, index) => {
    const part: ListedPart = {
      partNumber: index + 1,
      startByte,
      sizeBytes: body.length,
      content: { kind: 'inline', id: String(index) },
      checksum: checksumOf(algorithm, body).toString('base64'),
    }
    startByte += body.length
    return part
  })
}

const bodies = ['one', 'two', ''].map((text) => Buffer.from(text))

describe('checksumOfParts', () => {
  it('of SHA256 is that of the parts’ digests, with their number', async () => {
    const digests = bodies.map((body) => hash('sha256', body, 'buffer'))
    const kind = { checksumAlgorithm: 'SHA256', checksumType: 'COMPOSITE' } as const
    expect(await checksumOfParts(partsOf(bodies, 'SHA256'), upload(kind))).toEqual({
      algorithm: 'SHA256',
      value: `${hash('sha256', Buffer.concat(digests), 'base64')}-3`,
      type: 'COMPOSITE',
    })
  })

  it('of a full-object CRC32 is that of all bytes', async () => {
    const kind = { checksumAlgorithm: 'CRC32', checksumType: 'FULL_OBJECT' } as const
    const expected = Buffer.alloc(4)
    expected.writeUInt32BE(crc32('onetwo'))
    expect(await checksumOfParts(partsOf(bodies, 'CRC32'), upload(kind))).toEqual({
      algorithm: 'CRC32',
      value: expected.toString('base64'),
      type: 'FULL_OBJECT',
    })
  })

  it.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    'of %s is that of the whole, however it is cut',
    (algorithm) => {
      const kind = { checksumAlgorithm: algorithm, checksumType: 'FULL_OBJECT' } as const
      const cut = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 })
      return fc.assert(
        fc.asyncProperty(cut, async (pieces) => {
          const whole = checksumOf(algorithm, Buffer.concat(pieces)).toString('base64')
          expect((await checksumOfParts(partsOf(pieces, algorithm), upload(kind))).value).toBe(whole)
        }),
      )
    },
  )

  it('lets others get on, meanwhile', async () => {
    const many = partsOf(
      Array.from({ length: 10_000 }, () => Buffer.from('one')),
      'CRC32',
    )
    const kind = { checksumAlgorithm: 'CRC32', checksumType: 'FULL_OBJECT' } as const
    expect((await countTurns(() => checksumOfParts(many, upload(kind)))).turns).toBeGreaterThanOrEqual(10)
  })

  it('is a CRC64NVME of the full object where the upload has no kind', async () => {
    expect(await checksumOfParts(partsOf(bodies, 'CRC64NVME'), upload({}))).toEqual({
      algorithm: 'CRC64NVME',
      value: checksumOf('CRC64NVME', Buffer.from('onetwo')).toString('base64'),
      type: 'FULL_OBJECT',
    })
  })
})

describe('assertCompletionChecksum', () => {
  const input = { Bucket: 'b', Key: 'k', UploadId: 'u', MultipartUpload: {} }

  function codeOf(check: () => void): string | undefined {
    try {
      check()
    } catch (error) {
      if (error instanceof S3Error) return error.code
      throw error
    }
    return undefined
  }

  it.each(CHECKSUM_ALGORITHMS)('holds a claim of %s to what was computed', (algorithm) => {
    const value = checksumOf(algorithm, Buffer.from('right')).toString('base64')
    const wrong = checksumOf(algorithm, Buffer.from('wrong')).toString('base64')
    const composite = { algorithm, value: `${value}-3`, type: 'COMPOSITE' } as const
    const check = (claim: object) => codeOf(() => assertCompletionChecksum({ ...input, ...claim }, composite))
    const member = `Checksum${algorithm}`
    for (const claim of [value, `${value}-3`]) expect(check({ [member]: claim })).toBeUndefined()
    for (const claim of [wrong, `${value}-2`, `${wrong}-3`])
      expect(check({ [member]: claim })).toBe('BadDigest')
    for (const claim of ['', 'x', `${value}-`, `${value}-x`, `${value}=`]) {
      expect(check({ [member]: claim })).toBe('InvalidRequest')
    }
    expect(check({ ChecksumType: 'COMPOSITE' })).toBeUndefined()
    expect(check({ ChecksumType: 'FULL_OBJECT' })).toBe('BadDigest')
  })

  it('refuses a claim of another algorithm', () => {
    const computed = { algorithm: 'CRC32', value: 'AAAAAA==', type: 'FULL_OBJECT' } as const
    const claim = { ...input, ChecksumCRC32C: 'AAAAAA==' }
    expect(codeOf(() => assertCompletionChecksum(claim, computed))).toBe('BadDigest')
  })
})

import { PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { INLINE_LIMIT_BYTES } from '../../../packages/server/src/s3/shared/content/store-content.ts'
import { contentOf } from '../../support/content.ts'
import { checksumHeader, referenceAlgorithms, referenceChecksum } from '../../support/reference-checksums.ts'
import { expectError, expectSuccess, type ObjectRoom } from './object-room.ts'

/** What a client may say of the bytes it uploads, right and wrong; after a failure nothing is stored. */
export function describeUploadIntegrity(room: () => ObjectRoom): void {
  describe.each([5, INLINE_LIMIT_BYTES + 1])('integrity of %i bytes', (sizeBytes) => {
    const body = contentOf('integrity', sizeBytes)
    const expectRefused = async (
      headers: Record<string, string>,
      code: string,
      status = 400,
    ): Promise<(element: string) => string> => {
      const element = expectError(await room().request('PUT', 'bad', { body, headers }), status, code)
      expect(await room().bytesOf('bad')).toBeUndefined()
      return element
    }

    it('takes a Content-MD5 that is right', async () => {
      await room().put('md5', body, { 'content-md5': referenceChecksum('MD5', body) })
      expect((await room().bytesOf('md5'))?.equals(body)).toBe(true)
    })

    it('refuses a Content-MD5 that is wrong', async () => {
      const wrong = referenceChecksum('MD5', 'other')
      const element = await expectRefused({ 'content-md5': wrong }, 'BadDigest')
      expect([element('ExpectedDigest'), element('CalculatedDigest')]).toEqual([
        wrong,
        referenceChecksum('MD5', body),
      ])
    })

    it.each(['', 'not base64', 'AAAA', referenceChecksum('SHA1', 'x')])(
      'refuses the Content-MD5 %j, which is none',
      async (md5) => {
        await expectRefused({ 'content-md5': md5 }, 'InvalidDigest')
      },
    )

    it('holds the bytes to x-amz-content-sha256', async () => {
      const wrong = Buffer.from(referenceChecksum('SHA256', 'other'), 'base64').toString('hex')
      const element = await expectRefused({ 'x-amz-content-sha256': wrong }, 'XAmzContentSHA256Mismatch')
      const right = Buffer.from(referenceChecksum('SHA256', body), 'base64').toString('hex')
      expect([element('ClientComputedContentSHA256'), element('S3ComputedContentSHA256')]).toEqual([
        wrong,
        right,
      ])
    })

    it('computes a CRC64NVME where the client sends no checksum', async () => {
      const put = await room().put('default', body)
      const expected = {
        'x-amz-checksum-crc64nvme': referenceChecksum('CRC64NVME', body),
        'x-amz-checksum-type': 'FULL_OBJECT',
      }
      expect(put.headers).toMatchObject(expected)
      expect((await room().get('default', { 'x-amz-checksum-mode': 'ENABLED' })).headers).toMatchObject(
        expected,
      )
    })

    describe.each(referenceAlgorithms)('%s', (algorithm) => {
      const name = checksumHeader(algorithm)
      const right = referenceChecksum(algorithm, body)
      const wrong = referenceChecksum(algorithm, 'other')
      const kept = { [name]: right, 'x-amz-checksum-type': 'FULL_OBJECT' }

      it('as a header', async () => {
        const put = await room().put(name, body, { [name]: right })
        expect(put.headers).toMatchObject(kept)
        const read = await room().get(name, { 'x-amz-checksum-mode': 'ENABLED' })
        expect(read.headers).toMatchObject(kept)
        expect(
          Object.keys(read.headers).filter((header) => header.startsWith('x-amz-checksum-')),
        ).toHaveLength(2)
      })

      it.each([true, false])('as a trailer, signed: %s', async (signed) => {
        const put = await room().putChunked(name, body, { trailer: { [name]: right }, signed })
        expectSuccess(put)
        expect(put.headers).toMatchObject(kept)
        expect((await room().bytesOf(name))?.equals(body)).toBe(true)
      })

      it('that is wrong is refused, as a header', async () => {
        await expectRefused({ [name]: wrong }, 'BadDigest')
      })

      it.each([true, false])('that is wrong is refused, as a trailer, signed: %s', async (signed) => {
        expectError(
          await room().putChunked('bad', body, { trailer: { [name]: wrong }, signed }),
          400,
          'BadDigest',
        )
        expect(await room().bytesOf('bad')).toBeUndefined()
      })

      it.each(['', '!', 'AA==', `${right} `.slice(1)])('that is none is refused: %j', async (value) => {
        await expectRefused({ [name]: value }, 'InvalidRequest')
        expectError(
          await room().putChunked('bad', body, { trailer: { [name]: value }, signed: false }),
          400,
          'InvalidRequest',
        )
        expect(await room().bytesOf('bad')).toBeUndefined()
      })
    })

    it('refuses two checksums, an unknown one, and one that is not the announced', async () => {
      const crc32 = { 'x-amz-checksum-crc32': referenceChecksum('CRC32', body) }
      await expectRefused(
        { ...crc32, 'x-amz-checksum-sha1': referenceChecksum('SHA1', body) },
        'InvalidRequest',
      )
      await expectRefused({ 'x-amz-checksum-crc16': 'AAAA' }, 'InvalidRequest')
      await expectRefused({ ...crc32, 'x-amz-sdk-checksum-algorithm': 'SHA256' }, 'BadDigest')
      await expectRefused({ 'x-amz-sdk-checksum-algorithm': 'SHA256' }, 'InvalidRequest')
      await expectRefused({ 'x-amz-sdk-checksum-algorithm': 'NONE' }, 'InvalidRequest')
    })

    it.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
      'takes what the SDK sends for %s',
      async (ChecksumAlgorithm) => {
        const put = await room().client.send(
          new PutObjectCommand({ Bucket: room().bucket, Key: 'sdk', Body: body, ChecksumAlgorithm }),
        )
        expect(put[`Checksum${ChecksumAlgorithm}`]).toBe(referenceChecksum(ChecksumAlgorithm, body))
        expect(put.ChecksumType).toBe('FULL_OBJECT')
      },
    )
  })
}

import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { S3 } from '@holdfast/resources'

const other = '2'.repeat(64)

/** Scenarios of what transfers can be given, as `scenarios.py` has them. */
export const argumentsOfTransfers = {
  async extra_args(s3: S3, folder: string) {
    const bucket = await s3.createBucket({
      Bucket: 'here',
      ObjectOwnership: 'ObjectWriter',
      ObjectLockEnabledForBucket: true,
    })
    const options = { thresholdBytes: 5_242_880, partSizeBytes: 5_242_880 }
    const small = join(folder, 'small')
    await writeFile(small, 'small')
    const big = join(folder, 'big')
    await writeFile(big, '0123456789abcdef'.repeat(400_000))
    const described = {
      ContentType: 'text/plain',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment',
      ContentEncoding: 'identity',
      ContentLanguage: 'de',
      Expires: new Date('2040-01-01T00:00:00Z'),
      Metadata: { MiXed: ' a  b ', empty: '' },
      Tagging: 'a=b&c=',
      StorageClass: 'STANDARD_IA',
      WebsiteRedirectLocation: '/there',
      ServerSideEncryption: 'AES256',
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: new Date('2040-01-01T00:00:00Z'),
      ObjectLockLegalHoldStatus: 'OFF',
      RequestPayer: 'requester',
    } as const
    const target = join(folder, 'target')
    for (const [name, path, whole] of [
      ['small', small, { ChecksumCRC32: 'dUXqEw==' }],
      ['big', big, { ChecksumCRC32: '85VPuA==', MpuObjectSize: 6_400_000 }],
    ] as const) {
      await bucket.uploadFile(path, `${name}/described`, described, options)
      await bucket.uploadFile(path, `${name}/acl`, { ACL: 'bucket-owner-read' }, options)
      const grants = { GrantRead: `id="${other}"`, ChecksumAlgorithm: 'SHA256' } as const
      await bucket.uploadFile(path, `${name}/grants`, grants, options)
      const full = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const
      await bucket.uploadFile(path, `${name}/full`, full, options)
      await bucket.uploadFile(path, `${name}/whole`, whole, options)
      const source = { Bucket: 'here', Key: `${name}/described` }
      const replaced = { MetadataDirective: 'REPLACE', TaggingDirective: 'REPLACE', Tagging: 'x=y' } as const
      await bucket.copy(source, `${name}/replaced`, replaced, options)
      await bucket.downloadFile(`${name}/whole`, target, { ChecksumMode: 'ENABLED' }, options)
    }
    return (await stat(target)).size
  },

  async copies_along(s3: S3) {
    const bucket = await s3.createBucket({ Bucket: 'here', ObjectOwnership: 'ObjectWriter' })
    const options = { thresholdBytes: 5_242_880, partSizeBytes: 5_242_880 }
    const described = {
      ContentType: 'text/plain',
      Metadata: { MiXed: ' a  b ', empty: '' },
      Tagging: 'a=b&c=',
    }
    for (const size of [5, 6_400_000]) {
      await bucket.uploadFileobj(Buffer.from('x'.repeat(size)), 'described', described, options)
      const source = { Bucket: 'here', Key: 'described' }
      await bucket.copy(source, `copy-${size}`, {}, options)
      const tagged = {
        TaggingDirective: 'COPY',
        StorageClass: 'GLACIER_IR',
        ACL: 'bucket-owner-read',
      } as const
      await bucket.copy(source, `tagged-${size}`, tagged, options)
    }
    return null
  },

  async sse_customer(s3: S3) {
    const bucket = await s3.createBucket({ Bucket: 'here' })
    const options = { thresholdBytes: 5_242_880, partSizeBytes: 5_242_880 }
    const [key, another] = ['0123456789abcdef'.repeat(2), 'fedcba9876543210'.repeat(2)]
    const seen: unknown[] = []
    for (const size of [5, 6_400_000]) {
      const sse = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: key }
      await bucket.uploadFileobj(Buffer.from('x'.repeat(size)), 'sealed', sse, options)
      const copied = {
        CopySourceSSECustomerAlgorithm: 'AES256',
        CopySourceSSECustomerKey: key,
        SSECustomerAlgorithm: 'AES256',
        SSECustomerKey: another,
      }
      await bucket.copy({ Bucket: 'here', Key: 'sealed' }, 'copy', copied, options)
      const stream = new PassThrough()
      const reading = text(stream)
      const anotherSse = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: another }
      await bucket.downloadFileobj('copy', stream, anotherSse, options)
      stream.end()
      seen.push((await reading).length, (await bucket.Object('copy').get(anotherSse)).SSECustomerKeyMD5)
    }
    await bucket.objects.delete()
    return seen
  },
}

import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { startTestServer } from '../../support/server.ts'
import { expectError, expectSuccess } from '../objects/object-room.ts'
import { expressRequest, sdkWithBucket } from './directory-room.ts'

it(
  'an append is refused beyond 10,000 parts, until a copy makes one piece of them',
  { timeout: 300_000 },
  async () => {
    await using server = await startTestServer({ minimumPartBytes: 1 })
    const { client, Bucket } = await sdkWithBucket(server, 'many')
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }))
    const Parts: { PartNumber: number; ETag: string | undefined }[] = []
    for (let first = 1; first <= 9999; first += 500) {
      const numbers = Array.from({ length: Math.min(500, 10_000 - first) }, (_, index) => first + index)
      const made = await Promise.all(
        numbers.map(async (PartNumber) => {
          const query = `partNumber=${PartNumber}&uploadId=${UploadId}`
          const { headers } = await expressRequest(server, {
            method: 'PUT',
            path: `/${Bucket}/k`,
            query,
            body: 'x',
          })
          return { PartNumber, ETag: headers['etag'] }
        }),
      )
      Parts.push(...made)
    }
    const completion = new CompleteMultipartUploadCommand({
      Bucket,
      Key: 'k',
      UploadId,
      MultipartUpload: { Parts },
    })
    await client.send(completion)
    const appended = (offset: number) =>
      expressRequest(server, {
        method: 'PUT',
        path: `/${Bucket}/k`,
        body: 'y',
        headers: { 'x-amz-write-offset-bytes': String(offset) },
      })
    expectSuccess(await appended(9999))
    expectError(await appended(10_000), 400, 'TooManyParts')
    const headers = { 'x-amz-copy-source': `${Bucket}/k`, 'x-amz-metadata-directive': 'REPLACE' }
    expectSuccess(await expressRequest(server, { method: 'PUT', path: `/${Bucket}/k`, headers }))
    expectSuccess(await appended(10_000))
    const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
    expect(ContentLength).toBe(10_001)
  },
)

import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { testRegion } from './accounts.ts'
import type { ServerAddress } from './raw-request.ts'

/** The AWS SDK's client as its users make it, but for the address, path style and no retries. */
export function s3Client(server: ServerAddress, overrides: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint: server.url,
    region: testRegion,
    // The SDK writes into the object that it is given.
    credentials: { ...server.credentials },
    forcePathStyle: true,
    maxAttempts: 1,
    ...overrides,
  })
}

import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { testRegion } from './accounts.ts'
import type { ServerAddress } from './raw-request.ts'

/** The AWS SDK's client as its users make it, but for the address, path style and no retries. */
export function s3Client(server: ServerAddress, overrides: S3ClientConfig = {}): S3Client {
  const { credentials = server.credentials, ...others } = overrides
  return new S3Client({
    endpoint: server.url,
    region: testRegion,
    forcePathStyle: true,
    maxAttempts: 1,
    ...others,
    // The SDK writes into the object that it is given, and the tests share theirs.
    credentials: typeof credentials === 'function' ? credentials : { ...credentials },
  })
}

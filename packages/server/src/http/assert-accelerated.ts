import type { BucketRow } from '../metadata/tables/rows.ts'
import { S3Error } from '../model/s3-error.ts'

/**
 * Throws InvalidRequest where the accelerated host does not answer for a bucket, or for no bucket that is there: it makes and
 * deletes none. Source: S3 API Reference, "Error responses"; S3 User Guide, "Getting started with Amazon S3 Transfer
 * Acceleration", for the operations.
 */
export function assertAccelerated(bucket: BucketRow | undefined, operation: string): void {
  if (!bucket || operation === 'DeleteBucket')
    throw refusal('This operation is not supported by the S3 Transfer Accelerate endpoint')
  const { acceleration } = bucket
  if (acceleration === 'Enabled') return
  throw refusal(`S3 Transfer Acceleration is ${acceleration ? 'disabled' : 'not configured'} on this bucket`)
}

function refusal(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}

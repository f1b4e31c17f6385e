import { parsePolicy } from '../../../access/policy/parse-policy.ts'
import type { Policy } from '../../../access/policy/policy.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { readParsed } from './bucket-documents.ts'
import type { AccessService } from '../service/service.ts'

/** A bucket policy that was accepted once: whom it names may have gone since. */
export function parseBucketPolicy(text: string, bucketName: string): Policy {
  return parsePolicy(text, { kind: 'bucket', bucket: bucketName })
}

/** The policy of a bucket, ready to be evaluated; `undefined` where it has none. */
export function readBucketPolicy(
  service: AccessService,
  bucketName: string,
  bucket: BucketRow,
): Promise<Policy | undefined> {
  return readParsed(service, bucket, 'policy', (text) => parseBucketPolicy(text, bucketName))
}

import { parsePolicy } from '../../../access/policy/parse-policy.ts'
import type { Policy } from '../../../access/policy/policy.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { directoryBucketArn } from '../../../model/directory-bucket-name.ts'
import { readParsed } from './bucket-documents.ts'
import type { AccessService } from '../service/service.ts'

/** What a policy of the bucket is attached to. */
export function policyPlace(name: string, { directory, region, ownerAccountId }: BucketRow) {
  if (!directory) return { kind: 'bucket', bucket: name } as const
  const directoryBucket = directoryBucketArn(region, ownerAccountId, name)
  return { kind: 'directory-bucket', directoryBucket } as const
}

/** The policy of a bucket, ready to be evaluated; `undefined` where it has none. It was accepted once: whom it names may have gone since. */
export function readBucketPolicy(
  service: AccessService,
  bucketName: string,
  bucket: BucketRow,
): Promise<Policy | undefined> {
  return readParsed(service, bucket, 'policy', (text) => parsePolicy(text, policyPlace(bucketName, bucket)))
}

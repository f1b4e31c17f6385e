import { parsePolicy } from '../access/policy/parse-policy.ts'
import type { Policy } from '../access/policy/policy.ts'
import type { BucketRow } from '../metadata/tables/rows.ts'
import { bucketDocuments } from '../metadata/tables/tables.ts'
import { readRow } from '../metadata/transaction.ts'
import { S3Error } from '../model/s3-error.ts'
import type { S3Service } from './service.ts'

/** The name of the document of a bucket that holds its policy. */
export function policyDocument(policyId: string): string {
  return `policy/${policyId}`
}

export function parseBucketPolicy(text: string, bucketName: string): Policy {
  return parsePolicy(text, { kind: 'bucket', bucket: bucketName })
}

/** The policy of a bucket, ready to be evaluated; `undefined` where it has none. */
export async function readBucketPolicy(
  service: S3Service,
  bucketName: string,
  bucket: BucketRow,
): Promise<Policy | undefined> {
  const { policyId } = bucket
  if (policyId === undefined) return undefined
  const cached = service.policies.get(policyId)
  if (cached) return cached
  const text = await readPolicyText(service, bucket)
  if (text === undefined) return undefined
  const policy = parseBucketPolicy(text, bucketName)
  service.policies.set(policyId, policy)
  return policy
}

/** The policy as it was put; `undefined` where there is none. */
export async function readPolicyText(
  { stores }: S3Service,
  { id, policyId }: BucketRow,
): Promise<string | undefined> {
  if (policyId === undefined) return undefined
  const document = await readRow(stores.metadata, bucketDocuments, id, policyDocument(policyId))
  // Replaced since the bucket's row was read: a client that tries again sees the new one.
  if (!document) throw new S3Error('SlowDown')
  return document.text
}

import type { RequestHead } from '../../../base/request-head.ts'
import { Turns } from '../../../base/turns.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { readBucketPolicy } from '../bucket/bucket-policy.ts'
import type { AccessService } from '../service/service.ts'

/** A policy of 4 KB against 2 KB of key and headers: about a millisecond at the worst. */
const WEIGHT_OF_A_TURN = 8 * 1024 * 1024
/** What else there is to do for a key. */
const LEAST_WEIGHT = WEIGHT_OF_A_TURN / 32

/** All that this process decides for requests with many keys. */
const turns = new Turns(WEIGHT_OF_A_TURN)

/**
 * For requests that have much to decide: a function to be awaited before each decision, one after another, so that other
 * requests get in between. A decision weighs what the policy and the texts that it looks at can cost.
 */
export async function decisionTurns(
  service: AccessService,
  { headers }: RequestHead,
  { bucketName, bucket }: { readonly bucketName: string; readonly bucket: BucketRow },
): Promise<(key: string) => Promise<void>> {
  const policy = await readBucketPolicy(service, bucketName, bucket)
  let headerLength = 0
  for (const name of Object.keys(headers)) headerLength += headers[name]?.length ?? 0
  const policyBytes = policy?.sizeBytes ?? 0
  return (key) => turns.take(Math.max(LEAST_WEIGHT, policyBytes * (headerLength + key.length)))
}

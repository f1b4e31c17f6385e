import { s3Arn } from '../../../access/access-rule.ts'
import { connectionKeys } from '../../../access/global-keys.ts'
import { accountOf } from '../../../access/principal.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { directoryBucketArn, isDirectoryBucketName } from '../../../model/directory-bucket-name.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'
import type { KeyCaller } from './object-keys.ts'
import { assertSecure } from './secure-connection.ts'

/** The object whose data key is made or opened. */
export interface KeyTarget {
  readonly bucketName: string
  readonly key: string
  /** Absent: it is the one that the request names. */
  readonly bucket?: Pick<BucketRow, 'region' | 'ownerAccountId'> | undefined
}

/** Source: S3 User Guide, "Encryption context": the object's ARN, or with a bucket key the bucket's, is always bound. */
export function keyContext(
  context: OperationContext,
  { bucketName, key, bucket }: KeyTarget,
  more: Readonly<Record<string, string>> | undefined,
  bucketKey: boolean,
): Record<string, string> {
  // In a directory bucket it is always the bucket's: the name of an object there may change.
  const arn = isDirectoryBucketName(bucketName)
    ? ownArn(bucketName, bucket ?? bucketOf(context))
    : s3Arn(bucketName, bucketKey ? undefined : key)
  return { ...more, 'aws:s3:arn': arn }
}

function ownArn(bucketName: string, { region, ownerAccountId }: NonNullable<KeyTarget['bucket']>): string {
  return directoryBucketArn(region, ownerAccountId, bucketName)
}

/** Who the key service is asked for: the one whose request it is, or S3 itself where it acts for a bucket. */
export function keyCaller(context: OperationContext): KeyCaller {
  const { caller, principal, facts, head, service, onBehalfOf } = context
  if (principal.kind === 'service' && onBehalfOf) {
    const { accountId, keys: conditions } = onBehalfOf
    return { principal, policies: caller.policies, traits: caller.traits, accountId, conditions }
  }
  assertSecure(context, 'service')
  const account = accountOf(principal)
  // Over TLS too. Source: AWS Knowledge Center, "Requests require AWS Signature Version 4".
  if (principal.kind === 'anonymous' || !account || facts.signature?.version === 2) {
    const message =
      'Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.'
    throw new S3Error('InvalidArgument', {}, { message })
  }
  return {
    principal,
    policies: caller.policies,
    traits: caller.traits,
    accountId: account.id,
    conditions: Object.fromEntries(connectionKeys(facts, head.headers)),
    viaService: `s3.${service.settings.region}.amazonaws.com`,
    requestId: facts.requestId,
  }
}

/** Names a caller among those that bucket keys are kept for. What a session may is its own. */
export function callerName({ principal, accountId, traits }: KeyCaller): string {
  return JSON.stringify([accountId, principal, traits.session?.accessKeyId])
}

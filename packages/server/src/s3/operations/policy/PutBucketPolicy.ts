import type { AccountDirectory } from '../../../access/account-directory.ts'
import { parsePolicy } from '../../../access/policy/parse-policy.ts'
import type { PrincipalName } from '../../../access/policy/parse-principal.ts'
import { PolicyError } from '../../../access/policy/policy-error.ts'
import type { Policy } from '../../../access/policy/policy.ts'
import { refusesPolicy, stricterBlock } from '../../../access/public-access-block.ts'
import { keptPolicyText } from '../../../identities/policy-principals.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { changeDocument } from '../../shared/bucket/bucket-documents.ts'
import { accountBlock } from '../../shared/bucket/effective-block.ts'
import { bucketOf, defineOperation } from '../../shared/service/operation.ts'
import type { S3Service } from '../../shared/service/service.ts'
import { assertOwnPolicy } from './own-policy.ts'

export const PutBucketPolicy = defineOperation('PutBucketPolicy', {
  access: { action: 's3:PutBucketPolicy', on: 'bucket' },
  async handle(input, context) {
    assertOwnPolicy(context)
    const { service } = context
    const { policy, kept } = await parsed(service, input.Policy, input.Bucket)
    const text = withVersion(kept)
    const ofAccount = await accountBlock(service, bucketOf(context).ownerAccountId)
    await changeDocument(context, input.Bucket, 'policy', text, ({ publicAccessBlock }) => {
      const block = stricterBlock(publicAccessBlock, ofAccount)
      if (refusesPolicy(block, policy)) throw new S3Error('AccessDenied')
    })
    return {}
  },
})

/**
 * A policy reads back with its version: where it was put without, that is the first. Source: IAM User Guide, "IAM JSON
 * policy elements: Version": without the element it is 2008-10-17. That S3 writes it down was observed.
 */
function withVersion(text: string): string {
  return 'Version' in (JSON.parse(text) as object) ? text : text.replace('{', '{"Version":"2008-10-17",')
}

async function parsed(
  { accounts, stores }: Pick<S3Service, 'accounts' | 'stores'>,
  text: string,
  bucket: string,
): Promise<{ readonly policy: Policy; readonly kept: string }> {
  try {
    const principalExists = (name: PrincipalName): boolean => mayExist(accounts, name)
    const policy = parsePolicy(text, { kind: 'bucket', bucket, principalExists })
    return { policy, kept: await keptPolicyText(stores.metadata, policy, text) }
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw new S3Error('MalformedPolicy', {}, { message: cause.message, cause })
  }
}

/** Source: S3 User Guide, "Principals for bucket policies". Which users there are, the store tells. */
function mayExist(accounts: AccountDirectory, name: PrincipalName): boolean {
  switch (name.kind) {
    case 'account':
      return accounts.findById(name.accountId) !== undefined
    case 'canonical-user':
      return accounts.findByCanonicalId(name.canonicalId) !== undefined
    case 'arn':
      return accounts.findById(name.accountId) !== undefined
    case 'unique-id':
      return true
  }
}

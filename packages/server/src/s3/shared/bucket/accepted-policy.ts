import type { AccountDirectory } from '../../../access/account-directory.ts'
import { parsePolicy, type PolicyOptions } from '../../../access/policy/parse-policy.ts'
import type { PrincipalName } from '../../../access/policy/parse-principal.ts'
import { refuseImpossibleDates } from '../../../access/policy/possible-dates.ts'
import { PolicyError } from '../../../access/policy/policy-error.ts'
import type { Policy } from '../../../access/policy/policy.ts'
import { keptPolicyText } from '../../../identities/policy-principals.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { S3Service } from '../service/service.ts'

/** The policy that somebody puts, and the text of it that is kept. Throws MalformedPolicy. */
export async function acceptedPolicy(
  { accounts, stores }: Pick<S3Service, 'accounts' | 'stores'>,
  text: string,
  place: Extract<PolicyOptions, { kind: 'bucket' | 'directory-bucket' | 'access-point' }>,
): Promise<{ readonly policy: Policy; readonly text: string }> {
  try {
    const principalExists = (name: PrincipalName): boolean => mayExist(accounts, name)
    const policy = parsePolicy(text, { ...place, principalExists })
    refuseImpossibleDates(policy)
    return { policy, text: withVersion(await keptPolicyText(stores.metadata, policy, text)) }
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw new S3Error('MalformedPolicy', {}, { message: cause.message, cause })
  }
}

/**
 * A policy reads back with its version: where it was put without, that is the first. Source: IAM User Guide, "IAM JSON
 * policy elements: Version": without the element it is 2008-10-17. That S3 writes it down was observed.
 */
function withVersion(text: string): string {
  return 'Version' in (JSON.parse(text) as object) ? text : text.replace('{', '{"Version":"2008-10-17",')
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

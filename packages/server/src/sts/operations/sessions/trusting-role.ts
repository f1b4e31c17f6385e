import type { Account } from '../../../access/accounts.ts'
import { parsePolicy } from '../../../access/policy/parse-policy.ts'
import type { ContextKeys } from '../../../access/request-context.ts'
import { accessDenied, authorizeCall } from '../../../identities/authorize-call.ts'
import { idOf } from '../../../identities/policy-principals.ts'
import type { SigningCaller } from '../../../identities/signing-caller.ts'
import { iamRoles, type IamRoleRow } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import type { StsInputs } from '../../../model/sts-types.gen.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { StsService } from '../../shared/sts-service.ts'
import type { SessionTags } from './session-tags.ts'
import { keysOfTags } from './tag-keys.ts'
import { tagEntries } from '../../../access/tag-entries.ts'

export interface AssumableRole {
  readonly id: string
  readonly row: IamRoleRow
  readonly account: Account
}

/** What of a session a trust policy may look at. */
export type AskedSession = Pick<
  StsInputs['AssumeRole'],
  'RoleArn' | 'RoleSessionName' | 'ExternalId' | 'SourceIdentity'
> &
  SessionTags

/**
 * The role, if it trusts the caller with all that is asked, and the caller's own account agrees. Throws AccessDenied where there
 * is none as well, so that nobody learns which there are.
 */
export async function trustingRole(
  service: StsService,
  caller: SigningCaller,
  asked: AskedSession,
): Promise<AssumableRole> {
  const { RoleArn } = asked
  // Source: IAM User Guide, "Troubleshoot IAM roles".
  if (caller.principal.kind === 'account') {
    throw new QueryError('AccessDenied', 'Roles may not be assumed by root accounts.')
  }
  const role = await findRole(service, RoleArn)
  if (!role || changesSourceIdentity(caller, asked)) throw accessDenied(caller, 'sts:AssumeRole', RoleArn)
  assertTrust(service, caller, role, 'sts:AssumeRole', asked)
  return role
}

/** Throws AccessDenied unless the role trusts the caller with all that is asked, and the caller's own account agrees. */
export function assertTrust(
  service: StsService,
  caller: SigningCaller,
  { row }: AssumableRole,
  assuming: 'sts:AssumeRole' | 'sts:AssumeRoleWithWebIdentity',
  asked: AskedSession,
): void {
  const { RoleArn: resource, SourceIdentity, tags } = asked
  const trust = { policy: parsePolicy(row.trustPolicy, { kind: 'trust' }), accountId: row.accountId }
  const keys = keysOf(row, asked)
  const actions = [
    assuming,
    ...(tags.length > 0 ? ['sts:TagSession'] : []),
    ...(SourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ]
  for (const action of actions) authorizeCall(service, caller, { action, resource, keys, trust })
}

/** `undefined` where there is no such role, or its account is not served. */
export async function findRole(
  { metadata, accounts }: StsService,
  arn: string,
): Promise<AssumableRole | undefined> {
  const id = await idOf(metadata, arn)
  const row = id?.startsWith('AROA') ? await readRow(metadata, iamRoles, id) : undefined
  const account = row && accounts.findActive(row.accountId)
  return id !== undefined && account ? { id, row, account } : undefined
}

/** Once it is set it stays. Source: IAM User Guide, "Monitor and control actions taken with assumed roles". */
function changesSourceIdentity({ traits }: SigningCaller, { SourceIdentity }: AskedSession): boolean {
  const before = traits.session?.sourceIdentity
  return before !== undefined && before !== SourceIdentity
}

function keysOf(
  { tags: ofRole = [] }: IamRoleRow,
  { ExternalId, RoleSessionName, SourceIdentity, tags, transitiveTagKeys }: AskedSession,
): ContextKeys {
  return {
    'sts:ExternalId': ExternalId,
    'sts:RoleSessionName': RoleSessionName,
    'sts:SourceIdentity': SourceIdentity,
    ...(transitiveTagKeys.length > 0 && { 'sts:TransitiveTagKeys': transitiveTagKeys }),
    ...keysOfTags(tags),
    ...Object.fromEntries(tagEntries('aws:ResourceTag', ofRole)),
    ...Object.fromEntries(tagEntries('iam:ResourceTag', ofRole)),
  }
}

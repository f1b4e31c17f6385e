import { someOwnPolicy } from '../../access/caller.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import { decideOnService, permits } from '../../access/decide-on-service.ts'
import { ownSide, type OwnSide, policyRequestOf } from '../../access/own-side.ts'
import { evaluatePolicy, type PolicyRequest } from '../../access/policy/evaluate-policy.ts'
import { parsePolicy } from '../../access/policy/parse-policy.ts'
import type { Policy } from '../../access/policy/policy.ts'
import { BoundedCache } from '../../base/bounded-cache.ts'
import type { ContextKeys } from '../../access/request-context.ts'
import type { EncryptionContext } from '../../encryption/encryption-context.ts'
import { kmsAliases, kmsGrants } from '../../metadata/tables/kms-tables.ts'
import { denied, deniedAbroad } from './access-denied.ts'
import { grantNames } from './caller.ts'
import { conditionContext, keyKeys } from './condition-keys.ts'
import { ENCRYPTING_OPERATIONS } from './cryptographic-operations.ts'
import { isForOtherAccounts } from './cross-account.ts'
import { MOST_GRANTS } from './grants.ts'
import type { GrantScope, KeyUse } from './key-state.ts'
import type { KmsError } from './kms-error.ts'
import type { KmsCaller, KmsService } from './kms-service.ts'
import type { Key } from './resolve-key.ts'

/** What deciding on keys reads, and nothing else. */
export type AccessToKeys = Pick<KmsService, 'metadata' | 'clock' | 'region'>

/**
 * Throws AccessDeniedException unless the caller may use the key. What is said of keys of other accounts is said where
 * there is no such key too.
 */
export async function authorizeKey(
  service: KmsService,
  caller: KmsCaller,
  key: Key,
  use: KeyUse,
): Promise<void> {
  if (await mayUseKey(service, caller, key, use)) return
  throw deniedKey(caller, key, use.operation)
}

export function deniedKey(caller: KmsCaller, { arn, row }: Key, operation: string): KmsError {
  return caller.accountId === row.accountId
    ? denied(caller, operation, `on resource: ${arn}`)
    : deniedAbroad(caller, operation)
}

/**
 * Whether the key's policy, the caller's own policies and the key's grants together permit the use. Source: AWS KMS
 * Developer Guide, "Determining access to AWS KMS keys" and "Allowing users in other accounts to use a KMS key".
 */
export async function mayUseKey(
  service: AccessToKeys,
  caller: KmsCaller,
  key: Key,
  use: KeyUse,
): Promise<boolean> {
  const isOfAccount = caller.accountId === key.row.accountId
  if (!isOfAccount && !isForOtherAccounts(use.operation)) return false
  const request = await policyRequest(service, caller, key, use)
  const byPolicy = evaluatePolicy(compiledKeyPolicy(key.row.policy), request)
  const own = ownSide(caller, request, undefined)
  if (byPolicy.effect === 'Deny' || own.verdict === 'Deny') return false
  if (permits(byPolicy, own, isOfAccount)) return true
  return (isOfAccount || own.verdict === 'Allow') && hasGrant(service, grantNames(caller, own), key, use)
}

/** What the caller's own policies say to the use of a key. */
export async function ownSideOnKey(
  service: AccessToKeys,
  caller: KmsCaller,
  key: Key,
  use: KeyUse,
): Promise<OwnSide> {
  return ownSide(caller, await policyRequest(service, caller, key, use), undefined)
}

/** Throws AccessDeniedException unless the caller may do something that is about its account and no key. */
export function authorizeAccount(
  service: KmsService,
  caller: KmsCaller,
  operation: string,
  { resource = '*', ...asked }: Pick<KeyUse, 'tags' | 'keys'> & { readonly resource?: string } = {},
): void {
  const context = conditionContext(service, caller, caller.accountId, asked)
  const action = `kms:${operation}`
  const evidence = { caller, action, resource, accountId: caller.accountId, context }
  if (decideOnService(evidence).allowed) return
  throw denied(caller, operation, '')
}

async function hasGrant(
  service: Pick<KmsService, 'metadata'>,
  names: readonly string[],
  key: Key,
  use: KeyUse,
): Promise<boolean> {
  const entries = await service.metadata.scan({ ...kmsGrants.range(key.id), limit: MOST_GRANTS })
  return entries.some((entry) => {
    const grant = readable(service.metadata, kmsGrants, entry)?.row
    if (!grant) return false
    if (!grant.operations.includes(use.operation) || !names.includes(grant.granteePrincipal)) return false
    if (use.newGrant) return isNoWider(use.newGrant, grant)
    return !CONSTRAINED.has(use.operation) || isWithin(grant, use.encryptionContext ?? {})
  })
}

/** Not DescribeKey, for one, which has no encryption context. Source: AWS KMS API Reference, CreateGrant, Constraints. */
const CONSTRAINED: ReadonlySet<string> = new Set([...ENCRYPTING_OPERATIONS, 'CreateGrant'])

/** Source: AWS KMS Developer Guide, "Grants": who may create grants by a grant may create equal or narrower ones. */
function isNoWider({ operations, contextSubset, contextEquals }: GrantScope, parent: GrantScope): boolean {
  if (!operations.every((operation) => parent.operations.includes(operation))) return false
  if (parent.contextEquals)
    return contextEquals !== undefined && isWithin({ contextEquals: parent.contextEquals }, contextEquals)
  return isWithin(parent, { ...contextSubset, ...contextEquals })
}

function isWithin(
  { contextSubset, contextEquals }: Omit<GrantScope, 'operations'>,
  context: EncryptionContext,
): boolean {
  const holds = (expected: EncryptionContext): boolean =>
    Object.entries(expected).every(([name, value]) => context[name] === value)
  if (contextSubset && !holds(contextSubset)) return false
  return (
    !contextEquals ||
    (holds(contextEquals) && Object.keys(context).length === Object.keys(contextEquals).length)
  )
}

async function policyRequest(
  service: AccessToKeys,
  caller: KmsCaller,
  { id, arn, row }: Key,
  use: KeyUse,
): Promise<PolicyRequest> {
  const aliases = await aliasKeys(service, caller, id, row.accountId)
  const keys = { ...keyKeys(row), ...aliases, ...use.keys }
  const context = conditionContext(service, caller, row.accountId, { ...use, keys }, row.tags)
  return policyRequestOf({ caller, action: `kms:${use.operation}`, resource: arn, context })
}

const MOST_ALIASES = 100_000
const RESOURCE_ALIASES = 'kms:resourcealiases'

/** Aliases are looked for only where a policy of the caller looks at them. */
async function aliasKeys(
  { metadata }: AccessToKeys,
  { policies }: KmsCaller,
  keyId: string,
  accountId: string,
): Promise<ContextKeys> {
  if (!someOwnPolicy(policies, ({ policy }) => policy.conditionKeys.has(RESOURCE_ALIASES))) return {}
  const entries = await metadata.scan({ ...kmsAliases.range(accountId), limit: MOST_ALIASES })
  const names = entries.flatMap((entry) =>
    readable(metadata, kmsAliases, entry)?.row.keyId === keyId ? [kmsAliases.parts(entry.key)[1]] : [],
  )
  return { [RESOURCE_ALIASES]: names.length > 0 ? names : undefined }
}

/** What a compiled policy takes for each byte of its text, which is the name that it is kept by. Measured: 5 to 42. */
const BYTES_FOR_EACH = 48
const compiledPolicies = new BoundedCache<Policy>(16 * 1024 * 1024)

/** Policies are few and used often. */
export function compiledKeyPolicy(policy: string): Policy {
  const known = compiledPolicies.get(policy)
  if (known) return known
  const parsed = parsePolicy(policy, { kind: 'key' })
  compiledPolicies.set(policy, parsed, BYTES_FOR_EACH * parsed.sizeBytes)
  return parsed
}

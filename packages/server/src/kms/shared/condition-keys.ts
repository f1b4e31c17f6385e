import { findContextKey } from '../../access/context-keys.ts'
import { momentKeys } from '../../access/global-keys.ts'
import { principalKeys } from '../../access/principal-keys.ts'
import { type ContextKeys, RequestContext } from '../../access/request-context.ts'
import type { KmsKeyRow } from '../../metadata/tables/kms-tables.ts'
import { ENCRYPTING_OPERATIONS } from './cryptographic-operations.ts'
import { originOf } from './key-origin.ts'
import { type KeyUsage, SYMMETRIC_DEFAULT } from './key-specs.ts'
import type { KeyUse, RequestTags } from './key-state.ts'
import type { KmsCaller, KmsService } from './kms-service.ts'
import { tagEntries } from '../../access/tag-entries.ts'

type Entry = readonly [key: string, value: string | readonly string[] | undefined]

/**
 * Of the key service's own keys those that requests have here, and key policies may look at: `kms:ResourceAliases` is for the
 * policies of IAM alone. An encryption context goes on with a name.
 */
const OWN_KEYS: ReadonlySet<string> = new Set([
  'kms:bypasspolicylockoutsafetycheck',
  'kms:calleraccount',
  'kms:customermasterkeyspec',
  'kms:customermasterkeyusage',
  'kms:datakeypairspec',
  'kms:encryptionalgorithm',
  'kms:encryptioncontextkeys',
  'kms:expirationmodel',
  'kms:grantconstrainttype',
  'kms:granteeprincipal',
  'kms:grantisforawsresource',
  'kms:grantoperations',
  'kms:keyagreementalgorithm',
  'kms:keyorigin',
  'kms:keyspec',
  'kms:keyusage',
  'kms:macalgorithm',
  'kms:messagetype',
  'kms:multiregion',
  'kms:reencryptonsamekey',
  'kms:requestalias',
  'kms:retiringprincipal',
  'kms:rotationperiodindays',
  'kms:schedulekeydeletionpendingwindowindays',
  'kms:signingalgorithm',
  'kms:validto',
  'kms:viaservice',
  'kms:wrappingalgorithm',
  'kms:wrappingkeyspec',
])
const CONTEXT_KEY = /^kms:encryptioncontext:./

/**
 * Whether a policy may look at a key, in lower case. One that no request ever has could only mislead: what a policy denies
 * by it would be let through.
 */
export function isConditionKey(key: string): boolean {
  if (key.startsWith('kms:')) return OWN_KEYS.has(key) || CONTEXT_KEY.test(key)
  return key.startsWith('aws:') && findContextKey(key) !== undefined
}

/** What a key is, or is to be. The older names work as the newer ones do. */
export function keyKeys({
  spec = SYMMETRIC_DEFAULT,
  usage = 'ENCRYPT_DECRYPT',
  imports,
  origin = originOf({ imports }),
}: {
  readonly spec?: string | undefined
  readonly usage?: KeyUsage | undefined
  /** Of a row, which has no `origin`. */
  readonly imports?: KmsKeyRow['imports']
  readonly origin?: string | undefined
}): ContextKeys {
  return {
    'kms:KeySpec': spec,
    'kms:CustomerMasterKeySpec': spec,
    'kms:KeyUsage': usage,
    'kms:CustomerMasterKeyUsage': usage,
    'kms:KeyOrigin': origin,
    'kms:MultiRegion': 'false',
  }
}

/** Those that have an algorithm, whether the request names it or not; another one than the default is among the keys of the use. */
const ENCRYPTING: ReadonlySet<string> = new Set(ENCRYPTING_OPERATIONS)

/** The condition keys of a request. Source: AWS KMS Developer Guide, "Condition keys for AWS KMS". */
export function conditionContext(
  service: Pick<KmsService, 'clock' | 'region'>,
  caller: KmsCaller,
  resourceAccountId: string,
  use: Partial<KeyUse> = {},
  tags: Readonly<Record<string, string>> = {},
): RequestContext {
  return new RequestContext(() => [
    // S3 is not among the services that `aws:CalledVia` names. Source: IAM User Guide, "aws:CalledVia".
    ...momentKeys(service.clock.now(), service.region, caller.viaService !== undefined),
    ...principalKeys(caller, service.clock.now()),
    ...Object.entries(caller.conditions),
    ['aws:ResourceAccount', resourceAccountId],
    ...tagEntries('aws:ResourceTag', Object.entries(tags)),
    ['kms:CallerAccount', caller.accountId],
    ['kms:ViaService', caller.viaService],
    ...useKeys(use),
    ...tagKeys(use.tags),
    ...Object.entries(use.keys ?? {}),
  ])
}

/** Source: IAM User Guide, "aws:RequestTag/tag-key" and "aws:TagKeys". */
function tagKeys({ Tags = [], TagKeys = [] }: RequestTags = {}): Entry[] {
  const keys = [...Tags.map(({ TagKey }) => TagKey), ...TagKeys]
  return [
    ['aws:TagKeys', keys.length > 0 ? keys : undefined],
    ...tagEntries(
      'aws:RequestTag',
      Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]),
    ),
  ]
}

function useKeys({ operation = '', encryptionContext = {}, newGrant }: Partial<KeyUse>): Entry[] {
  const pairs = Object.entries(encryptionContext)
  return [
    ['kms:EncryptionAlgorithm', ENCRYPTING.has(operation) ? SYMMETRIC_DEFAULT : undefined],
    ['kms:EncryptionContextKeys', pairs.length > 0 ? pairs.map(([name]) => name) : undefined],
    ...pairs.map(([name, value]): Entry => [`kms:EncryptionContext:${name}`, value]),
    ['kms:GrantOperations', newGrant?.operations],
    // Only other services of AWS make such grants.
    ['kms:GrantIsForAWSResource', newGrant && 'false'],
  ]
}

/** Absent where the request does not say it, as AWS's examples of policies have it. */
export function lockoutCheckKeys(bypasses: boolean | undefined): ContextKeys {
  return { 'kms:BypassPolicyLockoutSafetyCheck': bypasses === undefined ? undefined : String(bypasses) }
}

import type { Caller } from '../access/caller.ts'
import { decideOnService } from '../access/decide-on-service.ts'
import type { Decision } from '../access/decision.ts'
import { accountOf } from '../access/principal.ts'
import type { Reason } from '../access/reason.ts'
import type { ContextKeys } from '../access/request-context.ts'
import type { EncryptionContext } from '../encryption/encryption-context.ts'
import { conditionContext, keyKeys } from './shared/condition-keys.ts'
import { isForOtherAccounts } from './shared/cross-account.ts'
import { type AccessToKeys, compiledKeyPolicy, mayUseKey } from './shared/key-access.ts'
import type { KmsCaller } from './shared/kms-service.ts'
import { findKey, type Key } from './shared/resolve-key.ts'

/** The key of an ARN; `undefined` where there is none. */
export async function keyOfArn(service: AccessToKeys, arn: string): Promise<Key | undefined> {
  const [, keyId] = /^arn:aws:kms:[^:]*:\d{12}:key\/([\w-]{1,256})$/.exec(arn) ?? []
  const key = keyId === undefined ? undefined : await findKey(service, keyId)
  return key?.arn === arn ? key : undefined
}

/**
 * How the use of a key would be decided on, by what decides on uses. `operation` without `kms:`; an encryption context is told
 * by its condition keys.
 */
export async function explainKeyUse(
  service: AccessToKeys,
  caller: Caller,
  key: Key,
  operation: string,
  keys: ContextKeys,
): Promise<Decision> {
  const asking = kmsCaller(caller, keys)
  const { accountId, tags } = key.row
  const { reasons } = decideOnService({
    caller: asking,
    action: `kms:${operation}`,
    resource: key.arn,
    accountId,
    context: conditionContext(service, asking, accountId, { operation, keys: keyKeys(key.row) }, tags),
    policy: { source: 'key-policy', policy: compiledKeyPolicy(key.row.policy) },
  })
  const encryptionContext = encryptionContextOf(keys)
  const allowed = await mayUseKey(service, asking, key, { operation, usable: 'any state', encryptionContext })
  if (asking.accountId !== accountId && !isForOtherAccounts(operation))
    return { allowed, reasons: [...reasons, NOT_ABROAD] }
  // Only a grant can allow what the policies do not.
  const isByGrant = allowed && reasons.at(-1)?.effect !== 'Allow'
  return { allowed, reasons: isByGrant ? [...reasons, BY_GRANT] : reasons }
}

const BY_GRANT: Reason = {
  source: 'key-grant',
  effect: 'Allow',
  matched: true,
  detail: 'a grant of the key permits it',
}

const NOT_ABROAD: Reason = {
  source: 'default',
  effect: 'Deny',
  matched: true,
  detail: 'other accounts cannot be permitted this, whatever policies and grants say',
}

function kmsCaller(caller: Caller, keys: ContextKeys): KmsCaller {
  const { principal } = caller
  if (principal.kind === 'anonymous') throw new Error('anonymous requests do not come so far')
  const viaService = new Map(Object.entries(keys).map(([name, value]) => [name.toLowerCase(), value])).get(
    'kms:viaservice',
  )
  return {
    ...caller,
    principal,
    accountId: accountOf(principal)?.id ?? '',
    conditions: keys,
    viaService: [viaService].flat()[0],
  }
}

const CONTEXT_KEY = /^kms:EncryptionContext:(.+)$/i

function encryptionContextOf(keys: ContextKeys): EncryptionContext {
  const pairs = Object.entries(keys).flatMap(([key, value]) => {
    const [, name] = CONTEXT_KEY.exec(key) ?? []
    const [text] = [value].flat()
    return name === undefined || text === undefined ? [] : [[name, text] as const]
  })
  return Object.fromEntries(pairs)
}

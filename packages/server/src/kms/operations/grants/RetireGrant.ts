import { accountOf, arnOf } from '../../../access/principal.ts'
import { type KmsGrantRow, kmsGrants } from '../../../metadata/tables/kms-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { grantNames } from '../../shared/caller.ts'
import { assertNoDryRun, dryRun, keyName } from '../../shared/common-inputs.ts'
import { readGrantToken } from '../../shared/grant-tokens.ts'
import { grantId, noGrant, removeGrant } from '../../shared/grants.ts'
import { deniedKey, ownSideOnKey } from '../../shared/key-access.ts'
import { KmsError } from '../../shared/kms-error.ts'
import type { KmsCaller, KmsService } from '../../shared/kms-service.ts'
import { defineOperation } from '../../shared/operation.ts'
import { members, optional, text } from '../../shared/read-input.ts'
import { findKey, type Key, resolveKey } from '../../shared/resolve-key.ts'

const input = members({
  GrantToken: optional(text({ most: 8192 })),
  KeyId: optional(keyName),
  GrantId: optional(grantId),
  DryRun: dryRun,
})

export const RetireGrant = defineOperation('RetireGrant', {
  input,
  async handle(input, { service, caller }) {
    const named =
      input.GrantToken === undefined
        ? { keyId: input.KeyId, grantId: input.GrantId }
        : readGrantToken(input.GrantToken)
    if (named.keyId === undefined || named.grantId === undefined) {
      throw new KmsError(
        'ValidationException',
        'Either a grant token, or a key ID and a grant ID are required.',
      )
    }
    const use = { operation: 'RetireGrant', acceptsAlias: false, usable: 'any state' } as const
    const key = (await findKey(service, named.keyId)) ?? (await resolveKey(service, caller, named.keyId, use))
    const grant = await readRow(service.metadata, kmsGrants, key.id, named.grantId)
    // Who may not retire the key's grants is not told that the key is there.
    if (!grant) await resolveKey(service, caller, named.keyId, use)
    if (!(await mayRetire(service, caller, key, grant))) throw deniedKey(caller, key, use.operation)
    if (!grant) throw noGrant(named.grantId)
    assertNoDryRun(input)
    await removeGrant(service, key.id, named.grantId)
    return {}
  },
})

/**
 * The grant says who may do this, and the account of the key may, and hands that on; a policy of the key has no say. A whole
 * account that the grant names hands it on too. Source: AWS KMS Developer Guide, "Retiring and revoking grants".
 */
async function mayRetire(
  service: KmsService,
  caller: KmsCaller,
  key: Key,
  grant: KmsGrantRow | undefined,
): Promise<boolean> {
  const own = await ownSideOnKey(service, caller, key, { operation: 'RetireGrant', usable: 'any state' })
  if (own.verdict === 'Deny') return false
  const isHandedOn = own.verdict === 'Allow'
  if (isHandedOn && caller.accountId === key.row.accountId) return true
  const account = isHandedOn ? accountOf(caller.principal) : undefined
  const names = new Set([...grantNames(caller, own), ...(account ? [arnOf(account)] : [])])
  return grant !== undefined && retiringNames(grant).some((name) => names.has(name))
}

function retiringNames({ operations, granteePrincipal, retiringPrincipal }: KmsGrantRow): readonly string[] {
  const grantee = operations.includes('RetireGrant') ? [granteePrincipal] : []
  return retiringPrincipal === undefined ? grantee : [...grantee, retiringPrincipal]
}

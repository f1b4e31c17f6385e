import { type KmsGrantRow, kmsGrants } from '../../../metadata/tables/kms-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { grantNames } from '../../shared/caller.ts'
import { assertNoDryRun, dryRun, keyName } from '../../shared/common-inputs.ts'
import { grantId, readGrantToken, removeGrant } from '../../shared/grants.ts'
import { authorizeKey } from '../../shared/key-access.ts'
import { KmsError } from '../../shared/kms-error.ts'
import type { KmsCaller } from '../../shared/kms-service.ts'
import { defineOperation, useKey } from '../../shared/operation.ts'
import { members, optional, text } from '../../shared/read-input.ts'
import { findKey, resolveKey } from '../../shared/resolve-key.ts'

const input = members({
  GrantToken: optional(text({ most: 8192 })),
  KeyId: optional(keyName),
  GrantId: optional(grantId),
  DryRun: dryRun,
})

/** The grant says who may do this: its retiring principal, and its grantee where the grant has RetireGrant. */
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
    if (!grant) {
      // Who may not retire the key's grants is not told that the key is there.
      await useKey({ service, caller }, named.keyId, use)
      throw new KmsError('NotFoundException', `Grant ID ${named.grantId} not found`)
    }
    if (!namesAsRetiring(grant, caller)) await authorizeKey(service, caller, key, use)
    assertNoDryRun(input)
    await removeGrant(service, key.id, named.grantId)
    return {}
  },
})

function namesAsRetiring(grant: KmsGrantRow, caller: KmsCaller): boolean {
  const names = grantNames(caller)
  return (
    (grant.retiringPrincipal !== undefined && names.includes(grant.retiringPrincipal)) ||
    (grant.operations.includes('RetireGrant') && names.includes(grant.granteePrincipal))
  )
}

import { kmsGrants } from '../../../metadata/tables/kms-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { callerArns } from '../../shared/caller.ts'
import { assertNoDryRun, dryRun, keyName } from '../../shared/common-inputs.ts'
import { grantId, readGrantToken, removeGrant } from '../../shared/grants.ts'
import { authorizeKey } from '../../shared/key-access.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { defineOperation } from '../../shared/operation.ts'
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
    const key =
      (await findKey(service, named.keyId)) ?? (await resolveKey(service, caller, named.keyId, false))
    const grant = await readRow(service.metadata, kmsGrants, key.id, named.grantId)
    if (!grant) throw new KmsError('NotFoundException', `Grant ID ${named.grantId} not found`)
    const arns = callerArns(caller)
    const mayRetire =
      (grant.retiringPrincipal !== undefined && arns.includes(grant.retiringPrincipal)) ||
      (grant.operations.includes('RetireGrant') && arns.includes(grant.granteePrincipal))
    if (!mayRetire) {
      await authorizeKey(service, caller, key, { operation: 'RetireGrant', usable: 'any state' })
    }
    assertNoDryRun(input)
    await removeGrant(service, key.id, named.grantId)
    return {}
  },
})

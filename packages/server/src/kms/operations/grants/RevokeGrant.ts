import { kmsGrants } from '../../../metadata/tables/kms-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { assertNoDryRun, dryRun, keyName } from '../../shared/common-inputs.ts'
import { grantId, noGrant, removeGrant } from '../../shared/grants.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName, GrantId: grantId, DryRun: dryRun })

export const RevokeGrant = defineKeyOperation('RevokeGrant', {
  input,
  usable: 'any state',
  async handle(input, key, { service }) {
    const { GrantId } = input
    if (!(await readRow(service.metadata, kmsGrants, key.id, GrantId))) throw noGrant(GrantId)
    assertNoDryRun(input)
    await removeGrant(service, key.id, GrantId)
    return {}
  },
})

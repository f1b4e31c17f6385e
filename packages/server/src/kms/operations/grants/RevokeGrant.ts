import { dryRun, keyName } from '../../shared/common-inputs.ts'
import { grantId, removeGrant } from '../../shared/grants.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName, GrantId: grantId, DryRun: dryRun })

export const RevokeGrant = defineKeyOperation('RevokeGrant', {
  input,
  usable: 'any state',
  async handle({ GrantId }, key, { service }) {
    await removeGrant(service, key.id, GrantId)
    return {}
  },
})

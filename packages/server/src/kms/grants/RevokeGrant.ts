import { dryRun, keyName } from '../common-inputs.ts'
import { grantId, removeGrant } from '../grants.ts'
import { defineKeyOperation } from '../operation.ts'
import { members } from '../read-input.ts'

const input = members({ KeyId: keyName, GrantId: grantId, DryRun: dryRun })

export const RevokeGrant = defineKeyOperation('RevokeGrant', {
  input,
  usable: 'any state',
  async handle({ GrantId }, key, { service }) {
    await removeGrant(service, key.id, GrantId)
    return {}
  },
})

import { keyName } from '../../shared/common-inputs.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { assertRotates } from '../../shared/key-usage.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'
import { rotateKey, rotateToImported } from '../../shared/rotate-key.ts'

/** Source: AWS KMS Developer Guide, "Quotas": on-demand rotations of a key. */
const MOST_ON_DEMAND = 25

const input = members({ KeyId: keyName })

export const RotateKeyOnDemand = defineKeyOperation('RotateKeyOnDemand', {
  input,
  usable: 'enabled',
  async handle(_input, key, { service }) {
    assertRotates(key)
    const done = (key.row.rotations ?? []).filter(({ isOnDemand }) => isOnDemand)
    if (done.length >= MOST_ON_DEMAND) {
      throw new KmsError('LimitExceededException', `A key can be rotated on demand ${MOST_ON_DEMAND} times.`)
    }
    if (key.row.imports) await rotateToImported(service, key)
    else await rotateKey(service, key, { isOnDemand: true })
    return { KeyId: key.id }
  },
})

import { keyName } from '../../shared/common-inputs.ts'
import { seconds } from '../../shared/key-metadata.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'
import { rotatedIfDue } from '../../shared/rotate-key.ts'

const input = members({ KeyId: keyName })

export const GetKeyRotationStatus = defineKeyOperation('GetKeyRotationStatus', {
  input,
  usable: 'any state',
  async handle(_input, key, { service }) {
    // The deletion may be cancelled, and all is as it was. Source: AWS KMS API Reference, GetKeyRotationStatus.
    if (key.row.state === 'PendingDeletion') return { KeyId: key.arn, KeyRotationEnabled: false }
    const { rotationPeriodDays, nextRotationMilliseconds } = await rotatedIfDue(service, key)
    const answer = { KeyId: key.arn, KeyRotationEnabled: rotationPeriodDays !== undefined }
    if (rotationPeriodDays === undefined || nextRotationMilliseconds === undefined) return answer
    return {
      ...answer,
      RotationPeriodInDays: rotationPeriodDays,
      NextRotationDate: seconds(nextRotationMilliseconds),
    }
  },
})

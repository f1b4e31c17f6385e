import { keyName } from '../../shared/common-inputs.ts'
import { seconds } from '../../shared/key-metadata.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName })

export const GetKeyLastUsage = defineKeyOperation('GetKeyLastUsage', {
  input,
  usable: 'any state',
  async handle(_input, { id, row: { createdMilliseconds } }, { service: { keyUses } }) {
    const use = await keyUses.find(id)
    // Events of CloudTrail have no ids here, since there are none.
    const KeyLastUsage = use && {
      Operation: use.operation,
      Timestamp: seconds(use.atMilliseconds),
      KmsRequestId: use.requestId,
    }
    return {
      KeyId: id,
      // Source: AWS KMS API Reference, GetKeyLastUsage: "If the key has not been used […], this response element is empty".
      KeyLastUsage: KeyLastUsage ?? {},
      TrackingStartDate: seconds(Math.max(keyUses.sinceMilliseconds, createdMilliseconds)),
      KeyCreationDate: seconds(createdMilliseconds),
    }
  },
})

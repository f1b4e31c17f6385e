import { changeKey } from '../../shared/change-key.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName })

/** The key is disabled afterwards, as on KMS. */
export const CancelKeyDeletion = defineKeyOperation('CancelKeyDeletion', {
  input,
  usable: 'pending deletion',
  async handle(_input, key, { service }) {
    await changeKey(service, key, (row) => ({ ...row, state: 'Disabled', deletionMilliseconds: undefined }))
    return { KeyId: key.arn }
  },
})

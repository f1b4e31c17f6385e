import { authorizeAccount } from '../../shared/key-access.ts'
import { defineOperation } from '../../shared/operation.ts'
import { members, unsupported, whole } from '../../shared/read-input.ts'

const input = members({
  NumberOfBytes: whole({ least: 1, most: 1024 }),
  CustomKeyStoreId: unsupported,
  Recipient: unsupported,
})

export const GenerateRandom = defineOperation('GenerateRandom', {
  input,
  handle({ NumberOfBytes }, { service, caller }) {
    authorizeAccount(service, caller, 'GenerateRandom')
    return Promise.resolve({ Plaintext: service.random.bytes(NumberOfBytes).toString('base64') })
  },
})

import { publicKeyBytes } from '../../shared/asymmetric/key-secrets.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { specMembers } from '../../shared/key-metadata.ts'
import { specOf, usageOf } from '../../shared/key-specs.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members } from '../../shared/read-input.ts'

const input = members({ KeyId: keyName, GrantTokens: grantTokens })

export const GetPublicKey = defineKeyOperation('GetPublicKey', {
  input,
  acceptsAlias: true,
  usable: 'enabled',
  async handle(_input, key, { service }) {
    const { name, secret } = specOf(key.row)
    if (secret.kind === 'aes' || secret.kind === 'hmac')
      throw new KmsError('UnsupportedOperationException', `A key of ${name} has no public key.`)
    const PublicKey = publicKeyBytes(await service.materials.open(key.id, 1)).toString('base64')
    return { KeyId: key.arn, PublicKey, ...specMembers(key.row), KeyUsage: usageOf(key.row) }
  },
})

import { DAY_MILLISECONDS } from '../../../base/day.ts'
import { newSecret, publicKeyBytes } from '../../shared/asymmetric/key-secrets.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { assertOrigin } from '../../shared/key-origin.ts'
import { importSecret, sealImportToken } from '../../shared/imports/import-token.ts'
import { WRAPPING_ALGORITHMS } from '../../shared/imports/unwrap-material.ts'
import { seconds } from '../../shared/key-metadata.ts'
import { specNamed } from '../../shared/key-specs.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { members, oneOf } from '../../shared/read-input.ts'

const input = members({
  KeyId: keyName,
  WrappingAlgorithm: oneOf('RSAES_PKCS1_V1_5', ...WRAPPING_ALGORITHMS, 'SM2PKE'),
  WrappingKeySpec: oneOf('RSA_2048', 'RSA_3072', 'RSA_4096', 'SM2'),
})

export const GetParametersForImport = defineKeyOperation('GetParametersForImport', {
  input,
  usable: 'not pending deletion',
  keys: ({ WrappingAlgorithm, WrappingKeySpec }) => ({
    'kms:WrappingAlgorithm': WrappingAlgorithm,
    'kms:WrappingKeySpec': WrappingKeySpec,
  }),
  async handle({ WrappingAlgorithm, WrappingKeySpec }, key, { service }) {
    assertOrigin(key, 'EXTERNAL')
    const algorithm = WRAPPING_ALGORITHMS.find((name) => name === WrappingAlgorithm)
    // Source: AWS KMS API Reference, GetParametersForImport: no more since October 2023. SM2 is for China alone.
    if (!algorithm) throw unsupported('WrappingAlgorithm', WrappingAlgorithm)
    if (WrappingKeySpec === 'SM2') throw unsupported('WrappingKeySpec', WrappingKeySpec)
    const privateKey = await newSecret(specNamed(WrappingKeySpec), service.random)
    const secret = await importSecret(service, key.id)
    const validToMilliseconds = service.clock.now().getTime() + DAY_MILLISECONDS
    const token = { validToMilliseconds, algorithm, privateKey }
    return {
      KeyId: key.arn,
      ImportToken: sealImportToken(secret, key.id, token, service.random).toString('base64'),
      PublicKey: publicKeyBytes(privateKey).toString('base64'),
      ParametersValidTo: seconds(validToMilliseconds),
    }
  },
})

function unsupported(member: string, value: string): KmsError {
  return new KmsError('UnsupportedOperationException', `${member} ${value} is not supported.`)
}

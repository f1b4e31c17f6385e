import { DAY_MILLISECONDS } from '../../../base/day.ts'
import { ownTurn } from '../../shared/asymmetric/own-turn.ts'
import { keyName } from '../../shared/common-inputs.ts'
import { assertOrigin } from '../../shared/key-origin.ts'
import { checkedMaterial } from '../../shared/imports/check-material.ts'
import { importMaterial } from '../../shared/imports/import-material.ts'
import { importedMaterialId, importSecret, openImportToken } from '../../shared/imports/import-token.ts'
import { assertSymmetricMembers, materialIdText } from '../../shared/imports/symmetric-members.ts'
import { unwrapMaterial } from '../../shared/imports/unwrap-material.ts'
import { isSymmetric, specOf } from '../../shared/key-specs.ts'
import { KmsError } from '../../shared/kms-error.ts'
import { defineKeyOperation } from '../../shared/operation.ts'
import { blob, type InputOf, members, moment, oneOf, optional, text } from '../../shared/read-input.ts'
import type { Key } from '../../shared/resolve-key.ts'

/** Source: AWS KMS API Reference, ImportKeyMaterial, ValidTo. */
const MOST_DAYS = 365

const input = members({
  KeyId: keyName,
  ImportToken: blob(),
  EncryptedKeyMaterial: blob(),
  ValidTo: optional(moment),
  ExpirationModel: optional(oneOf('KEY_MATERIAL_EXPIRES', 'KEY_MATERIAL_DOES_NOT_EXPIRE')),
  ImportType: optional(oneOf('NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL')),
  KeyMaterialDescription: optional(text({ least: 0, most: 256, pattern: /^[a-zA-Z0-9:/_\s.-]*$/ })),
  KeyMaterialId: optional(materialIdText),
})
type Input = InputOf<typeof input>

export const ImportKeyMaterial = defineKeyOperation('ImportKeyMaterial', {
  input,
  usable: 'not pending deletion',
  keys: ({ ExpirationModel = 'KEY_MATERIAL_EXPIRES', ValidTo }) => ({
    'kms:ExpirationModel': ExpirationModel,
    'kms:ValidTo': ValidTo === undefined ? undefined : new Date(ValidTo).toISOString(),
  }),
  async handle(input, key, { service }) {
    assertOrigin(key, 'EXTERNAL')
    assertMembersFit(input, key)
    const now = service.clock.now().getTime()
    assertValidity(input, now)
    const secret = await importSecret(service, key.id)
    const { privateKey, algorithm } = openImportToken(secret, key.id, input.ImportToken, now)
    await ownTurn()
    const unwrapped = unwrapMaterial(privateKey, algorithm, input.EncryptedKeyMaterial)
    const material = checkedMaterial(specOf(key.row), unwrapped)
    const materialId = importedMaterialId(secret, key.id, material)
    if (input.KeyMaterialId !== undefined && input.KeyMaterialId !== materialId)
      throw new KmsError('IncorrectKeyMaterialException', 'KeyMaterialId is not that of the key material.')
    await importMaterial(service, key, {
      material,
      materialId,
      type: input.ImportType,
      description: input.KeyMaterialDescription,
      validToMilliseconds: input.ValidTo,
    })
    return { KeyId: key.arn, ...(isSymmetric(key.row) && { KeyMaterialId: materialId }) }
  },
})

/** Source: AWS KMS API Reference, ImportKeyMaterial: no id "with ImportType set to NEW_KEY_MATERIAL". */
function assertMembersFit({ ImportType, KeyMaterialDescription, KeyMaterialId }: Input, key: Key): void {
  assertSymmetricMembers(key, { ImportType, KeyMaterialDescription, KeyMaterialId })
  if (ImportType === 'NEW_KEY_MATERIAL' && KeyMaterialId !== undefined)
    throw invalid('KeyMaterialId cannot be specified for new key material.')
}

function assertValidity({ ExpirationModel, ValidTo }: Input, nowMilliseconds: number): void {
  if (ExpirationModel === 'KEY_MATERIAL_DOES_NOT_EXPIRE') {
    if (ValidTo !== undefined)
      throw invalid('ValidTo is not valid where the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE.')
    return
  }
  if (ValidTo === undefined)
    throw invalid('A ValidTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES.')
  if (ValidTo <= nowMilliseconds) throw invalid('ValidTo must be in the future.')
  if (ValidTo > nowMilliseconds + MOST_DAYS * DAY_MILLISECONDS)
    throw invalid(`ValidTo must be within ${MOST_DAYS} days.`)
}

function invalid(message: string): KmsError {
  return new KmsError('ValidationException', message)
}

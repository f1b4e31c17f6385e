import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import {
  type AlgorithmSpec,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type ImportKeyMaterialCommandInput,
  type ImportKeyMaterialCommandOutput,
  type KMSClient,
  type WrappingKeySpec,
} from '@aws-sdk/client-kms'

/** A key that waits for material. */
export async function newExternalKey(kms: KMSClient, input: CreateKeyCommandInput = {}): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin: 'EXTERNAL', ...input }))
  return KeyMetadata?.KeyId ?? ''
}

/** RSA_2048 is made the fastest. */
export interface Wrapping {
  readonly WrappingAlgorithm?: AlgorithmSpec
  readonly WrappingKeySpec?: WrappingKeySpec
}

/** The token and the material, wrapped as whoever imports some does it. */
export async function wrappedMaterial(
  kms: KMSClient,
  KeyId: string,
  material: Uint8Array,
  { WrappingAlgorithm = 'RSAES_OAEP_SHA_256', WrappingKeySpec = 'RSA_2048' }: Wrapping = {},
) {
  const asked = { KeyId, WrappingAlgorithm, WrappingKeySpec }
  const { ImportToken, PublicKey } = await kms.send(new GetParametersForImportCommand(asked))
  const EncryptedKeyMaterial = wrapMaterial(PublicKey ?? new Uint8Array(), WrappingAlgorithm, material)
  return { KeyId, ImportToken, EncryptedKeyMaterial }
}

export async function importMaterial(
  kms: KMSClient,
  KeyId: string,
  material: Uint8Array,
  { WrappingAlgorithm, WrappingKeySpec, ...members }: Wrapping & Partial<ImportKeyMaterialCommandInput> = {},
): Promise<ImportKeyMaterialCommandOutput> {
  const wrapping = {
    ...(WrappingAlgorithm && { WrappingAlgorithm }),
    ...(WrappingKeySpec && { WrappingKeySpec }),
  }
  const wrapped = await wrappedMaterial(kms, KeyId, material, wrapping)
  const ExpirationModel = members.ValidTo ? 'KEY_MATERIAL_EXPIRES' : 'KEY_MATERIAL_DOES_NOT_EXPIRE'
  return kms.send(new ImportKeyMaterialCommand({ ExpirationModel, ...members, ...wrapped }))
}

/** By RSA alone, or by a key of AES that stands before it (RFC 5649). */
export function wrapMaterial(publicKey: Uint8Array, algorithm: string, material: Uint8Array): Buffer {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
  const oaepHash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256'
  const options = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }
  if (algorithm.startsWith('RSAES')) return publicEncrypt(options, material)
  const aesKey = randomBytes(32)
  const cipher = createCipheriv('id-aes256-wrap-pad', aesKey, Buffer.from('a65959a6', 'hex'))
  return Buffer.concat([publicEncrypt(options, aesKey), cipher.update(material), cipher.final()])
}

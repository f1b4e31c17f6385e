import type { ContextKeys } from '../../access/request-context.ts'
import { newSecret, publicKeyBytes } from './asymmetric/key-secrets.ts'
import { dryRun, encryptionContext, keyName } from './common-inputs.ts'
import { grantTokens } from './grant-tokens.ts'
import { KEY_PAIR_SPEC_NAMES, specNamed } from './key-specs.ts'
import type { KmsService, Output } from './kms-service.ts'
import { type InputOf, members, oneOf, unsupported } from './read-input.ts'
import type { Key } from './resolve-key.ts'
import { sealUnder } from './use-key.ts'

export const keyPairInput = members({
  KeyId: keyName,
  KeyPairSpec: oneOf(...KEY_PAIR_SPEC_NAMES),
  EncryptionContext: encryptionContext,
  GrantTokens: grantTokens,
  DryRun: dryRun,
  Recipient: unsupported,
})

type KeyPairInput = InputOf<typeof keyPairInput>

/** Source: AWS KMS Developer Guide, "kms:DataKeyPairSpec". */
export function keyPairKeys({ KeyPairSpec }: KeyPairInput): ContextKeys {
  return { 'kms:DataKeyPairSpec': KeyPairSpec }
}

/** A pair to be given away, its private key sealed under a symmetric key. */
export async function newKeyPair(
  service: KmsService,
  key: Key,
  { KeyPairSpec, EncryptionContext = {} }: KeyPairInput,
): Promise<{ readonly privateKey: Uint8Array; readonly answer: Output }> {
  const privateKey = await newSecret(specNamed(KeyPairSpec), service.random)
  const { ciphertext, materialId } = await sealUnder(service, key, privateKey, EncryptionContext)
  const answer = {
    PrivateKeyCiphertextBlob: ciphertext.toString('base64'),
    PublicKey: publicKeyBytes(privateKey).toString('base64'),
    KeyId: key.arn,
    KeyPairSpec,
    KeyMaterialId: materialId,
  }
  return { privateKey, answer }
}

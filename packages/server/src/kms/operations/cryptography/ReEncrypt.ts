import {
  assertNoDryRun,
  dryRun,
  encryptionAlgorithm,
  encryptionContext,
  keyName,
} from '../../shared/common-inputs.ts'
import { algorithmKeys, decryptUnder, encryptUnder, withoutKey } from '../../shared/encrypt-under.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { SYMMETRIC_DEFAULT } from '../../shared/key-specs.ts'
import type { KmsContext } from '../../shared/kms-service.ts'
import { KEY_ID, readHead } from '../../shared/ciphertext.ts'
import { defineOperation, useKey } from '../../shared/operation.ts'
import { blob, type InputOf, members, optional, unsupported } from '../../shared/read-input.ts'
import { resolveKey } from '../../shared/resolve-key.ts'
import { sameKeyKeys } from '../../shared/use-key.ts'

const input = members({
  CiphertextBlob: blob(),
  SourceKeyId: optional(keyName),
  SourceEncryptionContext: encryptionContext,
  SourceEncryptionAlgorithm: encryptionAlgorithm,
  DestinationKeyId: keyName,
  DestinationEncryptionContext: encryptionContext,
  DestinationEncryptionAlgorithm: encryptionAlgorithm,
  GrantTokens: grantTokens,
  DryRun: dryRun,
  DryRunModifiers: unsupported,
})

export const ReEncrypt = defineOperation('ReEncrypt', {
  input,
  async handle(input, context) {
    const { SourceEncryptionAlgorithm: from, DestinationEncryptionAlgorithm: to } = input
    const sourceId = await sourceIdOf(input, context)
    const destination = await useKey(context, input.DestinationKeyId, {
      operation: 'ReEncryptTo',
      acceptsAlias: true,
      usable: 'enabled',
      encryptionContext: input.DestinationEncryptionContext,
      keys: algorithmKeys(to),
      keysWith: ({ id }) => sameKeyKeys(id === sourceId),
    })
    const source = await decryptUnder(context, {
      algorithm: from,
      operation: 'ReEncryptFrom',
      ciphertext: input.CiphertextBlob,
      encryptionContext: input.SourceEncryptionContext ?? {},
      keyName: input.SourceKeyId,
      destinationId: destination.id,
    })
    const sealed = await encryptUnder(context.service, destination, {
      algorithm: to,
      plaintext: source.plaintext,
      encryptionContext: input.DestinationEncryptionContext,
    })
    assertNoDryRun(input)
    for (const { id } of [source.key, destination])
      context.service.keyUses.note(id, 'ReEncrypt', context.caller.requestId)
    return {
      CiphertextBlob: sealed.ciphertext.toString('base64'),
      SourceKeyId: source.key.arn,
      KeyId: destination.arn,
      SourceEncryptionAlgorithm: from ?? SYMMETRIC_DEFAULT,
      DestinationEncryptionAlgorithm: to ?? SYMMETRIC_DEFAULT,
      SourceKeyMaterialId: source.materialId,
      DestinationKeyMaterialId: sealed.materialId,
    }
  },
})

/** Which key it was encrypted under; ciphertext of a symmetric key tells it. */
async function sourceIdOf(
  { SourceEncryptionAlgorithm: from, CiphertextBlob, SourceKeyId }: InputOf<typeof input>,
  { service, caller }: KmsContext,
): Promise<string> {
  if (SourceKeyId === undefined) {
    if ((from ?? SYMMETRIC_DEFAULT) !== SYMMETRIC_DEFAULT) throw withoutKey()
    return readHead(CiphertextBlob).keyId
  }
  if (KEY_ID.test(SourceKeyId)) return SourceKeyId
  const use = { operation: 'ReEncryptFrom', acceptsAlias: true }
  return (await resolveKey(service, caller, SourceKeyId, use)).id
}

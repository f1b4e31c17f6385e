import {
  assertNoDryRun,
  dryRun,
  dryRunModifiers,
  encryptionAlgorithm,
  encryptionContext,
  ignoresCiphertext,
  keyName,
  wouldSucceed,
} from '../../shared/common-inputs.ts'
import {
  algorithmKeys,
  decryptUnder,
  encryptUnder,
  keyToDecrypt,
  withoutKey,
} from '../../shared/encrypt-under.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { SYMMETRIC_DEFAULT } from '../../shared/key-specs.ts'
import { assertUsage } from '../../shared/key-usage.ts'
import type { KmsContext } from '../../shared/kms-service.ts'
import { KEY_ID, readHead } from '../../shared/ciphertext.ts'
import { defineOperation, useKey } from '../../shared/operation.ts'
import { blob, type InputOf, members, optional, present } from '../../shared/read-input.ts'
import { resolveKey } from '../../shared/resolve-key.ts'
import { sameKeyKeys } from '../../shared/use-key.ts'

const input = members({
  CiphertextBlob: optional(blob()),
  SourceKeyId: optional(keyName),
  SourceEncryptionContext: encryptionContext,
  SourceEncryptionAlgorithm: encryptionAlgorithm,
  DestinationKeyId: keyName,
  DestinationEncryptionContext: encryptionContext,
  DestinationEncryptionAlgorithm: encryptionAlgorithm,
  GrantTokens: grantTokens,
  DryRun: dryRun,
  DryRunModifiers: dryRunModifiers,
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
      keysWith: ({ id }) => sameKeyKeys(id, sourceId),
    })
    const asked = {
      algorithm: from,
      operation: 'ReEncryptFrom',
      encryptionContext: input.SourceEncryptionContext ?? {},
      keyName: input.SourceKeyId,
      destinationId: destination.id,
    } as const
    if (ignoresCiphertext(input)) {
      await keyToDecrypt(context, asked)
      assertUsage(destination, 'Encrypt', 'ENCRYPT_DECRYPT', to ?? SYMMETRIC_DEFAULT)
      throw wouldSucceed()
    }
    const ciphertext = present(input.CiphertextBlob, 'ciphertextBlob')
    const source = await decryptUnder(context, { ...asked, ciphertext })
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
async function sourceIdOf(asked: InputOf<typeof input>, { service, caller }: KmsContext): Promise<string> {
  const { SourceEncryptionAlgorithm: from, CiphertextBlob, SourceKeyId } = asked
  if (SourceKeyId === undefined) {
    if ((from ?? SYMMETRIC_DEFAULT) !== SYMMETRIC_DEFAULT || ignoresCiphertext(asked)) throw withoutKey()
    return readHead(present(CiphertextBlob, 'ciphertextBlob')).keyId
  }
  if (KEY_ID.test(SourceKeyId)) return SourceKeyId
  const use = { operation: 'ReEncryptFrom', acceptsAlias: true }
  return (await resolveKey(service, caller, SourceKeyId, use)).id
}

import {
  algorithm,
  assertNoDryRun,
  dryRun,
  encryptionContext,
  keyName,
  requireSymmetric,
} from '../../shared/common-inputs.ts'
import { grantTokens } from '../../shared/grant-tokens.ts'
import { readHead } from '../../shared/ciphertext.ts'
import { defineOperation, useKey } from '../../shared/operation.ts'
import { blob, members, optional, unsupported } from '../../shared/read-input.ts'
import { openUnderItsKey, sameKeyKeys, sealUnder } from '../../shared/use-key.ts'

const input = members({
  CiphertextBlob: blob(),
  SourceKeyId: optional(keyName),
  SourceEncryptionContext: encryptionContext,
  SourceEncryptionAlgorithm: algorithm,
  DestinationKeyId: keyName,
  DestinationEncryptionContext: encryptionContext,
  DestinationEncryptionAlgorithm: algorithm,
  GrantTokens: grantTokens,
  DryRun: dryRun,
  DryRunModifiers: unsupported,
})

export const ReEncrypt = defineOperation('ReEncrypt', {
  input,
  async handle(input, context) {
    requireSymmetric(input.SourceEncryptionAlgorithm)
    requireSymmetric(input.DestinationEncryptionAlgorithm)
    const destinationContext = input.DestinationEncryptionContext ?? {}
    const { keyId: sourceId } = readHead(input.CiphertextBlob)
    const destination = await useKey(context, input.DestinationKeyId, {
      operation: 'ReEncryptTo',
      acceptsAlias: true,
      usable: 'enabled',
      encryptionContext: destinationContext,
      keysWith: ({ id }) => sameKeyKeys(id === sourceId),
    })
    const source = await openUnderItsKey(context, {
      operation: 'ReEncryptFrom',
      ciphertext: input.CiphertextBlob,
      encryptionContext: input.SourceEncryptionContext ?? {},
      keyName: input.SourceKeyId,
      destinationId: destination.id,
    })
    assertNoDryRun(input)
    const sealed = await sealUnder(context.service, destination, source.plaintext, destinationContext)
    return {
      CiphertextBlob: sealed.ciphertext.toString('base64'),
      SourceKeyId: source.key.arn,
      KeyId: destination.arn,
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      SourceKeyMaterialId: source.materialId,
      DestinationKeyMaterialId: sealed.materialId,
    }
  },
})

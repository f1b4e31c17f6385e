import { createHmac } from 'node:crypto'
import type { ContextKeys } from '../../access/request-context.ts'
import { secretOf } from './asymmetric/secret-of.ts'
import { dryRun, keyName } from './common-inputs.ts'
import { grantTokens } from './grant-tokens.ts'
import { MAC_ALGORITHMS } from './key-specs.ts'
import type { KmsService } from './kms-service.ts'
import { blob, oneOf } from './read-input.ts'
import type { Key } from './resolve-key.ts'

/** What GenerateMac and VerifyMac have in common. */
export const macMembers = {
  KeyId: keyName,
  Message: blob({ most: 4096 }),
  MacAlgorithm: oneOf(...MAC_ALGORITHMS),
  GrantTokens: grantTokens,
  DryRun: dryRun,
}

interface Authenticating {
  readonly Message: Uint8Array
  readonly MacAlgorithm: string
}

/** Source: AWS KMS Developer Guide, "kms:MacAlgorithm". */
export function macKeys({ MacAlgorithm }: Authenticating): ContextKeys {
  return { 'kms:MacAlgorithm': MacAlgorithm }
}

export async function macOf(
  service: KmsService,
  key: Key,
  operation: string,
  { Message, MacAlgorithm: algorithm }: Authenticating,
): Promise<Buffer> {
  const secret = await secretOf(service, key, { operation, usage: 'GENERATE_VERIFY_MAC', algorithm })
  const hashName = algorithm.replace('HMAC_SHA_', 'sha')
  return createHmac(hashName, secret).update(Message).digest()
}

import type { KeyUsage } from '../key-specs.ts'
import { assertUsage } from '../key-usage.ts'
import type { KmsService } from '../kms-service.ts'
import type { Key } from '../resolve-key.ts'

interface SecretUse {
  /** As errors name it. */
  readonly operation: string
  readonly usage: KeyUsage
  readonly algorithm: string
}

/** The secret of a key that has one alone, for a use of it. Throws InvalidKeyUsageException where the key is for another. */
export async function secretOf(
  { materials }: Pick<KmsService, 'materials'>,
  key: Key,
  { operation, usage, algorithm }: SecretUse,
): Promise<Uint8Array> {
  assertUsage(key, operation, usage, algorithm)
  return materials.open(key.id, 1)
}

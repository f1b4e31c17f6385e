import { assertOrigin } from './key-origin.ts'
import { type KeyUsage, isSymmetric, specOf, usageOf } from './key-specs.ts'
import { KmsError } from './kms-error.ts'
import type { Key } from './resolve-key.ts'

/** Throws InvalidKeyUsageException unless a key is for this, by this algorithm. Source: AWS KMS API Reference, errors of Sign and its like. */
export function assertUsage({ arn, row }: Key, operation: string, usage: KeyUsage, algorithm: string): void {
  const has = usageOf(row)
  if (has !== usage) throw notFor(`${arn} key usage is ${has} which is not valid for ${operation}.`)
  const spec = specOf(row)
  if (!spec.algorithms[usage]?.includes(algorithm))
    throw notFor(`Algorithm ${algorithm} is incompatible with key spec ${spec.name}.`)
}

/** Source: AWS KMS API Reference, EnableKeyRotation; AWS KMS Developer Guide, "Key states of AWS KMS keys", of imported material. */
export function assertRotatesByItself(key: Key): void {
  assertRotates(key)
  assertOrigin(key, 'AWS_KMS')
}

/** Source: AWS KMS API Reference, RotateKeyOnDemand and its like. */
export function assertRotates({ arn, row }: Key): void {
  if (isSymmetric(row)) return
  const message = `You cannot perform this operation on key ${arn} because its key spec is ${specOf(row).name}.`
  throw new KmsError('UnsupportedOperationException', message)
}

function notFor(message: string): KmsError {
  return new KmsError('InvalidKeyUsageException', message)
}

import { isSymmetric } from '../key-specs.ts'
import { KmsError } from '../kms-error.ts'
import { text } from '../read-input.ts'
import type { Key } from '../resolve-key.ts'

/** Source: AWS KMS API Reference, ImportKeyMaterial, KeyMaterialId. */
export const materialIdText = text({ least: 64, most: 64, pattern: /^[a-f0-9]+$/ })

/** Throws UnsupportedOperationException for a member that is given for a key of another kind. Source: AWS KMS API Reference, ImportKeyMaterial: each is "only usable with symmetric encryption keys". */
export function assertSymmetricMembers({ row }: Key, members: Readonly<Record<string, unknown>>): void {
  if (isSymmetric(row)) return
  const [name] = Object.entries(members).find(([, value]) => value !== undefined) ?? []
  if (name === undefined) return
  const message = `${name} is for symmetric encryption keys alone.`
  throw new KmsError('UnsupportedOperationException', message)
}

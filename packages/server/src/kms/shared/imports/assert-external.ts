import { KmsError } from '../kms-error.ts'
import type { Key } from '../resolve-key.ts'

/** Throws UnsupportedOperationException for a key whose material is the service's own. Source: AWS KMS Developer Guide, "Key states of AWS KMS keys". */
export function assertExternal({ arn, row }: Key): void {
  if (row.imports) return
  const message = `${arn} origin is AWS_KMS which is not valid for this operation.`
  throw new KmsError('UnsupportedOperationException', message)
}

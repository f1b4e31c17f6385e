import type { KmsKeyRow } from '../../metadata/tables/kms-tables.ts'
import { KmsError } from './kms-error.ts'
import type { Key } from './resolve-key.ts'

/** Where the material of a key comes from. */
export type KeyOrigin = 'AWS_KMS' | 'EXTERNAL'

export function originOf({ imports }: Pick<KmsKeyRow, 'imports'>): KeyOrigin {
  return imports ? 'EXTERNAL' : 'AWS_KMS'
}

/** Throws UnsupportedOperationException for a key of another origin. Source: AWS KMS Developer Guide, "Key states of AWS KMS keys". */
export function assertOrigin({ arn, row }: Key, wanted: KeyOrigin): void {
  const origin = originOf(row)
  if (origin === wanted) return
  const message = `${arn} origin is ${origin} which is not valid for this operation.`
  throw new KmsError('UnsupportedOperationException', message)
}

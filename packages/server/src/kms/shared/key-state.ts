import type { ContextKeys } from '../../access/request-context.ts'
import type { EncryptionContext } from '../../encryption/encryption-context.ts'
import type { KmsGrantRow } from '../../metadata/tables/kms-tables.ts'
import { KmsError } from './kms-error.ts'
import type { Key } from './resolve-key.ts'

/** Which states an operation works in. Source: AWS KMS Developer Guide, "Key states of AWS KMS keys". */
export type Usability = 'enabled' | 'not pending deletion' | 'pending deletion' | 'any state'

/** How far a grant goes. */
export type GrantScope = Pick<KmsGrantRow, 'operations' | 'contextSubset' | 'contextEquals'>

/** What a key is to be used for. */
export interface KeyUse {
  /** What CreateGrant is to permit to others. */
  readonly newGrant?: GrantScope | undefined
  /** Without `kms:`. */
  readonly operation: string
  readonly usable: Usability
  readonly encryptionContext?: EncryptionContext | undefined
  readonly tags?: RequestTags | undefined
  /** Further condition keys of the request. */
  readonly keys?: ContextKeys | undefined
}

/** The tags that a request gives, or takes away by their keys. */
export interface RequestTags {
  readonly Tags?: readonly { readonly TagKey: string; readonly TagValue: string }[] | undefined
  readonly TagKeys?: readonly string[] | undefined
}

export function assertUsable({ arn, row }: Key, usable: Usability): void {
  if (usable === 'any state') return
  const isPending = row.state === 'PendingDeletion'
  if (usable === 'pending deletion') {
    if (!isPending) throw new KmsError('KMSInvalidStateException', `${arn} is not pending deletion.`)
    return
  }
  if (isPending) throw new KmsError('KMSInvalidStateException', `${arn} is pending deletion.`)
  if (usable === 'enabled' && row.state === 'Disabled')
    throw new KmsError('DisabledException', `${arn} is disabled.`)
}

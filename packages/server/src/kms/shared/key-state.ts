import type { ContextKeys } from '../../access/request-context.ts'
import type { EncryptionContext } from '../../encryption/encryption-context.ts'
import type { KmsGrantRow, KmsKeyRow } from '../../metadata/tables/kms-tables.ts'
import { lacksMaterial } from './imports/imported-material.ts'
import { KmsError } from './kms-error.ts'
import type { Key } from './resolve-key.ts'

/** Which states an operation works in. Source: AWS KMS Developer Guide, "Key states of AWS KMS keys". */
export type Usability =
  | 'enabled'
  | 'enabled or pending import'
  | 'enabled or disabled'
  | 'not pending deletion'
  | 'pending deletion'
  | 'any state'

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion' | 'PendingImport'

/** A deletion that is waited for goes before material that is missing. Source: AWS KMS API Reference, DeleteImportedKeyMaterial. */
export function stateOf(row: KmsKeyRow): KeyState {
  if (row.state !== 'PendingDeletion' && lacksMaterial(row)) return 'PendingImport'
  return row.state ?? 'Enabled'
}

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
  const state = stateOf(row)
  const isPending = state === 'PendingDeletion'
  if (usable === 'pending deletion') {
    if (!isPending) throw new KmsError('KMSInvalidStateException', `${arn} is not pending deletion.`)
    return
  }
  if (isPending) throw new KmsError('KMSInvalidStateException', `${arn} is pending deletion.`)
  if (usable === 'not pending deletion') return
  if (state === 'PendingImport' && usable !== 'enabled or pending import')
    throw new KmsError('KMSInvalidStateException', `${arn} is pending import.`)
  if (state === 'Disabled' && usable !== 'enabled or disabled')
    throw new KmsError('DisabledException', `${arn} is disabled.`)
}

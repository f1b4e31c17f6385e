import { defineTable } from '../table.ts'
import type { PublicAccessBlock } from './rows.ts'

/** An account that stands in the store, not in the config. */
export interface AccountRow {
  readonly name: string
  readonly displayName: string
  readonly email?: string | undefined
  readonly canonicalId: string
  readonly createdMilliseconds: number
  /** Whose keys, and those of its users and sessions, are refused. */
  readonly isDisabled?: true | undefined
  /** Of its root user, the newest first. */
  readonly accessKeys: readonly AccountKeyRow[]
}

export interface AccountKeyRow {
  readonly accessKeyId: string
  readonly createdMilliseconds: number
  /** Which store key seals the secret. */
  readonly storeKeyId: string
  /** Base64: the secret, bound to the account and the access key id. */
  readonly sealedSecret: string
}

export const accounts = defineTable<[accountId: string], AccountRow>(78, 'accounts')

/** Written with every change of an account: its stamp tells that there was one. No row: there never was one. */
export const accountsChange = defineTable<[], { readonly atMilliseconds: number }>(79, 'accountsChange')

/** The public access block of an account, which all of its buckets have besides their own. */
export const accountAccessBlocks = defineTable<[accountId: string], PublicAccessBlock>(
  105,
  'accountAccessBlocks',
)

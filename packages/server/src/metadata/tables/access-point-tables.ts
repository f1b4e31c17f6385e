import { defineTable } from '../table.ts'
import type { PublicAccessBlock, TagsRow } from './rows.ts'

/** A way into one bucket, with a policy of its own. */
export interface AccessPointRow {
  readonly bucketName: string
  /** A bucket made anew under the name is another one, which the access point does not lead to. */
  readonly bucketId: string
  readonly bucketAccountId: string
  readonly createdMilliseconds: number
  readonly alias: string
  /** Never changes. */
  readonly publicAccessBlock: PublicAccessBlock
  /** As JSON; absent: none. */
  readonly policy?: string | undefined
  readonly tags?: TagsRow | undefined
}

export const accessPoints = defineTable<[accountId: string, name: string], AccessPointRow>(94, 'accessPoints')

/** Which access point has an alias. */
export const accessPointAliases = defineTable<
  [alias: string],
  { readonly accountId: string; readonly name: string }
>(95, 'accessPointAliases')

import type { AccountDirectory } from '../../access/accounts.ts'
import type { UploadRow } from '../../metadata/tables/rows.ts'
import type { Initiator } from '../../model/types.gen.ts'
import { ownerOf } from '../canonical-ids.ts'

/** Who began an upload: an account's canonical id, as S3 gives it for the account itself. */
export function initiatorOf(accounts: AccountDirectory, upload: UploadRow): Initiator {
  return ownerOf(accounts, upload.initiatorAccountId)
}

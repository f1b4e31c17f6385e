import { keepAlive } from '../base/keep-alive.ts'
import { silentLog } from '../base/log.ts'
import { IdentityProviders } from '../federation/identity-providers.ts'
import { HttpsDocuments } from '../http/https-documents.ts'
import { KeyUses } from '../identities/key-uses.ts'
import { PASSWORD_COST } from '../identities/password-digest.ts'
import { bringIam, type IamBrought } from '../import/minio/bring-iam.ts'
import type { IamImport } from '../import/minio/iam-import.ts'
import { readIamArchive } from '../import/minio/iam-archive.ts'
import { ownerOf, type StoreForImport, withStoreForImport } from './store-for-import.ts'

export interface IamImportOptions extends StoreForImport, Pick<IamImport, 'root' | 'tell'> {
  /** What `mc admin cluster iam export` made. */
  readonly archive: Uint8Array
  /** The id of the account whose users they become. Default: the first. */
  readonly account: string | undefined
}

/** Brings the users, groups, policies and service accounts of a MinIO into a data folder, beside its servers or without. */
export async function runIamImport(options: IamImportOptions): Promise<IamBrought> {
  const iam = readIamArchive(options.archive)
  const letGo = keepAlive()
  let brought: IamBrought = { policies: 0, users: 0, groups: 0, serviceAccounts: 0 }
  try {
    await withStoreForImport(
      options,
      async ({ stores, accounts, encryption, guesses, settings, clock, random }) => {
        const { metadata } = stores
        // Asked for nothing: no archive names providers.
        const documents = new HttpsDocuments()
        const service = {
          metadata,
          accounts,
          storeKeys: encryption.storeKeys,
          keyUses: new KeyUses(clock, metadata),
          guesses,
          identityProviders: new IdentityProviders({
            documents,
            privateProviders: [],
            clock,
            log: silentLog,
          }),
          passwordCost: PASSWORD_COST,
          clock,
          random,
          region: settings.region,
        }
        const { root, tell } = options
        brought = await bringIam({ service, account: ownerOf(accounts, options.account), iam, root, tell })
      },
    )
  } finally {
    letGo()
  }
  return brought
}

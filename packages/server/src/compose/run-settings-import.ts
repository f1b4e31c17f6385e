import {
  bringBucketSettings,
  type SettingsBrought,
  type SettingsImport,
} from '../import/minio/bring-bucket-settings.ts'
import { readBucketArchive } from '../import/minio/bucket-archive.ts'
import { ownerOf, type StoreForImport, withStoreForImport } from './store-for-import.ts'

export interface SettingsImportOptions extends StoreForImport, Pick<SettingsImport, 'tell'> {
  /** What `mc admin cluster bucket export` made. */
  readonly archive: Uint8Array
  /** The id of the account that owns the buckets that are made. Default: the first. */
  readonly account: string | undefined
}

/** Brings the settings of a MinIO's buckets into a data folder, beside its servers or without. */
export async function runSettingsImport(options: SettingsImportOptions): Promise<SettingsBrought> {
  const buckets = readBucketArchive(options.archive)
  let brought: SettingsBrought = { buckets: 0, made: 0 }
  await withStoreForImport(options, async (service) => {
    const owner = ownerOf(service.accounts, options.account)
    brought = await bringBucketSettings({ service, owner, buckets, tell: options.tell })
  })
  return brought
}

import { join } from 'node:path'
import type { AccountDirectory } from '../access/accounts.ts'
import type { Clock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import { BucketKeys } from '../encryption/bucket-keys.ts'
import { openKeyManagement } from '../encryption/keys/open-key-management.ts'
import { StoreKeys } from '../encryption/store-keys.ts'
import { keyServiceForS3 } from '../kms/shared/key-service.ts'
import type { KmsService } from '../kms/shared/kms-service.ts'
import { openKms } from '../kms/open-kms.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { ObjectKeys } from '../s3/shared/sealing/object-keys.ts'
import { storeKeyRecords } from '../s3/shared/sealing/store-key-records.ts'
import type { ServerOptions } from '../server-options.ts'

/** Where the root keys of a data folder lie. */
export function rootKeyDirectoryOf(dataDirectory: string): string {
  return join(dataDirectory, 'root-keys')
}

/** Where keys come from: the engine that keeps the root key, the store's own keys under it, and the key service. */
export async function openKeys(
  { config, dataDirectory, keySecrets, disk = systemDisk, random = systemRandom }: ServerOptions,
  { metadata }: Stores,
  accounts: AccountDirectory,
  clock: Clock,
): Promise<{ readonly kms: KmsService; readonly objectKeys: ObjectKeys }> {
  const keyManagement = await openKeyManagement(config.encryption.keyManagement, {
    rootKeyDirectory: dataDirectory === undefined ? undefined : rootKeyDirectoryOf(dataDirectory),
    secrets: keySecrets ?? {},
    disk,
    random,
    clock,
  })
  const engines = { metadata, accounts, region: config.region, clock, random, keyManagement }
  const kms = await openKms(engines, config.kmsKeys)
  const keyService = keyServiceForS3(kms)
  const objectKeys = {
    storeKeys: new StoreKeys(keyManagement, storeKeyRecords(metadata), clock, random),
    keyService,
    bucketKeys: new BucketKeys(keyService, clock),
    random,
    requireTls: config.encryption.requireTls,
  }
  return { kms, objectKeys }
}

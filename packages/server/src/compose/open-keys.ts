import type { AccountDirectory } from '../access/account-directory.ts'
import type { Clock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import { BucketKeys } from '../encryption/bucket-keys.ts'
import { openKeyManagement } from '../encryption/keys/open-key-management.ts'
import type { KeyManagement } from '../encryption/key-management.ts'
import { StoreKeys } from '../encryption/store-keys.ts'
import { keyServiceForS3 } from '../kms/shared/key-service.ts'
import type { KmsService } from '../kms/shared/kms-service.ts'
import { openKms } from '../kms/open-kms.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { ObjectKeys } from '../s3/shared/sealing/object-keys.ts'
import { storeKeyRecords } from '../s3/shared/sealing/store-key-records.ts'
import type { ServerOptions } from '../server-options.ts'
import { openStoreKeyManagement } from './identity/open-store-keys.ts'

/** Where keys come from: the engine that keeps the root key, the store's own keys under it, and the key service. */
export async function openKeys(
  options: ServerOptions,
  { metadata }: Stores,
  accounts: AccountDirectory,
  clock: Clock,
): Promise<{
  readonly kms: KmsService
  readonly objectKeys: ObjectKeys
  readonly keyManagement: KeyManagement
}> {
  const { config, random = systemRandom } = options
  const keyManagement = await openManagement(options, metadata, clock)
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
  return { kms, objectKeys, keyManagement }
}

function openManagement(
  { config, dataDirectory, keySecrets: secrets = {}, accept, ...given }: ServerOptions,
  metadata: OrderedStore,
  clock: Clock,
): Promise<KeyManagement> {
  const { disk = systemDisk, random = systemRandom } = given
  const engines = { secrets, disk, random, clock }
  if (dataDirectory === undefined) {
    return openKeyManagement(config.encryption.keyManagement, { ...engines, rootKeyDirectory: undefined })
  }
  const accepted = new Set(accept)
  return openStoreKeyManagement({ ...engines, config, dataDirectory, accepted }, metadata)
}

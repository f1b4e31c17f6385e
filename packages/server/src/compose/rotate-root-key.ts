import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import type { Config } from '../config/config.ts'
import type { KeySecrets } from '../config/key-secrets.ts'
import { openKeyManagement } from '../encryption/keys/open-key-management.ts'
import { RootKeyFolder } from '../encryption/keys/root-key-folder.ts'
import { resealKeys, type ResealProgress } from '../kms/shared/reseal-keys.ts'
import { openLmdb } from '../metadata/engines/lmdb.ts'
import { claimFormat } from '../metadata/store-format.ts'
import { metadataPath } from './open-stores.ts'
import { rootKeyDirectoryOf } from './open-keys.ts'

export interface RootKeyRotation {
  readonly config: Config
  readonly dataDirectory: string
  readonly keySecrets?: KeySecrets
  /** `finish`: makes no new root key, and removes those that nothing is sealed under any more. */
  readonly mode: 'rotate' | 'finish'
  readonly onProgress: (progress: ResealProgress) => void
}

/** What a process that is just sealing a key may take to commit it, and much more. */
const ROOT_KEY_OVERLAP_MILLISECONDS = 3_600_000

/**
 * Makes a new root key, where that is ours to make, and seals every long-lived key under the newest one. May run beside
 * servers of the same store, may be killed at any moment, and be run again.
 */
export async function rotateRootKey(
  rotation: RootKeyRotation,
): Promise<ResealProgress & { readonly removedRootKeys: number }> {
  const { config, dataDirectory, keySecrets = {}, mode, onProgress } = rotation
  const setting = {
    rootKeyDirectory: rootKeyDirectoryOf(dataDirectory),
    secrets: keySecrets,
    disk: systemDisk,
    random: systemRandom,
    clock: systemClock,
  }
  const choice = config.encryption.keyManagement
  const isInFolder = choice.engine === 'local' && !keySecrets.rootKeys
  const folder = isInFolder
    ? await RootKeyFolder.open({ ...setting, directory: setting.rootKeyDirectory })
    : undefined
  await using keyManagement = await openKeyManagement(choice, setting)
  await using metadata = await openLmdb({ path: metadataPath(dataDirectory), random: systemRandom })
  await claimFormat(metadata)
  if (mode === 'rotate') await folder?.add()
  const progress = await resealKeys(metadata, keyManagement, onProgress)
  const mayRemove = mode === 'finish' && progress.resealed === 0
  const removed = mayRemove ? await folder?.removeReplaced(ROOT_KEY_OVERLAP_MILLISECONDS) : undefined
  return { ...progress, removedRootKeys: removed ?? 0 }
}

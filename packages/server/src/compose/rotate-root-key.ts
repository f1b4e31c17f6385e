import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import type { Config } from '../config/config.ts'
import type { KeySecrets } from '../config/key-secrets.ts'
import { RootKeyFolder } from '../encryption/keys/root-key-folder.ts'
import { resealKeys, type ResealProgress } from '../kms/shared/reseal-keys.ts'
import { claimFormat } from '../metadata/store-format.ts'
import { assertOwnUser } from './identity/assert-own-user.ts'
import { openMetadataAlone } from './open-metadata-alone.ts'
import { openStoreKeyManagement, rootKeyDirectoryOf } from './identity/open-store-keys.ts'

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
  await assertOwnUser(dataDirectory, config)
  await using metadata = await openMetadataAlone(rotation, 'change')
  await claimFormat(metadata)
  const engines = { disk: systemDisk, random: systemRandom, clock: systemClock }
  // Before the folder is opened by itself, which makes a root key where there is none.
  await using keyManagement = await openStoreKeyManagement(
    { ...engines, config, dataDirectory, secrets: keySecrets, accepted: new Set() },
    metadata,
  )
  const isInFolder = config.encryption.keyManagement.engine === 'local' && !keySecrets.rootKeys
  const folder = isInFolder
    ? await RootKeyFolder.open({ ...engines, directory: rootKeyDirectoryOf(dataDirectory) })
    : undefined
  if (mode === 'rotate') await folder?.add()
  const progress = await resealKeys(metadata, keyManagement, onProgress)
  const mayRemove = mode === 'finish' && progress.resealed === 0
  const removed = mayRemove ? await folder?.removeReplaced(ROOT_KEY_OVERLAP_MILLISECONDS) : undefined
  return { ...progress, removedRootKeys: removed ?? 0 }
}

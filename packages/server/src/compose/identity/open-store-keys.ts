import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import type { Disk } from '../../base/disk.ts'
import { readMark, writeMark } from '../../base/folder-mark.ts'
import type { Random } from '../../base/random.ts'
import type { Acceptance } from '../../config/acceptance.ts'
import type { Config } from '../../config/config.ts'
import type { KeySecrets } from '../../config/key-secrets.ts'
import type { KeyManagement } from '../../encryption/key-management.ts'
import { MissingRootKey } from '../../encryption/keys/missing-root-key.ts'
import { storeKeyContext } from '../../encryption/store-keys.ts'
import { openKeyManagement } from '../../encryption/keys/open-key-management.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { newestStoreKey } from '../../metadata/tables/kms-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import { storeKeyRecords } from '../../s3/shared/sealing/store-key-records.ts'
import { StoreIdentity } from './store-identity.ts'
import { otherStore, rootKeysMissing } from './store-refusal.ts'

export interface StoreKeysOptions {
  readonly config: Config
  readonly dataDirectory: string
  readonly secrets: KeySecrets
  readonly accepted: ReadonlySet<Acceptance>
  readonly disk: Disk
  readonly random: Random
  readonly clock: Clock
}

const ROOT_KEYS = 'root-keys'

/** Where the root keys of a data folder lie. */
export function rootKeyDirectoryOf(dataDirectory: string): string {
  return join(dataDirectory, ROOT_KEYS)
}

/**
 * The key management of a data folder. Root keys of its own are made for a store that never had any; throws `StoreRefusal`
 * for one that had, and where those that are there do not open the store's keys.
 */
export async function openStoreKeyManagement(
  options: StoreKeysOptions,
  metadata: OrderedStore,
): Promise<KeyManagement> {
  const { config, dataDirectory, secrets, accepted, ...engines } = options
  const choice = config.encryption.keyManagement
  const isInFolder = choice.engine === 'local' && !secrets.rootKeys
  const rootKeyDirectory = rootKeyDirectoryOf(dataDirectory)
  const identity = await StoreIdentity.claim(metadata, engines.random)
  if (isInFolder) await assertMark(options, identity)
  const newest = await storeKeyRecords(metadata).newest()
  const isKnown = newest !== undefined || (await identity.row()).marked.includes(ROOT_KEYS)
  const open = (isLost: boolean): Promise<KeyManagement> =>
    openKeyManagement(choice, {
      ...engines,
      rootKeyDirectory,
      secrets,
      sealed: newest && !isLost ? [newest.sealed] : [],
      mayMakeRootKey: isLost || !isKnown,
    })
  const opened = await open(false).catch(async (error: unknown) => {
    if (!(error instanceof MissingRootKey)) throw error
    if (!accepted.has('lost-keys'))
      throw rootKeysMissing(isInFolder ? rootKeyDirectory : 'HOLDFAST_ROOT_KEYS')
    await forgetNewestStoreKey(metadata)
    return open(true)
  })
  if (isInFolder) await mark(options, identity)
  return opened
}

/**
 * Opens the newest key of a store with its root key, or asks a key service for one where the store has none, and keeps
 * nothing. Throws what a start would; `metadata`: absent where there is no store yet.
 */
export async function tryStoreKeys(
  options: Omit<StoreKeysOptions, 'accepted'>,
  metadata: OrderedStore | undefined,
): Promise<void> {
  const { config, dataDirectory, secrets, ...engines } = options
  const choice = config.encryption.keyManagement
  const isInFolder = choice.engine === 'local' && !secrets.rootKeys
  const rootKeyDirectory = rootKeyDirectoryOf(dataDirectory)
  const identity = metadata && (await StoreIdentity.of(metadata))
  if (isInFolder && identity) await assertMark(options, identity)
  const newest = metadata && (await storeKeyRecords(metadata).newest())
  const isKnown = newest !== undefined || (await identity?.row())?.marked.includes(ROOT_KEYS) === true
  if (isInFolder && !isKnown) return
  const sealed = newest ? [newest.sealed] : []
  const settings = { ...engines, rootKeyDirectory, secrets, sealed, mayMakeRootKey: false }
  try {
    await using keys = await openKeyManagement(choice, settings)
    if (newest) await keys.openDataKey(newest.sealed, storeKeyContext(newest.id))
    else await keys.generateDataKey({})
  } catch (error) {
    if (!(error instanceof MissingRootKey)) throw error
    throw rootKeysMissing(isInFolder ? rootKeyDirectory : 'HOLDFAST_ROOT_KEYS')
  }
}

async function assertMark(
  { disk, dataDirectory }: Pick<StoreKeysOptions, 'disk' | 'dataDirectory'>,
  identity: StoreIdentity,
): Promise<void> {
  const directory = rootKeyDirectoryOf(dataDirectory)
  const mark = await readMark(disk, directory)
  if (mark && mark.storeId !== identity.storeId) throw otherStore(directory)
}

async function mark(options: StoreKeysOptions, identity: StoreIdentity): Promise<void> {
  const { disk, random, dataDirectory } = options
  const directory = rootKeyDirectoryOf(dataDirectory)
  if (!(await readMark(disk, directory))) {
    await writeMark(disk, random, directory, { storeId: identity.storeId, place: ROOT_KEYS })
  }
  await identity.expectMark(ROOT_KEYS)
}

/** So that new objects get a new one; what the old one sealed opens again if its root key is found after all. */
async function forgetNewestStoreKey(metadata: OrderedStore): Promise<void> {
  await transact(metadata, async (transaction) => {
    if (await transaction.get(newestStoreKey)) transaction.remove(newestStoreKey)
  })
}

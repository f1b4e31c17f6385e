import type { Acceptance } from '../../config/acceptance.ts'
import type { Random } from '../../base/random.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { checkFormat } from '../../metadata/store-format.ts'
import { refuseRunningCopy } from './check-copy.ts'
import { readCopying } from './copying.ts'
import { DataFile } from './data-file.ts'
import { type RemainsOptions, settleRemains } from './remains.ts'
import { readRestoration } from './restoration.ts'
import { StoreIdentity } from './store-identity.ts'
import { copyUnfinished, restorationUnfinished } from './store-refusal.ts'

export interface MetadataOptions extends RemainsOptions {
  /** The folder of the metadata. */
  readonly path: string
  /** Whether they are a file in that folder, LMDB's. */
  readonly isFile: boolean
  readonly open: () => Promise<OrderedStore>
  readonly random: Random
  readonly accepted: ReadonlySet<Acceptance>
}

export interface OpenedMetadata {
  readonly metadata: OrderedStore
  readonly identity: StoreIdentity
  readonly dataFile: DataFile | undefined
  /** Their file is not the one that this store last went on with. */
  readonly isCopy: boolean
}

/** Opens the metadata of a data folder and tells which store they are of; `StoreRefusal` where they are not to be used. */
export async function openMetadata(options: MetadataOptions): Promise<OpenedMetadata> {
  const { path, random, isFile } = options
  const dataFile = isFile ? await DataFile.check(path, random) : undefined
  if (!dataFile || dataFile.state === 'absent') {
    const restoration = await readRestoration(options.disk, options.dataDirectory)
    if (restoration) throw restorationUnfinished(options.dataDirectory, restoration)
    if (dataFile) {
      await refuseCopying(options)
      await settleRemains(options, async () => (await DataFile.look(path, random)).state === 'absent')
    }
  }
  const metadata = await options.open()
  try {
    return { metadata, dataFile, ...(await identify(options, metadata, dataFile)) }
  } catch (error) {
    await metadata[Symbol.asyncDispose]()
    throw error
  }
}

/** For metadata that hold nothing yet. */
async function refuseCopying({ disk, dataDirectory }: MetadataOptions): Promise<void> {
  const copying = await readCopying(disk, dataDirectory)
  if (copying) throw copyUnfinished(dataDirectory, copying.from)
}

async function identify(
  options: MetadataOptions,
  metadata: OrderedStore,
  dataFile: DataFile | undefined,
): Promise<Pick<OpenedMetadata, 'identity' | 'isCopy'>> {
  await checkFormat(metadata)
  if (await StoreIdentity.isNew(metadata)) {
    await refuseCopying(options)
    await settleRemains(options, () => StoreIdentity.isNew(metadata))
  }
  const isCopy = dataFile?.state === 'other'
  if (isCopy) await refuseRunningCopy(metadata, options.dataDirectory, options.accepted)
  const identity = await StoreIdentity.claim(metadata, options.random)
  if (isCopy) await identity.forgetBatches()
  return { identity, isCopy }
}

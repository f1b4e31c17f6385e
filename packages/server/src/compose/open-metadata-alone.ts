import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import type { Config } from '../config/config.ts'
import { openLmdb } from '../metadata/engines/lmdb.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { DataFile } from './identity/data-file.ts'
import { openDatabase } from './open-database.ts'
import { assertDataFile, metadataPath } from './open-stores.ts'

/** The metadata of a store without its blobs, for a tool beside servers or without. `mode`: to look, where nothing is written. */
export async function openMetadataAlone(
  { config: { metadata }, dataDirectory }: { readonly config: Config; readonly dataDirectory: string },
  mode: 'look' | 'change',
): Promise<OrderedStore> {
  const engines = { dataDirectory, disk: systemDisk, random: systemRandom, clock: systemClock }
  if (metadata.engine === 'postgresql') return openDatabase(metadata, engines)
  await assertDataFile(dataDirectory)
  const path = metadataPath(dataDirectory)
  await DataFile.check(path, systemRandom)
  return openLmdb({ path, random: systemRandom, readOnly: mode === 'look' })
}

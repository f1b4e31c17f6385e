import { resolve } from 'node:path'
import { systemDisk } from '../base/disk.ts'
import { makeDurableDirectory } from '../base/durable-directory.ts'
import { type FolderMark, readMark, writeMark } from '../base/folder-mark.ts'
import { systemRandom } from '../base/random.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { openFileBlobs } from '../blobs/engines/files.ts'
import { openPlaced } from '../blobs/engines/placed.ts'
import { folderOf } from '../config/blobs-config.ts'
import type { Config } from '../config/config.ts'
import { classesOf } from '../config/storage-classes.ts'
import { namesIn } from './identity/remains.ts'
import { otherStore } from './identity/store-refusal.ts'

/** What may be in a folder before a store comes into it: what is brought by hand. */
const MAY_BE_THERE = new Set(['root-keys', 'credentials.json', 'lost+found'])

/** What is in a folder that a store is to come into, and should not be. */
export async function foundIn(directory: string): Promise<string[]> {
  const names = await namesIn(systemDisk, directory)
  // What ends so is left where a run was cut off before it had begun.
  return names.filter((name) => !MAY_BE_THERE.has(name) && !name.endsWith('.tmp')).toSorted()
}

/** The blobs of a store that comes into its folders now. */
export async function openBlobsToFill(dataDirectory: string, config: Config): Promise<BlobStore> {
  const open = (directory: string): Promise<BlobStore> =>
    openFileBlobs({ directory: resolve(dataDirectory, directory) })
  const { blobs } = config
  const main =
    blobs.engine === 'ceph'
      ? await (await import('./open-pool.ts')).openPoolAlone(blobs, dataDirectory, 'fill')
      : await open(folderOf(dataDirectory, blobs))
  return openPlaced(main, classesOf(config), open)
}

/** Whose the blobs of a config are. */
export async function blobsMark(dataDirectory: string, { blobs }: Config): Promise<FolderMark | undefined> {
  if (blobs.engine === 'files') return readMark(systemDisk, folderOf(dataDirectory, blobs))
  const { markOfPool } = await import('./open-pool.ts')
  return markOfPool(blobs, dataDirectory)
}

/** Marks where the blobs are to be: an older version does not know of what comes there, but does of a mark. */
export async function markBlobs(dataDirectory: string, { blobs }: Config, storeId: string): Promise<void> {
  const mark = { storeId, place: 'blobs' }
  if (blobs.engine === 'ceph') {
    const { markPool } = await import('./open-pool.ts')
    return markPool(blobs, dataDirectory, mark)
  }
  const directory = folderOf(dataDirectory, blobs)
  await makeDurableDirectory(systemDisk, directory, 0o700)
  const { storeId: marked } = await writeMark(systemDisk, systemRandom, directory, mark)
  if (marked !== storeId) throw otherStore(directory)
}

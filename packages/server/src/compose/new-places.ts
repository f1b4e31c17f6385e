import { resolve } from 'node:path'
import { systemDisk } from '../base/disk.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { openFileBlobs } from '../blobs/engines/files.ts'
import { openPlaced } from '../blobs/engines/placed.ts'
import { blobFolderOf } from '../config/blobs-config.ts'
import type { Config } from '../config/config.ts'
import { classesOf } from '../config/storage-classes.ts'
import { namesIn } from './identity/remains.ts'

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
  return openPlaced(await open(blobFolderOf(dataDirectory, config)), classesOf(config), open)
}

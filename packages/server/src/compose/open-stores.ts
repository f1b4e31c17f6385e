import { join, resolve } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import { openFileBlobs } from '../blobs/engines/files.ts'
import { openMemoryBlobs } from '../blobs/engines/memory.ts'
import { openPlaced } from '../blobs/engines/placed.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { classesOf } from '../config/storage-classes.ts'
import { openLmdb } from '../metadata/engines/lmdb.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { ServerOptions } from '../server-options.ts'

/** Where the metadata of a data folder lies. */
export function metadataPath(dataDirectory: string): string {
  return join(dataDirectory, 'metadata')
}

/** Throws where a data folder holds nothing yet. */
export async function assertStored(dataDirectory: string): Promise<void> {
  const file = await systemDisk.openForRead(join(metadataPath(dataDirectory), 'data.mdb'))
  await file.close()
}

export async function openStores(options: ServerOptions, clock: Clock): Promise<Stores> {
  const { dataDirectory, disk = systemDisk, random = systemRandom, wrapMetadata = (store) => store } = options
  const { openMetadata = (path: string) => openLmdb({ path, random }) } = options
  const classes = classesOf(options.config)
  if (dataDirectory === undefined) {
    const blobs = await openPlaced(openMemoryBlobs({ random }), classes, async () =>
      openMemoryBlobs({ random }),
    )
    return { metadata: wrapMetadata(openMemory({ random })), blobs }
  }
  await disk.makeDirectory(dataDirectory, 0o700)
  const metadata = wrapMetadata(await openMetadata(metadataPath(dataDirectory)))
  const openFolder = (directory: string): Promise<BlobStore> =>
    openFileBlobs({ directory: resolve(dataDirectory, directory), disk, random, clock })
  return { metadata, blobs: await openPlaced(await openFolder('blobs'), classes, openFolder) }
}

export async function closeStores({ blobs, metadata }: Stores): Promise<void> {
  await blobs[Symbol.asyncDispose]()
  await metadata[Symbol.asyncDispose]()
}

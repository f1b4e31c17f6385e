import { join, resolve } from 'node:path'
import { silentLog } from '../base/log.ts'
import { MARK_FILE } from '../base/folder-mark.ts'
import { errorCode } from '../base/storage-fault.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { openFileBlobs } from '../blobs/engines/files.ts'
import { openPlaced } from '../blobs/engines/placed.ts'
import { blobFolderOf, folderOf } from '../config/blobs-config.ts'
import type { Config } from '../config/config.ts'
import { classesOf } from '../config/storage-classes.ts'
import { DamagedPages } from '../metadata/damaged-pages.ts'
import { openLmdb } from '../metadata/engines/lmdb.ts'
import { checkFormat } from '../metadata/store-format.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { ServerOptions } from '../server-options.ts'
import { DataFile } from './identity/data-file.ts'
import { lookBeforeOpening } from './identity/look-before-opening.ts'
import { openDatabase } from './open-database.ts'
import { metadataPath, type OpenStores } from './open-stores.ts'

export interface ReadOnlyStores extends Stores, Pick<OpenStores, 'pages'> {
  /** Of the database that the metadata are in; absent where they are in the folder. */
  readonly databaseId?: string
  /** What time it is there, by which its servers go; absent with the same. */
  readonly databaseTime?: () => Promise<Date>
}

/** Opens what a data folder holds, which is not changed: it may lie on a disk that cannot be written. */
export async function openReadOnly(
  dataDirectory: string,
  { config }: Pick<ServerOptions, 'config'>,
): Promise<ReadOnlyStores> {
  const pages = new DamagedPages()
  const { metadata, ...named } = await openMetadata(dataDirectory, config, pages)
  try {
    await checkFormat(metadata)
    const open = (directory: string): Promise<BlobStore> =>
      openFileBlobs({ directory: resolve(dataDirectory, directory), readOnly: true })
    const { blobs: of } = config
    const main =
      of.engine === 'ceph'
        ? await (await import('./open-pool.ts')).openPoolAlone(of, dataDirectory, 'look')
        : await open(folderOf(dataDirectory, of))
    const blobs = await openPlaced(main, classesOf(config), open)
    return { metadata, pages, blobs, ...named }
  } catch (error) {
    await metadata[Symbol.asyncDispose]()
    throw error
  }
}

async function openMetadata(
  dataDirectory: string,
  { metadata }: Config,
  pages: DamagedPages,
): Promise<Pick<ReadOnlyStores, 'metadata' | 'databaseId' | 'databaseTime'>> {
  if (metadata.engine === 'postgresql') {
    const engines = { dataDirectory, disk: systemDisk, random: systemRandom }
    const database = await openDatabase(metadata, engines)
    const { databaseId } = database
    return { metadata: database, databaseId, databaseTime: () => database.now() }
  }
  const path = metadataPath(dataDirectory)
  await DataFile.check(path, systemRandom)
  await lookBeforeOpening(path, pages, silentLog)
  pages.lookedUpTo(undefined)
  return { metadata: await openLmdb({ path, readOnly: true, pages }) }
}

/** Whether this process may not write into a data folder. Makes nothing. */
export async function isReadOnly(dataDirectory: string, config: Config): Promise<boolean> {
  const known =
    config.metadata.engine === 'lmdb'
      ? join(metadataPath(dataDirectory), 'data.mdb')
      : join(blobFolderOf(dataDirectory, config) ?? join(dataDirectory, 'root-keys'), MARK_FILE)
  try {
    const file = await systemDisk.openForAppend(known)
    await file.close()
    return false
  } catch (error) {
    if (READ_ONLY.has(errorCode(error) ?? '')) return true
    // With metadata in a database and blobs in Ceph nothing has to be in the folder.
    if (errorCode(error) === 'ENOENT' && config.blobs.engine === 'ceph') return false
    throw error
  }
}

const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM'])

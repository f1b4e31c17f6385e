import { join, resolve } from 'node:path'
import { silentLog } from '../base/log.ts'
import { errorCode } from '../base/storage-fault.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { openFileBlobs } from '../blobs/engines/files.ts'
import { openPlaced } from '../blobs/engines/placed.ts'
import { classesOf } from '../config/storage-classes.ts'
import { DamagedPages } from '../metadata/damaged-pages.ts'
import { openLmdb } from '../metadata/engines/lmdb.ts'
import { checkFormat } from '../metadata/store-format.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { ServerOptions } from '../server-options.ts'
import { DataFile } from './identity/data-file.ts'
import { lookBeforeOpening } from './identity/look-before-opening.ts'
import { metadataPath, type OpenStores } from './open-stores.ts'

/** Opens what a data folder holds, which is not changed: it may lie on a disk that cannot be written. */
export async function openReadOnly(
  dataDirectory: string,
  { config }: Pick<ServerOptions, 'config'>,
): Promise<Stores & Pick<OpenStores, 'pages'>> {
  const pages = new DamagedPages()
  const path = metadataPath(dataDirectory)
  await DataFile.check(path, systemRandom)
  await lookBeforeOpening(path, pages, silentLog)
  pages.lookedUpTo(undefined)
  const metadata = await openLmdb({ path, readOnly: true, pages })
  try {
    await checkFormat(metadata)
    const open = (directory: string): Promise<BlobStore> =>
      openFileBlobs({ directory: resolve(dataDirectory, directory), readOnly: true })
    return { metadata, pages, blobs: await openPlaced(await open('blobs'), classesOf(config), open) }
  } catch (error) {
    await metadata[Symbol.asyncDispose]()
    throw error
  }
}

/** Whether this process may not write into a data folder. Makes nothing. */
export async function isReadOnly(dataDirectory: string): Promise<boolean> {
  try {
    const file = await systemDisk.openForAppend(join(metadataPath(dataDirectory), 'data.mdb'))
    await file.close()
    return false
  } catch (error) {
    if (READ_ONLY.has(errorCode(error) ?? '')) return true
    throw error
  }
}

const READ_ONLY = new Set(['EROFS', 'EACCES', 'EPERM'])

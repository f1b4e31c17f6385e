import { dirname, join } from 'node:path'
import { StorageFault } from '../base/storage-fault.ts'
import type { BlobId, BlobStore } from '../blobs/blob-store.ts'
import { backedUp, type BlobGroup, blobFile, blobGroups } from './backup-blobs.ts'
import type { BackupFolder } from './backup-folder.ts'
import { BackupRefusal } from './backup-refusal.ts'
import { eachOf } from './each-of.ts'
import type { NamedRows } from './moment.ts'

export interface BlobCopy {
  readonly blobs: BlobStore
  readonly folder: BackupFolder
  /** Its blobs are looked at; those of the indexes below, where it names none, are known to be there. */
  readonly moment: NamedRows
  /** So many more blobs are in the backup, and so many bytes of them were copied. */
  readonly onBlobs: (blobs: number, copiedBytes: number) => void
  readonly signal: AbortSignal
}

export interface CopiedBlobs {
  readonly blobs: number
  readonly copiedBlobs: number
  readonly copiedBytes: number
  /** Those that the store does not have. */
  readonly lostBlobs: readonly BlobId[]
}

const AT_ONCE = 8

/** Copies the blobs that a moment names and the backup lacks. All are durable on return, their names too. */
export async function copyBlobs(copy: BlobCopy): Promise<CopiedBlobs> {
  const { folder, moment, onBlobs, signal } = copy
  const copied = { blobs: 0, copiedBlobs: 0, copiedBytes: 0, lostBlobs: [] as BlobId[] }
  const above = new Set<string>()
  for await (const group of blobGroups(folder, moment)) {
    const path = join(folder.directory, group.folder)
    await folder.disk.makeDirectory(path, 0o700)
    for (let at = dirname(path); at !== folder.directory; at = dirname(at)) above.add(at)
    const known = await backedUp(folder, group)
    const missing = group.ids.filter((id) => !known.has(id))
    onBlobs(known.size, 0)
    copied.blobs += group.ids.length
    await eachOf(missing, AT_ONCE, async (id) => {
      signal.throwIfAborted()
      const sizeBytes = await copyBlob(copy, group, id)
      if (sizeBytes === undefined) copied.lostBlobs.push(id)
      else {
        copied.copiedBlobs++
        copied.copiedBytes += sizeBytes
      }
      onBlobs(1, sizeBytes ?? 0)
    })
    await folder.disk.syncDirectory(path)
  }
  for (const path of above) await folder.disk.syncDirectory(path)
  await folder.disk.syncDirectory(folder.directory)
  return copied
}

/** Returns its size; `undefined` where the store has lost it. One that is there is replaced. Its name is durable once its folder is synced. */
export async function copyBlob(
  { blobs, folder, signal }: Pick<BlobCopy, 'blobs' | 'folder' | 'signal'>,
  group: BlobGroup,
  id: BlobId,
): Promise<number | undefined> {
  const file = await folder.newFile()
  try {
    const sizeBytes = await blobs.sizeOf(id)
    for await (const chunk of blobs.read(id, { start: 0, end: sizeBytes }, signal)) await file.add(chunk)
    await file.finish((written) =>
      join(folder.directory, group.folder, blobFile(id, written.sizeBytes, written.sha256)),
    )
    return sizeBytes
  } catch (error) {
    await file.abandon()
    if (!(error instanceof StorageFault)) throw error
    if (error.kind === 'corrupt') return undefined
    if (error.kind === 'away')
      throw new BackupRefusal(
        `The folder of ${id.split('.')[0]} is not there. Mount its disk, and run the backup again.`,
        { cause: error },
      )
    throw error
  }
}

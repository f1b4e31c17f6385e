import { createHash } from 'node:crypto'
import type { Disk } from '../base/disk.ts'
import { StorageFault } from '../base/storage-fault.ts'
import type { BlobId, BlobStore } from '../blobs/blob-store.ts'
import { type BackupBlob, backedUp, type BlobGroup, blobGroups } from './backup-blobs.ts'
import type { BackupFolder } from './backup-folder.ts'
import { BackupRefusal } from './backup-refusal.ts'
import { bytesOf, wrongSize } from './check-files.ts'
import { eachOf } from './each-of.ts'
import type { Moment } from './moment.ts'

export interface BlobRestoration {
  readonly folder: BackupFolder
  readonly moment: Moment
  readonly blobs: BlobStore
  /** Blobs get a second name where they can, and are neither read nor copied. */
  readonly links?: boolean
  /** So many more are there, and so many bytes of them were brought. */
  readonly onBlobs: (blobs: number, bytes: number) => void
  /** Of each that is damaged or missing in the backup, which is left out then. Absent: the first one ends it. */
  readonly onDamaged?: ((problem: string) => void) | undefined
  readonly signal: AbortSignal
}

const AT_ONCE = 8

/** Brings all blobs of a moment, but for those that are there from a run before. Throws `BackupRefusal` for a damaged one, unless all else is wanted. */
export async function restoreBlobs({
  folder,
  moment,
  blobs,
  links = false,
  onBlobs,
  onDamaged,
  signal,
}: BlobRestoration): Promise<void> {
  const lost = new Set(moment.lostBlobs)
  for await (const group of blobGroups(folder, moment)) {
    const known = await backedUp(folder, group)
    if (onDamaged)
      for (const id of group.ids)
        if (!known.has(id) && !lost.has(id)) onDamaged(`Blob ${id} is missing in ${group.folder}.`)
    await eachOf([...known.values()], AT_ONCE, async (blob) => {
      signal.throwIfAborted()
      if (await isThere(blobs, blob)) return onBlobs(1, 0)
      const wrong = onDamaged && (await wrongSize(folder.disk, blob))
      if (wrong !== undefined) return onDamaged?.(wrong)
      if (links && (await blobs.adopt?.(blob.id, blob.path))) return onBlobs(1, 0)
      try {
        await restoreBlob(folder.disk, blob, blobs, signal)
      } catch (error) {
        if (!(error instanceof BackupRefusal)) throw error
        if (!onDamaged) throw skippable(error.message)
        return onDamaged(error.message)
      }
      onBlobs(1, blob.sizeBytes)
    })
  }
}

/** Puts a blob in its place. Throws `BackupRefusal` where its bytes are not what was backed up; nothing changes then. */
export function restoreBlob(
  disk: Disk,
  blob: BackupBlob,
  blobs: BlobStore,
  signal: AbortSignal,
): Promise<void> {
  return blobs.replace(blob.id, checkedBytes(disk, blob), signal)
}

/** A name in the folder of blobs means a whole one. */
async function isThere(blobs: BlobStore, { id, sizeBytes }: BackupBlob): Promise<boolean> {
  try {
    return (await blobs.sizeOf(id)) === sizeBytes
  } catch (error) {
    if (error instanceof StorageFault && error.kind === 'corrupt') return false
    throw error
  }
}

/** All bytes of a blob. Throws `BackupRefusal` at their end where they are not what was backed up. */
export async function* checkedBytes(disk: Disk, blob: Omit<BackupBlob, 'id'>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  for await (const chunk of bytesOf(disk, blob)) {
    hash.update(chunk)
    yield chunk
  }
  if (hash.digest('hex') !== blob.sha256)
    throw new BackupRefusal(`${blob.path} has other bytes than were written.`)
}

/** Throws `BackupRefusal` where the backup lacks a blob of the moment, or has it longer or shorter; reads none. */
export async function assertBlobs(
  folder: BackupFolder,
  moment: Moment,
  wrongSize: (blob: BackupBlob) => Promise<string | undefined>,
): Promise<void> {
  const lost = new Set<BlobId>(moment.lostBlobs)
  for await (const group of blobGroups(folder, moment)) {
    const known = await backedUp(folder, group)
    assertAll(moment, group, known, lost)
    await eachOf([...known.values()], AT_ONCE, async (blob) => {
      const wrong = await wrongSize(blob)
      if (wrong !== undefined) throw notWhole(moment, wrong)
    })
  }
}

/** Throws `BackupRefusal` where one is missing of which nobody knew that it was lost. */
export function assertAll(
  moment: Moment,
  group: BlobGroup,
  known: ReadonlyMap<BlobId, BackupBlob>,
  lost: ReadonlySet<BlobId>,
): void {
  const missing = group.ids.find((id) => !known.has(id) && !lost.has(id))
  if (missing !== undefined) throw notWhole(moment, `blob ${missing} is missing in ${group.folder}.`)
}

function notWhole({ number }: Moment, why: string): BackupRefusal {
  return skippable(`Moment ${number} is not whole: ${why}`)
}

/** Of a blob that a restoration can do without. */
export function skippable(why: string): BackupRefusal {
  return new BackupRefusal(`${why} All else comes with --skip-damaged.`)
}

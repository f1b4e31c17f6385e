import { join } from 'node:path'
import { type Disk } from '../../base/disk.ts'
import { MARK_FILE } from '../../base/folder-mark.ts'
import type { Clock } from '../../base/clock.ts'
import { errorCode } from '../../base/storage-fault.ts'
import { reachedIn } from '../../blobs/reached.ts'
import { metadataMissing } from './store-refusal.ts'

const BLOB_FOLDER = /^[0-9a-f]{2}$/
const ROOT_KEY = /^\d{8}$/

/** Names in a folder; none where there is no such folder. */
export async function namesIn(disk: Disk, directory: string): Promise<string[]> {
  try {
    return await disk.list(directory)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

/** Whether a folder holds whole blobs. */
export async function holdsBlobs(disk: Disk, directory: string): Promise<boolean> {
  for (const name of await namesIn(disk, directory)) {
    if (BLOB_FOLDER.test(name) && (await disk.list(join(directory, name))).length > 0) return true
  }
  return false
}

/** Pieces of a data folder that some store left in it, which its metadata would know of. */
async function remainsIn(disk: Disk, dataDirectory: string): Promise<string[]> {
  const blobs = join(dataDirectory, 'blobs')
  const names = await namesIn(disk, blobs)
  const isMarked = names.includes(MARK_FILE) || reachedIn(names) > 0
  const keys = await namesIn(disk, join(dataDirectory, 'root-keys'))
  return [
    ...(isMarked || (await holdsBlobs(disk, blobs)) ? ['blobs/'] : []),
    ...(keys.some((name) => name === MARK_FILE || ROOT_KEY.test(name)) ? ['root-keys/'] : []),
  ]
}

/** For a data folder without metadata: refuses it where other pieces of a store are in it. */
export async function refuseRemains(disk: Disk, dataDirectory: string): Promise<void> {
  const found = await remainsIn(disk, dataDirectory)
  if (found.length > 0) throw metadataMissing(dataDirectory, found)
}

export interface RemainsOptions {
  readonly disk: Disk
  readonly clock: Clock
  readonly dataDirectory: string
  /** Moves them into a folder of their own beside, in place of refusing. */
  readonly beginAnew: boolean
}

/**
 * For a data folder without metadata: refuses it where other pieces of a store are in it, so that they are not taken for
 * nobody's. `isStillNew` tells whether another process has not made the metadata meanwhile.
 */
export async function settleRemains(
  { disk, clock, dataDirectory, beginAnew }: RemainsOptions,
  isStillNew: () => Promise<boolean>,
): Promise<void> {
  const found = await remainsIn(disk, dataDirectory)
  if (found.length === 0 || !(await isStillNew())) return
  if (!beginAnew) throw metadataMissing(dataDirectory, found)
  const aside = join(dataDirectory, `before-${clock.now().toISOString().replaceAll(/[:.]/g, '-')}`)
  await disk.makeDirectory(aside, 0o700)
  const names = await disk.list(dataDirectory)
  for (const piece of ['blobs', 'root-keys']) {
    if (names.includes(piece)) await disk.rename(join(dataDirectory, piece), join(aside, piece))
  }
  await disk.syncDirectory(aside)
  await disk.syncDirectory(dataDirectory)
}

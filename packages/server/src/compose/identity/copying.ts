import { join } from 'node:path'
import type { Disk } from '../../base/disk.ts'
import type { Random } from '../../base/random.ts'
import { readFileIfThere, writeNewFile } from '../../base/whole-file.ts'

/** What is being copied into a data folder; a file in it says so until it is done. */
export interface Copying {
  readonly storeId: string
  /** Of the store that is copied, for people. */
  readonly from: string
  /** All blobs up to this one are there and were read back. */
  readonly checkedUpTo?: string | undefined
}

const COPYING_FILE = 'copying.json'

export async function readCopying(disk: Disk, dataDirectory: string): Promise<Copying | undefined> {
  const text = await readFileIfThere(disk, join(dataDirectory, COPYING_FILE))
  return text === undefined ? undefined : (JSON.parse(text) as Copying)
}

/** Begins, or notes how far it is. */
export async function noteCopying(
  disk: Disk,
  random: Random,
  dataDirectory: string,
  copying: Copying,
): Promise<void> {
  const path = join(dataDirectory, COPYING_FILE)
  const temporary = `${path}.${random.bytes(8).toString('hex')}.tmp`
  await writeNewFile(disk, random, temporary, `${JSON.stringify(copying)}\n`, 0o600)
  await disk.rename(temporary, path)
  await disk.syncDirectory(dataDirectory)
}

export async function endCopying(disk: Disk, dataDirectory: string): Promise<void> {
  await disk.remove(join(dataDirectory, COPYING_FILE))
  await disk.syncDirectory(dataDirectory)
}

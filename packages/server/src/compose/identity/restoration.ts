import { join } from 'node:path'
import type { Disk } from '../../base/disk.ts'
import type { Random } from '../../base/random.ts'
import { readFileIfThere, writeNewFile } from '../../base/whole-file.ts'

/** What is being restored into a data folder; a file in it says so until it is done. */
export interface Restoration {
  readonly storeId: string
  readonly moment: number
  /** Where the backup was, for people. */
  readonly backup: string
  /** The row `storeIdentity` of what comes of it has this; absent in those that older versions began. */
  readonly token?: string | undefined
}

const RESTORATION_FILE = 'restoring.json'

export async function readRestoration(disk: Disk, dataDirectory: string): Promise<Restoration | undefined> {
  const text = await readFileIfThere(disk, join(dataDirectory, RESTORATION_FILE))
  return text === undefined ? undefined : (JSON.parse(text) as Restoration)
}

export async function beginRestoration(
  disk: Disk,
  random: Random,
  dataDirectory: string,
  restoration: Restoration,
): Promise<void> {
  const path = join(dataDirectory, RESTORATION_FILE)
  await writeNewFile(disk, random, path, `${JSON.stringify(restoration)}\n`, 0o600)
}

export async function endRestoration(disk: Disk, dataDirectory: string): Promise<void> {
  await disk.remove(join(dataDirectory, RESTORATION_FILE))
  await disk.syncDirectory(dataDirectory)
}

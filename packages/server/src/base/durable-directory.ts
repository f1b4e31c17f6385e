import { dirname } from 'node:path'
import type { Disk } from './disk.ts'
import { errorCode } from './storage-fault.ts'

/** What may not be opened by us was not made by us either. */
const NOT_OURS = new Set<string | undefined>(['EACCES', 'EPERM'])

/**
 * Makes a folder and those above it, and makes their names durable: of whatever is written into it later, no power cut
 * takes the whole. So it is for one that is there already, for whoever made it may have died before its name was durable.
 */
export async function makeDurableDirectory(disk: Disk, path: string, mode: number): Promise<void> {
  await disk.makeDirectory(path, mode)
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    try {
      await disk.syncDirectory(dirname(folder))
    } catch (error) {
      if (!NOT_OURS.has(errorCode(error))) throw error
    }
  }
}

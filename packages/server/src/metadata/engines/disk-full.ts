import { join } from 'node:path'
import type { Disk } from '../../base/disk.ts'
import { errorCode } from '../../base/storage-fault.ts'

const PROBE = Buffer.alloc(2 ** 20)
const FULL = new Set<string | undefined>(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Whether the disk of a folder (or its quota) has no room for another file of 1 MiB. */
export async function isDiskFull(disk: Disk, folder: string): Promise<boolean> {
  const path = join(folder, `probe-${process.pid}`)
  try {
    // Of a process that had the same number and was killed here.
    await disk.remove(path).catch(() => undefined)
    const file = await disk.create(path, 0o600)
    try {
      await file.append([PROBE])
    } finally {
      await file.close()
      await disk.remove(path)
    }
    return false
  } catch (error) {
    return FULL.has(errorCode(error))
  }
}

import { join } from 'node:path'
import type { Disk } from '../../base/disk.ts'
import type { Random } from '../../base/random.ts'
import { errorCode } from '../../base/storage-fault.ts'

const PROBE = Buffer.alloc(2 ** 20)
const FULL = new Set<string | undefined>(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Whether the disk of a folder (or its quota) has no room for another file of 1 MiB. */
export async function isDiskFull(disk: Disk, random: Random, folder: string): Promise<boolean> {
  const path = join(folder, `probe-${random.bytes(8).toString('hex')}`)
  try {
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

import { dirname } from 'node:path'
import type { Disk } from '../../packages/server/src/base/disk.ts'

/** Puts durable bytes in a file's place. */
export async function replaceFile(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  await disk.remove(path).catch(() => undefined)
  const file = await disk.create(path)
  await file.append([bytes])
  await file.sync()
  await disk.syncDirectory(dirname(path))
}

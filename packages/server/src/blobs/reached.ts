import { join } from 'node:path'
import type { Disk } from '../base/disk.ts'
import { errorCode } from '../base/storage-fault.ts'

const REACHED = /^reached-(\d{16})$/

/** The newest batch of ids that a folder has had blobs of, by the names in it; 0 where it has had none. */
export function reachedIn(names: readonly string[]): number {
  return names.reduce((most, name) => Math.max(most, Number(REACHED.exec(name)?.[1] ?? 0)), 0)
}

/**
 * Notes durably that a folder has had blobs of a batch. An empty file whose name says it, so that of processes that note
 * different batches at once the newest stays, whoever comes last.
 */
export async function noteReached(disk: Disk, directory: string, number: number): Promise<void> {
  const name = `reached-${String(number).padStart(16, '0')}`
  try {
    await (await disk.create(join(directory, name), 0o600)).close()
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
  await disk.syncDirectory(directory)
  for (const older of await disk.list(directory)) {
    if (reachedIn([older]) === 0 || reachedIn([older]) >= number) continue
    await disk.remove(join(directory, older)).catch(unlessGone)
  }
}

/** Another process was first. */
function unlessGone(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error
}

import { join } from 'node:path'
import type { Clock } from './clock.ts'
import type { Disk } from './disk.ts'
import type { Random } from './random.ts'

const BLOCK = Buffer.alloc(4096)
const MOST_FLUSHES = 500
const LONG_ENOUGH_MILLISECONDS = 300

/**
 * How long the disk of a folder takes to make 4 KiB durable, in milliseconds, by trying for a third of a second. The file has
 * no name by the time there is something in it, so that nothing of it stays.
 */
export async function flushTime(
  { disk, random, clock }: { readonly disk: Disk; readonly random: Random; readonly clock: Clock },
  folder: string,
): Promise<number> {
  const path = join(folder, `probe-${random.bytes(8).toString('hex')}`)
  const file = await disk.create(path, 0o600)
  try {
    await disk.remove(path)
    const began = clock.now().getTime()
    for (let flushes = 1; ; flushes++) {
      await file.append([BLOCK])
      await file.sync()
      const taken = clock.now().getTime() - began
      if (flushes === MOST_FLUSHES || taken >= LONG_ENOUGH_MILLISECONDS) return taken / flushes
    }
  } finally {
    await file.close()
  }
}

import type { Disk } from '../base/disk.ts'
import type { Random } from '../base/random.ts'
import { readFileIfThere } from '../base/whole-file.ts'

const NAME = /^audit-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z)-[0-9a-f]{8}\.jsonl$/
const SENT = '.sent'

/** A moment as the names of files have it: they sort by it. */
export function nameTime(time: Date): string {
  return time.toISOString().replaceAll(/[:.]/g, '-')
}

export function auditFileName(begun: Date, random: Random): string {
  return `audit-${nameTime(begun)}-${random.bytes(4).toString('hex')}.jsonl`
}

/** When a file was begun, as {@link nameTime} writes it; `undefined` for what is no file of the log. */
export function begunAt(name: string): string | undefined {
  return NAME.exec(name)?.[1]
}

/** How much of a file was sent on: from a file beside it. */
export async function sentBytesOf(disk: Disk, path: string): Promise<number> {
  const text = await readFileIfThere(disk, path + SENT)
  // What a crash left of it counts for nothing: all is sent again.
  return text !== undefined && /^\d{1,15}\n$/.test(text) ? Number(text) : 0
}

export async function noteSentBytes(
  disk: Disk,
  random: Random,
  path: string,
  sentBytes: number,
): Promise<void> {
  const temporary = `${path}.${random.bytes(4).toString('hex')}.tmp`
  const file = await disk.create(temporary, 0o600)
  try {
    await file.append([Buffer.from(`${sentBytes}\n`)])
  } finally {
    await file.close()
  }
  await disk.rename(temporary, path + SENT)
}

export async function sizeOf(disk: Disk, path: string): Promise<number> {
  const file = await disk.openForRead(path)
  try {
    return await file.size()
  } finally {
    await file.close()
  }
}

/** Removes a file, and what is noted beside it. Another process may be doing so as well. */
export async function removeAuditFile(disk: Disk, path: string): Promise<void> {
  await disk.remove(path).catch(() => undefined)
  await disk.remove(path + SENT).catch(() => undefined)
}

/** Whether all of a file was sent on, but for a line that was not written to its end. */
export async function isSent(disk: Disk, path: string): Promise<boolean> {
  const sentBytes = await sentBytesOf(disk, path)
  const file = await disk.openForRead(path)
  try {
    // A crash may have left less of it than was sent.
    const leftBytes = Math.max(0, (await file.size()) - sentBytes)
    const left = Buffer.alloc(Math.min(leftBytes, MOST_LINE_BYTES))
    const length = left.length > 0 ? await file.read(left, sentBytes) : 0
    return left.length < MOST_LINE_BYTES && !left.subarray(0, length).includes('\n')
  } finally {
    await file.close()
  }
}

/** No record is as long. */
const MOST_LINE_BYTES = 1024 * 1024

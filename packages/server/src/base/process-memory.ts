import { readFileSync } from 'node:fs'

/** What this process holds in memory, in bytes. */
export interface ProcessMemory {
  readonly residentBytes: number
  /** Of these, pages of files that are mapped, LMDB's above all: the system takes them back when it needs them. */
  readonly mappedFileBytes: number | undefined
  readonly heapTotalBytes: number
  readonly heapUsedBytes: number
  /** Outside of V8's heap, held by objects in it. */
  readonly externalBytes: number
}

export function processMemory(): ProcessMemory {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage()
  return {
    residentBytes: rss,
    mappedFileBytes: mappedFileBytes(),
    heapTotalBytes: heapTotal,
    heapUsedBytes: heapUsed,
    externalBytes: external,
  }
}

/** Linux alone tells. Source: proc_pid_status(5). */
function mappedFileBytes(): number | undefined {
  try {
    const [, kibibytes] = /^RssFile:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? []
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024
  } catch {
    return undefined
  }
}

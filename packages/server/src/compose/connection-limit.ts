import type { Log } from '../base/log.ts'
import { openFileLimit } from '../base/open-file-limit.ts'

/** What a process needs besides connections and the files that they read and write: the store, threads, webhooks. */
const OWN_FILES = 64
/** Below this a busy server has to turn clients away. */
const LOW = 4096

/** What is said of a limit that is low; `undefined` where it is not, or is not known. */
export function fewFiles(openFiles: number | undefined): string | undefined {
  return openFiles !== undefined && openFiles < LOW
    ? 'few files may be open at once: raise the limit (ulimit -n, LimitNOFILE)'
    : undefined
}

/**
 * How many connections a process takes: each may have a file open too, and descriptors have to be left for the disk.
 * `undefined` where the limit of open files is not known. A low one is told.
 */
export function connectionLimit(log: Log, openFiles = openFileLimit()): number | undefined {
  if (openFiles === undefined) return undefined
  const mostConnections = Math.max(1, Math.floor((openFiles - OWN_FILES) / 2))
  const few = fewFiles(openFiles)
  if (few !== undefined) log.warn({ openFiles, mostConnections }, few)
  return mostConnections
}

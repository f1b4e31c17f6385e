import { stat } from 'node:fs/promises'
import { errorCode } from './storage-fault.ts'

/** What tells a file from a copy of it, and stays the same over restarts and snapshots of a whole file system. */
export interface FileIdentity {
  readonly inode: string
  /** When it was made, in nanoseconds; absent where the file system does not tell. */
  readonly born?: string | undefined
}

/** `undefined` where there is no such file. */
export async function identifyFile(path: string): Promise<FileIdentity | undefined> {
  try {
    const { ino, birthtimeNs, ctimeNs } = await stat(path, { bigint: true })
    // Where it does not tell, Node gives the time of the last change, or none.
    const isKnown = birthtimeNs > 0n && birthtimeNs !== ctimeNs
    return { inode: String(ino), ...(isKnown && { born: String(birthtimeNs) }) }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

export function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return one.inode === other.inode && (one.born === other.born || !one.born || !other.born)
}

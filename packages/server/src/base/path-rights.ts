import { access, constants, stat } from 'node:fs/promises'
import { errorCode } from './storage-fault.ts'

/** Who owns a file or folder, and what others may do with it. */
export interface PathRights {
  readonly ownerId: number
  /** Whether users besides the owner and its group may read it or, of a folder, go into it. */
  readonly isOpenToOthers: boolean
}

/** Of whom files are that this process makes; `undefined` on Windows. */
export function ownUserId(): number | undefined {
  return process.geteuid?.()
}

/** `undefined` where there is nothing. */
export async function pathRights(path: string): Promise<PathRights | undefined> {
  try {
    const { uid, mode } = await stat(path)
    return { ownerId: uid, isOpenToOthers: (mode & 0o005) !== 0 }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Rejects with the system's error where this process may not read and write a file or folder. */
export function assertUsable(path: string): Promise<void> {
  return access(path, constants.R_OK | constants.W_OK)
}

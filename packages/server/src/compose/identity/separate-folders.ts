import { basename, dirname, join, sep } from 'node:path'
import type { Disk } from '../../base/disk.ts'
import { errorCode } from '../../base/storage-fault.ts'
import { sharedFolder } from './store-refusal.ts'

export interface NamedFolder {
  /** For people. */
  readonly name: string
  readonly directory: string
}

/** The real path that a folder has, or would have once it is made. */
export async function realPathOf(disk: Disk, path: string): Promise<string> {
  try {
    return await disk.realPath(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error
    return join(await realPathOf(disk, dirname(path)), basename(path))
  }
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** Refuses folders of which one is another, or lies in it: what is swept in one would be the other's. */
export async function assertSeparate(disk: Disk, folders: readonly NamedFolder[]): Promise<void> {
  const found: { name: string; path: string }[] = []
  for (const { name, directory } of folders) {
    const path = await realPathOf(disk, directory)
    for (const other of found) {
      if (isWithin(path, other.path) || isWithin(other.path, path)) {
        throw sharedFolder(other.name, name, path)
      }
    }
    found.push({ name, path })
  }
}

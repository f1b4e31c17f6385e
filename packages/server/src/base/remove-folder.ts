import { rm } from 'node:fs/promises'

/** Removes a folder with all that is in it; nothing where it is not there. For what is made for the time being. */
export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true })
}

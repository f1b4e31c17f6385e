import { rm, rmdir } from 'node:fs/promises'

/** Removes a folder with all that is in it; nothing where it is not there. For what is made for the time being. */
export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true })
}

/** Removes a folder where nothing is in it. */
export async function removeEmptyFolder(path: string): Promise<void> {
  await rmdir(path).catch(() => {})
}

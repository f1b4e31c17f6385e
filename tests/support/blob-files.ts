import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface BlobFile {
  readonly path: string
  readonly sizeBytes: number
}

/** Every file that holds, or was to hold, an object's bytes: those being written too. */
export async function blobFiles(dataDirectory: string): Promise<BlobFile[]> {
  const entries = await readdir(join(dataDirectory, 'blobs'), { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(paths.map(async (path) => ({ path, sizeBytes: (await stat(path)).size })))
}

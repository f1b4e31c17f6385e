import { readdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

/** What a folder of blobs says of itself, or was about to say when its writer was killed. */
const SIGNS = /^(store\.json(\.[0-9a-f]{16}){0,2}(\.tmp)?|reached-\d{16})$/

export interface BlobFile {
  readonly path: string
  readonly sizeBytes: number
}

/** Every file that holds, or was to hold, an object's bytes: those being written too. */
export function blobFiles(dataDirectory: string): Promise<BlobFile[]> {
  return blobFilesIn(join(dataDirectory, 'blobs'))
}

/** The same of one folder of blobs. */
export async function blobFilesIn(folder: string): Promise<BlobFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile() && !SIGNS.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  const files = await Promise.all(paths.map(async (path) => ({ path, sizeBytes: await sizeBytesOf(path) })))
  return files.filter((file): file is BlobFile => file.sizeBytes !== undefined)
}

/** Makes what writes of dead processes left so much older: it goes by the clock of the folder, which no test moves. */
export async function ageLeftovers(dataDirectory: string, milliseconds: number): Promise<void> {
  const folder = join(dataDirectory, 'blobs', 'tmp')
  const at = new Date(Date.now() - milliseconds)
  for (const name of await readdir(folder)) await utimes(join(folder, name), at, at)
}

/** Undefined for a file that has gone since it was listed. */
async function sizeBytesOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

const CHUNK_BYTES = 64 * 1024
const LARGE_CHUNK_BYTES = 256 * 1024
const LARGE_FROM_BYTES = 4 * 1024 * 1024
const TAG_BYTES = 16

/**
 * The size of the file that so many bytes become: every 64 KiB, of 4 MiB and more every 256 KiB, are sealed with a tag of
 * their own (docs/format.md).
 */
export function sealedSize(plainBytes: number): number {
  const chunkBytes = plainBytes < LARGE_FROM_BYTES ? CHUNK_BYTES : LARGE_CHUNK_BYTES
  return plainBytes + Math.ceil(plainBytes / chunkBytes) * TAG_BYTES
}

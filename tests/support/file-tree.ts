import { mkdir, readdir, utimes } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { sha256OfFile, writeContentFile } from './content.ts'

/** SHA-256 in hex of every file, by its path below the folder with forward slashes. */
export type TreeHashes = ReadonlyMap<string, string>

/**
 * Writes a file for each path, each with content and size of its own (0 to 40 KB), and a time of change that lies back: S3
 * tells whole seconds, so that a file of this very second would seem newer than its upload.
 */
export async function writeTree(folder: string, paths: readonly string[]): Promise<TreeHashes> {
  const hashes = new Map<string, string>()
  const lastMinute = new Date(Date.now() - 60_000)
  for (const [index, path] of paths.entries()) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    hashes.set(path, await writeContentFile(file, path, (index * 7919) % 40_000))
    await utimes(file, lastMinute, lastMinute)
  }
  return hashes
}

/** The hashes of what is in a folder now. */
export async function readTree(folder: string): Promise<TreeHashes> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hashes = new Map<string, string>()
  for (const file of files) hashes.set(relative(folder, file), await sha256OfFile(file))
  return hashes
}

/** Paths of many small files in nested folders. */
export function manyPaths(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const folder = `folder ${index % 13}/deep-${index % 7}`
    return `${folder}/file-${String(index).padStart(5, '0')}.bin`
  })
}

import { dirname } from 'node:path'
import type { Disk } from './disk.ts'
import type { Random } from './random.ts'
import { errorCode } from './storage-fault.ts'

/** A small text file, read at once. */
export async function readWholeFile(disk: Disk, path: string): Promise<string> {
  return (await readWholeBytes(disk, path)).toString('utf8')
}

/** A small file, read at once. */
export async function readWholeBytes(disk: Disk, path: string): Promise<Buffer> {
  const file = await disk.openForRead(path)
  try {
    const bytes = Buffer.alloc(await file.size())
    let length = 0
    while (length < bytes.length) {
      const readBytes = await file.read(bytes.subarray(length), length)
      if (readBytes === 0) break
      length += readBytes
    }
    return bytes.subarray(0, length)
  } finally {
    await file.close()
  }
}

/** The same; `undefined` where there is none. */
export async function readFileIfThere(disk: Disk, path: string): Promise<string | undefined> {
  try {
    return await readWholeFile(disk, path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Writes a small text file that must not exist yet: whole or absent, and durable on return. Rejects with `EEXIST` where
 * there is one, so of several processes exactly one succeeds.
 */
export async function writeNewFile(
  disk: Disk,
  random: Random,
  path: string,
  text: string,
  mode: number,
): Promise<void> {
  const temporary = `${path}.${random.bytes(8).toString('hex')}.tmp`
  const file = await disk.create(temporary, mode)
  try {
    try {
      await file.append([Buffer.from(text)])
      await file.sync()
    } finally {
      await file.close()
    }
    await disk.link(temporary, path)
  } finally {
    await disk.remove(temporary)
  }
  await disk.syncDirectory(dirname(path))
}

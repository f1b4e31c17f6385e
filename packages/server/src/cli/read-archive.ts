import type { Disk } from '../base/disk.ts'

/** A file whole, however it is made of bytes. Rejects with the system's error where it cannot be read. */
export async function readArchive(disk: Disk, path: string): Promise<Uint8Array> {
  const file = await disk.openForRead(path)
  try {
    const bytes = Buffer.alloc(await file.size())
    for (let length = 0; length < bytes.length;) {
      const readBytes = await file.read(bytes.subarray(length), length)
      if (readBytes === 0) return bytes.subarray(0, length)
      length += readBytes
    }
    return bytes
  } finally {
    await file.close()
  }
}

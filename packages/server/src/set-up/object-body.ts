import { createHash } from 'node:crypto'
import type { Disk } from '../base/disk.ts'
import type { RequestBody } from '../model/body.ts'

const CHUNK_BYTES = 1024 * 1024

/** The body of an object that a config describes, and its MD5 in base64, by which it is whole. */
export interface ObjectBody {
  readonly body: RequestBody
  readonly md5: string
}

export function bodyOfBytes(bytes: Uint8Array): ObjectBody {
  const once = async function* (): AsyncGenerator<Uint8Array> {
    if (bytes.length > 0) yield bytes
  }
  const md5 = createHash('md5').update(bytes).digest('base64')
  return { body: { sizeBytes: bytes.length, bytes: once(), trailers: {}, announcedTrailers: [] }, md5 }
}

/** Reads the file twice: for its MD5, and when the body is read. Rejects with the system's error where it cannot be read. */
export async function bodyOfFile(disk: Disk, path: string): Promise<ObjectBody> {
  const hash = createHash('md5')
  let sizeBytes = 0
  for await (const chunk of chunksOf(disk, path)) {
    hash.update(chunk)
    sizeBytes += chunk.length
  }
  const body = { sizeBytes, bytes: chunksOf(disk, path), trailers: {}, announcedTrailers: [] }
  return { body, md5: hash.digest('base64') }
}

async function* chunksOf(disk: Disk, path: string): AsyncGenerator<Uint8Array> {
  const file = await disk.openForRead(path)
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    for (let position = 0; ;) {
      const readBytes = await file.read(buffer, position)
      if (readBytes === 0) return
      position += readBytes
      yield buffer.subarray(0, readBytes)
    }
  } finally {
    await file.close()
  }
}

import { createHash, hash } from 'node:crypto'
import type { Disk } from '../base/disk.ts'
import { bodyOf, type RequestBody } from '../model/body.ts'

const CHUNK_BYTES = 1024 * 1024

/** The body of an object that a config describes, and its MD5 in base64, by which it is whole. */
export interface ObjectBody {
  readonly body: RequestBody
  readonly md5: string
}

export function bodyOfBytes(bytes: Uint8Array): ObjectBody {
  return { body: bodyOf(bytes, bytes.length), md5: hash('md5', bytes, 'base64') }
}

/** Reads the file twice: for its MD5, and when the body is read. Rejects with the system's error where it cannot be read. */
export async function bodyOfFile(disk: Disk, path: string): Promise<ObjectBody> {
  const md5 = createHash('md5')
  let sizeBytes = 0
  for await (const chunk of chunksOf(disk, path)) {
    md5.update(chunk)
    sizeBytes += chunk.length
  }
  return { body: bodyOf(chunksOf(disk, path), sizeBytes), md5: md5.digest('base64') }
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

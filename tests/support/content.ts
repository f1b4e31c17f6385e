import { createCipheriv, createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'

const CHUNK_BYTES = 1024 * 1024

/** Pseudo-random bytes that follow from the seed alone, in chunks of at most 1 MiB. */
export function* contentChunks(seed: string, sizeBytes: number): Generator<Buffer> {
  const cipher = createCipheriv('aes-256-ctr', hash('sha256', seed, 'buffer'), Buffer.alloc(16))
  const zeros = Buffer.alloc(Math.min(CHUNK_BYTES, sizeBytes))
  for (let left = sizeBytes; left > 0; left -= zeros.length) {
    yield cipher.update(zeros.subarray(0, Math.min(left, zeros.length)))
  }
}

/** The same bytes as {@link contentChunks}, in one piece. */
export function contentOf(seed: string, sizeBytes: number): Buffer {
  return Buffer.concat([...contentChunks(seed, sizeBytes)])
}

/** Writes {@link contentChunks} to a new file; returns their SHA-256 in hex. */
export async function writeContentFile(path: string, seed: string, sizeBytes: number): Promise<string> {
  const digest = createHash('sha256')
  await using file = await open(path, 'wx')
  for (const chunk of contentChunks(seed, sizeBytes)) {
    digest.update(chunk)
    await file.writeFile(chunk)
  }
  return digest.digest('hex')
}

export function sha256Of(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex')
}

export async function sha256OfFile(path: string): Promise<string> {
  const digest = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    digest.update(chunk as Uint8Array)
  }
  return digest.digest('hex')
}

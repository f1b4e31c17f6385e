import { createCipheriv, createHash } from 'node:crypto'
import type { Random } from './random.ts'

/** The same bytes for the same seed. For tests only. */
export function seededRandom(seed: string): Random {
  const key = createHash('sha256').update(seed).digest()
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  return { bytes: (size) => cipher.update(Buffer.alloc(size)) }
}

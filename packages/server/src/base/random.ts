import { createCipheriv, createHash, randomFillSync } from 'node:crypto'

/** The only source of randomness. */
export interface Random {
  /** `size` fresh random bytes, fit for keys. */
  bytes(size: number): Buffer
}

// One system call fills many small requests: ids are drawn on every request.
const POOL_BYTES = 8192
let pool = Buffer.alloc(0)
let used = 0

export const systemRandom: Random = {
  bytes(size) {
    if (size > POOL_BYTES / 8) return randomFillSync(Buffer.alloc(size))
    if (used + size > pool.length) {
      pool = randomFillSync(Buffer.allocUnsafeSlow(POOL_BYTES))
      used = 0
    }
    const bytes = pool.subarray(used, used + size)
    used += size
    return bytes
  },
}

/** The same bytes for the same seed. For tests only. */
export function seededRandom(seed: string): Random {
  const key = createHash('sha256').update(seed).digest()
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  return { bytes: (size) => cipher.update(Buffer.alloc(size)) }
}

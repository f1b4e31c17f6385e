import { randomFillSync } from 'node:crypto'

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

import { freeMemory } from '../../../base/free-memory.ts'
import { MemoryShare } from '../../../base/memory-share.ts'
import { ignoringFaults } from '../attempt.ts'
import { attempt } from './rados-fault.ts'
import { stripeName } from './blob-head.ts'
import type { RadosPool } from './rados-pool.ts'

/** How many bytes of a large blob an object holds. */
export const STRIPE_BYTES = 4 * 1024 * 1024
// Whole stripes are written at once where there are few writers; many at once write smaller pieces of them.
const gathered = new MemoryShare({
  mostBytes: STRIPE_BYTES,
  leastBytes: 64 * 1024,
  totalBytes: 64 * 1024 ** 2,
})
const WRITES_AT_ONCE = 2
/** Smaller pieces are copied together: each costs as much as some kilobytes. */
const SMALL_BYTES = 16 * 1024
const SMALL_TOGETHER_BYTES = 64 * 1024

/**
 * Gathers the bytes of a blob, and writes them into stripes when they are more than a write takes; holds a gathering, and
 * a few that are being written. `begin` is awaited before the first stripe.
 */
export class StripeWriter {
  readonly #pool: RadosPool
  readonly #data: string
  readonly #begin: () => Promise<void>
  #pieces: Uint8Array[] = []
  #gatheredBytes = 0
  #small: Buffer | undefined
  #smallBytes = 0
  #writtenBytes = 0
  #begun: Promise<void> | undefined
  #isSettled = false
  readonly #writing = new Set<Promise<void>>()
  #failed: { readonly error: unknown } | undefined

  constructor(pool: RadosPool, data: string, begin: () => Promise<void>) {
    this.#pool = pool
    this.#data = data
    this.#begin = begin
    gathered.enter()
  }

  get sizeBytes(): number {
    return this.#writtenBytes + this.#gatheredBytes
  }

  /** How many stripes have been begun. */
  get stripes(): number {
    return Math.ceil(this.#writtenBytes / STRIPE_BYTES)
  }

  /** Takes the chunk over; `undefined` where there is nothing to wait for before the next. */
  add(chunk: Uint8Array): Promise<void> | undefined {
    if (chunk.length > this.#room()) return this.#addInParts(chunk)
    this.#take(chunk)
    return this.#room() === 0 ? this.#flush() : undefined
  }

  async #addInParts(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0;) {
      const part = rest.subarray(0, Math.max(this.#room(), 1))
      this.#take(part)
      rest = rest.subarray(part.length)
      if (this.#room() === 0) await this.#flush()
    }
  }

  /** How much more may be gathered. */
  #room(): number {
    const toEnd = STRIPE_BYTES - (this.#writtenBytes % STRIPE_BYTES)
    return Math.max(0, Math.min(gathered.bytes, toEnd) - this.#gatheredBytes)
  }

  #take(part: Uint8Array): void {
    this.#gatheredBytes += part.length
    if (part.length >= SMALL_BYTES) {
      this.#endSmall()
      this.#pieces.push(part)
      return
    }
    if (this.#smallBytes + part.length > SMALL_TOGETHER_BYTES) this.#endSmall()
    this.#small ??= Buffer.allocUnsafeSlow(SMALL_TOGETHER_BYTES)
    this.#small.set(part, this.#smallBytes)
    this.#smallBytes += part.length
  }

  #endSmall(): void {
    if (this.#small) this.#pieces.push(this.#small.subarray(0, this.#smallBytes))
    this.#small = undefined
    this.#smallBytes = 0
  }

  #taken(): Uint8Array[] {
    this.#endSmall()
    const pieces = this.#pieces
    this.#pieces = []
    this.#gatheredBytes = 0
    return pieces
  }

  async #flush(): Promise<void> {
    this.#begun ??= attempt('begin a blob', this.#begin)
    await this.#begun
    while (this.#writing.size >= WRITES_AT_ONCE) await Promise.race(this.#writing)
    if (this.#failed) throw this.#failed.error
    const name = stripeName(this.#data, Math.floor(this.#writtenBytes / STRIPE_BYTES))
    const offset = this.#writtenBytes % STRIPE_BYTES
    this.#writtenBytes += this.#gatheredBytes
    const pieces = this.#taken()
    const write = attempt('write a blob', () => this.#pool.change(name, { pieces, offset })).then(
      () => void this.#writing.delete(write),
      (error: unknown) => {
        this.#failed ??= { error }
        this.#writing.delete(write)
      },
    )
    this.#writing.add(write)
    // The bytes were copied.
    for (const piece of pieces) freeMemory(piece)
  }

  /** The bytes, where none had to be written yet; otherwise `undefined`, and all of them are durable. */
  async finish(): Promise<Uint8Array[] | undefined> {
    if (!this.#begun) return this.#taken()
    if (this.#gatheredBytes > 0) await this.#flush()
    await Promise.all(this.#writing)
    if (this.#failed) throw this.#failed.error
    return undefined
  }

  /** Resolves when nothing is under way. Must be called, whatever came before. */
  async settle(): Promise<void> {
    if (this.#begun) await ignoringFaults(this.#begun)
    await Promise.all(this.#writing)
    if (!this.#isSettled) gathered.leave()
    this.#isSettled = true
  }
}

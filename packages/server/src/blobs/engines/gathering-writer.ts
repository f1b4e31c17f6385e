import type { DiskFile } from '../../base/disk.ts'
import { freeMemory } from '../../base/free-memory.ts'
import { MemoryShare } from '../../base/memory-share.ts'

// Larger writes are no faster; where there are many they go on while others wait. Tiny chunks are bounded by number, for each costs memory of its own.
const MOST_GATHERED_BYTES = 512 * 1024
const gathered = new MemoryShare({
  mostBytes: MOST_GATHERED_BYTES,
  leastBytes: 64 * 1024,
  totalBytes: 32 * 1024 ** 2,
})
const GATHER_CHUNKS = 256
// Bytes go to the disk while others still come in, so that the last sync has little left to wait for.
const SYNC_EVERY_BYTES = 16 * 1024 * 1024

/** Appends to a file, until `settle`: gathers chunks into large writes, and gathers the next while one is written. */
export class GatheringWriter {
  readonly #file: DiskFile
  #chunks: Uint8Array[] = []
  #gatheredBytes = 0
  #unsyncedBytes = 0
  #sizeBytes = 0
  #isSettled = false
  /** Told before the first write. */
  #bypassesCache: boolean | undefined
  #writing: Promise<void> = Promise.resolve()
  #syncing: Promise<void> = Promise.resolve()

  constructor(file: DiskFile) {
    this.#file = file
    gathered.enter()
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /**
   * Takes the chunk over; `undefined` where there is nothing to wait for before the next. Rejects with what an earlier write
   * threw. Holds at most two gatherings.
   */
  add(chunk: Uint8Array): Promise<void> | undefined {
    if (chunk.length === 0) return undefined
    this.#chunks.push(chunk)
    this.#gatheredBytes += chunk.length
    this.#sizeBytes += chunk.length
    const isFull = this.#gatheredBytes >= gathered.bytes || this.#chunks.length >= GATHER_CHUNKS
    return isFull ? this.#flush() : undefined
  }

  /** Writes the rest and makes all of it durable. */
  async finish(): Promise<void> {
    if (this.#chunks.length > 0) await this.#flush()
    await this.#writing
    await this.#syncing
    await this.#file.sync()
  }

  /** Resolves when nothing is under way, so that the file may be closed. Must be called, whatever came before. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.#writing, this.#syncing])
    if (!this.#isSettled) gathered.leave()
    this.#isSettled = true
  }

  async #flush(): Promise<void> {
    this.#bypassesCache ??=
      this.#gatheredBytes >= MOST_GATHERED_BYTES && (await this.#file.bypassCache?.()) === true
    await this.#writing
    if (!this.#bypassesCache && this.#unsyncedBytes >= SYNC_EVERY_BYTES) await this.#startSync()
    this.#unsyncedBytes += this.#gatheredBytes
    this.#writing = this.#append(this.#chunks)
    // Whoever awaits it next gets the error; until then it must not count as unhandled.
    this.#writing.catch(() => {})
    this.#chunks = []
    this.#gatheredBytes = 0
  }

  /** The chunks are ours and done with: freeing them at once spares a sixth of the CPU of a large upload. */
  async #append(chunks: readonly Uint8Array[]): Promise<void> {
    await this.#file.append(chunks)
    for (const chunk of chunks) freeMemory(chunk)
  }

  async #startSync(): Promise<void> {
    await this.#syncing
    this.#unsyncedBytes = 0
    this.#syncing = this.#file.sync()
    this.#syncing.catch(() => {})
  }
}

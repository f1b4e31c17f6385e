import type { DiskFile } from '../base/disk.ts'
import type { BegunObject, ObjectStore } from './object-store.ts'

const FIRST_WINDOW_BYTES = 16 * 1024
const MOST_WINDOW_BYTES = 8 * 1024 * 1024

/** An object that is read: ahead, and more so the longer it is read in its order. */
export class ObjectFile implements DiskFile {
  readonly #store: ObjectStore
  readonly #key: string
  readonly #sizeBytes: number
  #window: Buffer
  #windowStart = 0
  #windowBytes = FIRST_WINDOW_BYTES

  private constructor(store: ObjectStore, key: string, { bytes, sizeBytes }: BegunObject) {
    this.#store = store
    this.#key = key
    this.#window = bytes
    this.#sizeBytes = sizeBytes
  }

  static async open(store: ObjectStore, key: string): Promise<ObjectFile> {
    return new ObjectFile(store, key, await store.begin(key, FIRST_WINDOW_BYTES))
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    if (position >= this.#sizeBytes || buffer.length === 0) return 0
    const windowEnd = this.#windowStart + this.#window.length
    if (position < this.#windowStart || position >= windowEnd) await this.#fetch(position, buffer.length)
    const start = position - this.#windowStart
    const count = this.#window.copy(buffer, 0, start, start + buffer.length)
    return count
  }

  async size(): Promise<number> {
    return this.#sizeBytes
  }

  async close(): Promise<void> {
    this.#window = Buffer.alloc(0)
  }

  append(): Promise<void> {
    return Promise.reject(new Error('an object is not written into'))
  }

  async sync(): Promise<void> {}

  async #fetch(position: number, wantedBytes: number): Promise<void> {
    const isNext = position === this.#windowStart + this.#window.length
    this.#windowBytes = isNext ? Math.min(2 * this.#windowBytes, MOST_WINDOW_BYTES) : FIRST_WINDOW_BYTES
    const end = Math.min(position + Math.max(this.#windowBytes, wantedBytes), this.#sizeBytes)
    this.#window = await this.#store.read(this.#key, position, end)
    this.#windowStart = position
  }
}

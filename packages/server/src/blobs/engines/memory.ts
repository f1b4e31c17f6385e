import { type Clock, systemClock } from '../../base/clock.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import type {
  BlobBatch,
  BlobId,
  BlobQuarantine,
  BlobStore,
  ByteRange,
  QuarantinedBlob,
  WrittenBlob,
} from '../blob-store.ts'
import { ChanceBatches } from './chance-batches.ts'
import { untilAborted } from '../until-aborted.ts'

const CHUNK_BYTES = 64 * 1024

/**
 * Blobs in the memory of this process, for tests and throw-away servers. It uses every freedom of the contract, so
 * that code which breaks it breaks here too: a lent chunk is overwritten as soon as the next is asked for.
 */
export function openMemoryBlobs(options: MemoryBlobsOptions = {}): BlobStore {
  return new MemoryBlobs(options)
}

export interface MemoryBlobsOptions {
  readonly random?: Random
  readonly clock?: Clock
  /** As for `openFileBlobs`. */
  readonly batches?: { current(): Promise<BlobBatch> }
}

class MemoryBlobs implements BlobStore {
  readonly #blobs = new Map<BlobId, Uint8Array>()
  readonly #quarantined = new Map<BlobId, { readonly blob: Uint8Array; readonly sinceMilliseconds: number }>()
  readonly #random: Random
  readonly #clock: Clock

  readonly #batches: { current(): Promise<BlobBatch> }

  constructor({ random = systemRandom, clock = systemClock, batches }: MemoryBlobsOptions) {
    this.#random = random
    this.#clock = clock
    this.#batches = batches ?? new ChanceBatches(random)
  }

  async write(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<WrittenBlob> {
    const blob = await wholeOf(bytes, signal)
    const { prefix } = await this.#batches.current()
    const id = prefix + this.#random.bytes(16).toString('hex').slice(prefix.length)
    this.#blobs.set(id, blob)
    return { id, sizeBytes: blob.length }
  }

  async *read(id: BlobId, range: ByteRange, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    signal.throwIfAborted()
    const blob = this.#blobs.get(id)
    if (!blob) throw new StorageFault('corrupt', `blob ${id} is missing`)
    if (blob.length < range.end) throw new StorageFault('corrupt', `blob ${id} is too short`)
    const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, range.end - range.start))
    try {
      for (let start = range.start; start < range.end; start += CHUNK_BYTES) {
        signal.throwIfAborted()
        const part = blob.subarray(start, Math.min(start + CHUNK_BYTES, range.end))
        buffer.fill(0)
        buffer.set(part)
        yield buffer.subarray(0, part.length)
      }
    } finally {
      buffer.fill(0)
    }
  }

  async sizeOf(id: BlobId): Promise<number> {
    const blob = this.#blobs.get(id)
    if (!blob) throw new StorageFault('corrupt', `blob ${id} is missing`)
    return blob.length
  }

  async replace(id: BlobId, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    this.#blobs.set(id, await wholeOf(bytes, signal))
  }

  async remove(id: BlobId): Promise<void> {
    this.#blobs.delete(id)
  }

  async *list(): AsyncGenerator<BlobId> {
    yield* this.#blobs.keys()
  }

  readonly quarantine: BlobQuarantine = {
    add: async (id) => {
      const blob = this.#blobs.get(id)
      if (!blob || !this.#blobs.delete(id)) return
      this.#quarantined.set(id, { blob, sinceMilliseconds: this.#clock.now().getTime() })
    },
    list: () => this.#listQuarantined(),
    restore: async (id) => {
      const found = this.#quarantined.get(id)
      if (!found) return false
      this.#blobs.set(id, found.blob)
      return this.#quarantined.delete(id)
    },
    remove: async (id) => void this.#quarantined.delete(id),
  }

  async *#listQuarantined(): AsyncGenerator<QuarantinedBlob> {
    for (const [id, { sinceMilliseconds }] of this.#quarantined) yield { id, sinceMilliseconds }
  }

  async awayPlaces(): Promise<string[]> {
    return []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#blobs.clear()
  }
}

async function wholeOf(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of untilAborted(bytes, signal)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

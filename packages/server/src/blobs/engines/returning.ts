import type { Clock } from '../../base/clock.ts'
import { StorageFault } from '../../base/storage-fault.ts'
import type {
  BlobId,
  BlobQuarantine,
  BlobStore,
  ByteRange,
  QuarantinedBlob,
  WrittenBlob,
} from '../blob-store.ts'

const LOOK_AGAIN_MILLISECONDS = 5000

/** A store that is away now: everything is `away`, until one who asks finds that it is back. */
export class ReturningBlobs implements BlobStore {
  readonly #open: () => Promise<BlobStore | undefined>
  readonly #clock: Clock
  readonly #name: string
  #store: BlobStore | undefined
  #looking: Promise<BlobStore | undefined> | undefined
  #lookedMilliseconds: number

  /** `open` gives `undefined` while it is away, and so does one that throws. */
  constructor(name: string, open: () => Promise<BlobStore | undefined>, clock: Clock) {
    this.#name = name
    this.#open = open
    this.#clock = clock
    this.#lookedMilliseconds = clock.now().getTime()
  }

  async write(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<WrittenBlob> {
    return (await this.#found()).write(bytes, signal)
  }

  async *read(
    id: BlobId,
    range: ByteRange,
    signal: AbortSignal,
    unitBytes?: number,
  ): AsyncGenerator<Uint8Array> {
    yield* (await this.#found()).read(id, range, signal, unitBytes)
  }

  async sizeOf(id: BlobId): Promise<number> {
    return (await this.#found()).sizeOf(id)
  }

  async replace(id: BlobId, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    await (await this.#found()).replace(id, bytes, signal)
  }

  async remove(id: BlobId): Promise<void> {
    await (await this.#found()).remove(id)
  }

  async *list(): AsyncGenerator<BlobId> {
    yield* (await this.#found()).list()
  }

  readonly quarantine: BlobQuarantine = {
    add: async (id) => (await this.#found()).quarantine.add(id),
    list: () => this.#listQuarantined(),
    restore: async (id) => (await this.#found()).quarantine.restore(id),
    remove: async (id) => (await this.#found()).quarantine.remove(id),
  }

  async *#listQuarantined(): AsyncGenerator<QuarantinedBlob> {
    yield* (await this.#found()).quarantine.list()
  }

  async awayPlaces(): Promise<string[]> {
    const store = await this.#look()
    return store ? store.awayPlaces() : [this.#name]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store?.[Symbol.asyncDispose]()
  }

  async #found(): Promise<BlobStore> {
    const store = await this.#look()
    if (!store) throw new StorageFault('away', `the folder of ${this.#name} is not there`)
    return store
  }

  /** Looks for it at most every few seconds, however many ask. */
  async #look(): Promise<BlobStore | undefined> {
    if (this.#store || this.#looking) return this.#store ?? this.#looking
    const now = this.#clock.now().getTime()
    if (Math.abs(now - this.#lookedMilliseconds) < LOOK_AGAIN_MILLISECONDS) return undefined
    this.#lookedMilliseconds = now
    this.#looking = this.#open().catch(() => undefined)
    this.#store = await this.#looking
    this.#looking = undefined
    return this.#store
  }
}

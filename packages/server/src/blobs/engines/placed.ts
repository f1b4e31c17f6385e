import { StorageFault } from '../../base/storage-fault.ts'
import type { BlobId, BlobStore, ByteRange, WrittenBlob } from '../blob-store.ts'

/** Between a place and the id that its store gave; no place and no id has one. */
const SEPARATOR = '.'

/** A default store, and one for each folder that is named. */
export async function openPlaced(
  main: BlobStore,
  folders: readonly { readonly name: string; readonly directory?: string | undefined }[],
  open: (directory: string) => Promise<BlobStore>,
): Promise<BlobStore> {
  const places = new Map<string, BlobStore>()
  for (const { name, directory } of folders) {
    if (directory !== undefined) places.set(name, await open(directory))
  }
  return places.size > 0 ? new PlacedBlobs(main, places) : main
}

/**
 * Several stores as one. A blob's id tells where it is: that of the default store has its own form, all others begin with
 * the name of their place. A place that is not there any more makes its blobs unavailable, and nothing of them is lost.
 */
class PlacedBlobs implements BlobStore {
  readonly #main: BlobStore
  readonly #places: ReadonlyMap<string, BlobStore>

  constructor(main: BlobStore, places: ReadonlyMap<string, BlobStore>) {
    this.#main = main
    this.#places = places
  }

  async write(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal, place?: string): Promise<WrittenBlob> {
    if (place === undefined) return this.#main.write(bytes, signal)
    const { id, sizeBytes } = await this.#storeAt(place).write(bytes, signal)
    return { id: place + SEPARATOR + id, sizeBytes }
  }

  read(id: BlobId, range: ByteRange, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const [store, ownId] = this.#find(id)
    return store.read(ownId, range, signal)
  }

  async remove(id: BlobId): Promise<void> {
    const [store, ownId] = this.#find(id)
    await store.remove(ownId)
  }

  async *list(): AsyncGenerator<BlobId> {
    yield* this.#main.list()
    for (const [place, store] of this.#places) {
      for await (const id of store.list()) yield place + SEPARATOR + id
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#places.values()) await store[Symbol.asyncDispose]()
    await this.#main[Symbol.asyncDispose]()
  }

  #find(id: BlobId): [store: BlobStore, ownId: BlobId] {
    const at = id.indexOf(SEPARATOR)
    return at < 0 ? [this.#main, id] : [this.#storeAt(id.slice(0, at)), id.slice(at + 1)]
  }

  #storeAt(place: string): BlobStore {
    const store = this.#places.get(place)
    if (!store)
      throw new StorageFault('unavailable', `no storage class of the config has the folder of ${place}`)
    return store
  }
}

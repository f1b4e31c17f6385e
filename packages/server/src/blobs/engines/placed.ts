import { StorageFault } from '../../base/storage-fault.ts'
import type {
  BlobId,
  BlobQuarantine,
  BlobStore,
  ByteRange,
  QuarantinedBlob,
  WrittenBlob,
} from '../blob-store.ts'

/** Between a place and the id that its store gave; no place and no id has one. */
const SEPARATOR = '.'

/** What the default one is called. */
export const MAIN_PLACE = 'blobs'

/** A default store, and one for each folder that is named. */
export async function openPlaced(
  main: BlobStore,
  folders: readonly { readonly name: string; readonly directory?: string | undefined }[],
  open: (directory: string, name: string) => Promise<BlobStore>,
): Promise<BlobStore> {
  const places = new Map<string, BlobStore>()
  for (const { name, directory } of folders) {
    if (directory !== undefined) places.set(name, await open(directory, name))
  }
  return new PlacedBlobs(main, places)
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

  get removalEndsReads(): boolean {
    return [this.#main, ...this.#places.values()].some((store) => store.removalEndsReads)
  }

  async write(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal, place?: string): Promise<WrittenBlob> {
    if (place === undefined) return this.#main.write(bytes, signal)
    const { id, sizeBytes } = await this.#storeAt(place).write(bytes, signal)
    return { id: place + SEPARATOR + id, sizeBytes }
  }

  read(id: BlobId, range: ByteRange, signal: AbortSignal, unitBytes?: number): AsyncIterable<Uint8Array> {
    const [store, ownId] = this.#find(id)
    return store.read(ownId, range, signal, unitBytes)
  }

  async sizeOf(id: BlobId): Promise<number> {
    const [store, ownId] = this.#find(id)
    return store.sizeOf(ownId)
  }

  async replace(id: BlobId, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const [store, ownId] = this.#find(id)
    await store.replace(ownId, bytes, signal)
  }

  async adopt(id: BlobId, path: string): Promise<boolean> {
    const [store, ownId] = this.#find(id)
    return (await store.adopt?.(ownId, path)) ?? false
  }

  async remove(id: BlobId): Promise<void> {
    const [store, ownId] = this.#find(id)
    await store.remove(ownId)
  }

  async *list(): AsyncGenerator<BlobId> {
    yield* this.#main.list()
    for (const [place, store] of this.#places) {
      for await (const id of unlessAway(store.list())) yield place + SEPARATOR + id
    }
  }

  get quarantine(): BlobQuarantine {
    const at = (id: BlobId): [quarantine: BlobQuarantine, ownId: BlobId] => {
      const [store, ownId] = this.#find(id)
      return [store.quarantine, ownId]
    }
    return {
      add(id) {
        const [quarantine, ownId] = at(id)
        return quarantine.add(ownId)
      },
      list: () => this.#listQuarantined(),
      restore(id) {
        const [quarantine, ownId] = at(id)
        return quarantine.restore(ownId)
      },
      remove(id) {
        const [quarantine, ownId] = at(id)
        return quarantine.remove(ownId)
      },
    }
  }

  async *#listQuarantined(): AsyncGenerator<QuarantinedBlob> {
    yield* this.#main.quarantine.list()
    for (const [place, store] of this.#places) {
      for await (const found of unlessAway(store.quarantine.list())) {
        yield { ...found, id: place + SEPARATOR + found.id }
      }
    }
  }

  async awayPlaces(): Promise<string[]> {
    const away = (await this.#main.awayPlaces()).length > 0 ? [MAIN_PLACE] : []
    for (const [place, store] of this.#places) if ((await store.awayPlaces()).length > 0) away.push(place)
    return away
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
    if (!store) throw new StorageFault('away', `no storage class of the config has the folder of ${place}`)
    return store
  }
}

/** All of it, or what comes before its place turns out to be away. */
async function* unlessAway<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* source
  } catch (error) {
    if (!(error instanceof StorageFault && error.kind === 'away')) throw error
  }
}

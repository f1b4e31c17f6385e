import { dirname, join } from 'node:path'
import { type Clock, systemClock } from '../../base/clock.ts'
import { type Disk, type DiskFile, systemDisk } from '../../base/disk.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import { errorCode, StorageFault } from '../../base/storage-fault.ts'
import type { BlobId, BlobStore, ByteRange, WrittenBlob } from '../blob-store.ts'
import { untilAborted } from '../until-aborted.ts'
import { attempt, ignoringFaults } from './attempt.ts'
import { GatheringWriter } from './gathering-writer.ts'
import { readAhead } from './read-ahead.ts'
import { sharedSync } from './shared-sync.ts'

export interface FileBlobsOptions {
  /** Made where it is missing. Several processes may share it. */
  readonly directory: string
  readonly disk?: Disk
  readonly random?: Random
  readonly clock?: Clock
  /** How long a temporary file must have been untouched to count as left behind. Default: an hour. */
  readonly abandonedAfterMilliseconds?: number
}

const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700
const TEMPORARY = 'tmp'
const BLOB_ID = /^[0-9a-f]{32}$/
const IDS_PER_TURN = 256
const FOLDERS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * A file a blob, `<directory>/<first two characters of the id>/<id>`, written as `<directory>/tmp/<id>` and renamed
 * when its bytes are durable, so that a name in a folder always means a whole blob.
 */
export async function openFileBlobs(options: FileBlobsOptions): Promise<BlobStore> {
  const store = new FileBlobs(options)
  await store.prepare()
  return store
}

class FileBlobs implements BlobStore {
  readonly #directory: string
  readonly #disk: Disk
  readonly #random: Random
  readonly #clock: Clock
  readonly #abandonedAfterMilliseconds: number
  readonly #syncFolder = new Map<string, () => Promise<void>>()
  readonly #beingWritten = new Set<BlobId>()
  #idsMade = 0
  #folder = ''

  constructor(options: FileBlobsOptions) {
    this.#directory = options.directory
    this.#disk = options.disk ?? systemDisk
    this.#random = options.random ?? systemRandom
    this.#clock = options.clock ?? systemClock
    this.#abandonedAfterMilliseconds = options.abandonedAfterMilliseconds ?? 3_600_000
    for (const folder of FOLDERS) {
      const path = join(this.#directory, folder)
      this.#syncFolder.set(
        folder,
        sharedSync(() => this.#disk.syncDirectory(path)),
      )
    }
  }

  /** Makes all folders now, so that a write has one directory to sync. Costs one listing where they exist. */
  async prepare(): Promise<void> {
    await attempt('open blobs', async () => {
      await this.#disk.makeDirectory(this.#directory, DIRECTORY_MODE)
      const existing = new Set(await this.#disk.list(this.#directory))
      const missing = [...FOLDERS, TEMPORARY].filter((folder) => !existing.has(folder))
      await Promise.all(
        missing.map((folder) => this.#disk.makeDirectory(join(this.#directory, folder), DIRECTORY_MODE)),
      )
      // Even where none is missing: whoever made them may have died before this.
      await this.#disk.syncDirectory(this.#directory)
      await this.#disk.syncDirectory(dirname(this.#directory))
    })
    await this.#removeAbandoned()
  }

  async write(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<WrittenBlob> {
    const id = this.#newId()
    this.#beingWritten.add(id)
    try {
      const sizeBytes = await this.#writeTemporary(id, bytes, signal)
      await this.#publish(id)
      return { id, sizeBytes }
    } finally {
      this.#beingWritten.delete(id)
    }
  }

  /** Ids made close together share a folder for a while, so that one sync of it serves many writes. */
  #newId(): BlobId {
    if (this.#idsMade++ % IDS_PER_TURN === 0) this.#folder = this.#random.bytes(1).toString('hex')
    return this.#folder + this.#random.bytes(15).toString('hex')
  }

  async #writeTemporary(id: BlobId, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number> {
    const path = this.#temporaryPath(id)
    const file = await attempt('create a blob', () => this.#disk.create(path, FILE_MODE))
    const writer = new GatheringWriter(file)
    let open = true
    try {
      for await (const chunk of untilAborted(bytes, signal)) {
        await attempt('write a blob', () => writer.add(chunk))
      }
      await attempt('sync a blob', () => writer.finish())
      signal.throwIfAborted()
      open = false
      await attempt('close a blob', () => file.close())
      return writer.sizeBytes
    } catch (error) {
      await writer.settle()
      if (open) await ignoringFaults(file.close())
      await ignoringFaults(this.#disk.remove(path))
      throw error
    }
  }

  /** Gives a durable temporary file its place, durably. */
  async #publish(id: BlobId): Promise<void> {
    const temporary = this.#temporaryPath(id)
    const path = this.#path(id)
    try {
      await attempt('rename a blob', () => this.#disk.rename(temporary, path))
      await attempt('sync a folder of blobs', () => this.#sync(id))
    } catch (error) {
      await ignoringFaults(this.#disk.remove(temporary))
      await ignoringFaults(this.#disk.remove(path))
      throw error
    }
  }

  async *read(id: BlobId, range: ByteRange, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    signal.throwIfAborted()
    const file = await this.#open(id)
    try {
      yield* readAhead(file, range, signal)
    } finally {
      // All that was asked for has been read: a fault now changes nothing.
      await ignoringFaults(file.close())
    }
  }

  async #open(id: BlobId): Promise<DiskFile> {
    if (!BLOB_ID.test(id)) throw new StorageFault('corrupt', 'no blob has such an id')
    try {
      return await this.#disk.openForRead(this.#path(id))
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw StorageFault.from(error, 'open a blob')
      throw new StorageFault('corrupt', `blob ${id} is missing`, { cause: error })
    }
  }

  async remove(id: BlobId): Promise<void> {
    if (BLOB_ID.test(id)) await attempt('remove a blob', () => this.#removeIfPresent(this.#path(id)))
  }

  async *list(): AsyncGenerator<BlobId> {
    await this.#removeAbandoned()
    for (const folder of FOLDERS) {
      const names = await attempt('list blobs', () => this.#disk.list(join(this.#directory, folder)))
      for (const name of names) if (BLOB_ID.test(name)) yield name
    }
  }

  /**
   * Removes what writes that crashed left behind. A file may be of another living process, and neither process ids
   * nor locks can tell across containers and network disks; but a living write touches its file. Should one be slow
   * enough to lose it all the same, its rename fails and so does the write: nothing is ever half there.
   */
  async #removeAbandoned(): Promise<void> {
    const before = this.#clock.now().getTime() - this.#abandonedAfterMilliseconds
    await attempt('remove abandoned blobs', async () => {
      for (const name of await this.#disk.list(join(this.#directory, TEMPORARY))) {
        const path = this.#temporaryPath(name)
        if (this.#beingWritten.has(name)) continue
        if ((await this.#modifiedMilliseconds(path)) < before) await this.#removeIfPresent(path)
      }
    })
  }

  /** Infinity where the file has gone meanwhile. */
  async #modifiedMilliseconds(path: string): Promise<number> {
    try {
      return (await this.#disk.modifiedAt(path)).getTime()
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
      return Infinity
    }
  }

  async #removeIfPresent(path: string): Promise<void> {
    try {
      await this.#disk.remove(path)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }

  #path(id: BlobId): string {
    return join(this.#directory, id.slice(0, 2), id)
  }

  #temporaryPath(id: BlobId): string {
    return join(this.#directory, TEMPORARY, id)
  }

  async #sync(id: BlobId): Promise<void> {
    await this.#syncFolder.get(id.slice(0, 2))?.()
  }

  /** Nothing to free: writes and reads under way close their files themselves. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

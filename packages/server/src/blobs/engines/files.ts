import { basename, join } from 'node:path'
import { type Clock, systemClock } from '../../base/clock.ts'
import { type Disk, type DiskFile, systemDisk } from '../../base/disk.ts'
import { makeDurableDirectory } from '../../base/durable-directory.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import type { SpaceGate } from '../../base/space-gate.ts'
import { errorCode, isForbidden, StorageFault } from '../../base/storage-fault.ts'
import type { BlobBatch, BlobId, BlobQuarantine, BlobStore, ByteRange, WrittenBlob } from '../blob-store.ts'
import { noteReached, reachedIn } from '../reached.ts'
import { untilAborted } from '../until-aborted.ts'
import { attempt, ignoringFaults } from './attempt.ts'
import { BlobFile, isStale } from './blob-file.ts'
import { ChanceBatches } from './chance-batches.ts'
import { FileQuarantine, QUARANTINE } from './file-quarantine.ts'
import { GatheringWriter } from './gathering-writer.ts'
import { readAhead } from './read-ahead.ts'
import { sharedSync } from './shared-sync.ts'

export interface FileBlobsOptions {
  /** Made where it is missing. Several processes may share it. */
  readonly directory: string
  readonly disk?: Disk
  readonly random?: Random
  readonly clock?: Clock
  /** What the ids of new blobs begin with, so that those which a crash leaves can be told. Default: chance. */
  readonly batches?: { current(): Promise<BlobBatch> }
  /** Throws `StorageFault('away')` where the folder is not the store's any more. Default: it always is. */
  readonly assertOurs?: () => Promise<void>
  /** Makes nothing in it, and clears nothing away. */
  readonly readOnly?: boolean
  /** How long a temporary file must have been untouched to count as left behind. Default: an hour. */
  readonly abandonedAfterMilliseconds?: number
  /** Asked before bytes are written. */
  readonly space?: SpaceGate
}

const FILE_MODE = 0o600
const DIRECTORY_MODE = 0o700
const TEMPORARY = 'tmp'
const BLOB_ID = /^[0-9a-f]{32}$/
const FOLDERS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * A file a blob, `<directory>/<first two characters of the id>/<id>`, written as `<directory>/tmp/<id>` and renamed
 * when its bytes are durable, so that a name in a folder always means a whole blob.
 */
export async function openFileBlobs(options: FileBlobsOptions): Promise<BlobStore> {
  const store = new FileBlobs(options)
  if (!options.readOnly) await store.prepare()
  return store
}

/** Another file system, one without such names, or a file with too many of them or of somebody else. */
const CANNOT_LINK = new Set<string | undefined>(['EXDEV', 'ENOTSUP', 'EPERM', 'EMLINK', 'ENOSYS'])

/** A folder that is away, or that this user may not enter any more, looks like this from a file in it. */
function isOfFolder(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || isForbidden(error)
}

/** A folder that this user may not write into is none that failed: its rights come back as a disk's do. */
function writeFault(cause: unknown, doing: string): StorageFault {
  const fault = StorageFault.from(cause, doing)
  return isForbidden(cause) ? new StorageFault('readOnly', fault.message, { cause }) : fault
}

class FileBlobs implements BlobStore {
  readonly #directory: string
  readonly #disk: Disk
  readonly #random: Random
  readonly #clock: Clock
  readonly #abandonedAfterMilliseconds: number
  readonly #space: SpaceGate | undefined
  readonly #syncFolder = new Map<string, () => Promise<void>>()
  readonly #beingWritten = new Set<BlobId>()
  readonly #batches: { current(): Promise<BlobBatch> }
  readonly #assertOurs: () => Promise<void>
  /** The newest batch that the folder is known to have had. */
  #reached = 0
  readonly quarantine: BlobQuarantine

  constructor(options: FileBlobsOptions) {
    this.#directory = options.directory
    this.#disk = options.disk ?? systemDisk
    this.#random = options.random ?? systemRandom
    this.#clock = options.clock ?? systemClock
    this.#abandonedAfterMilliseconds = options.abandonedAfterMilliseconds ?? 3_600_000
    this.#batches = options.batches ?? new ChanceBatches(this.#random)
    this.#assertOurs = options.assertOurs ?? (async () => {})
    this.quarantine = new FileQuarantine({
      directory: this.#directory,
      disk: this.#disk,
      clock: this.#clock,
      pathOf: (id) => (BLOB_ID.test(id) ? this.#path(id) : undefined),
      assertOurs: this.#assertOurs,
    })
    this.#space = options.space
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
      await makeDurableDirectory(this.#disk, this.#directory, DIRECTORY_MODE)
      const existing = await this.#disk.list(this.#directory)
      this.#reached = reachedIn(existing)
      const missing = [...FOLDERS, TEMPORARY, QUARANTINE].filter((folder) => !existing.includes(folder))
      await Promise.all(
        missing.map((folder) => this.#disk.makeDirectory(join(this.#directory, folder), DIRECTORY_MODE)),
      )
      // Even where none is missing: whoever made them may have died before this.
      await this.#disk.syncDirectory(this.#directory)
    })
    await this.#removeAbandoned()
  }

  async write(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<WrittenBlob> {
    const id = await this.#newId()
    return { id, sizeBytes: await this.#writeAs(id, id, bytes, signal) }
  }

  async replace(id: BlobId, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    if (!BLOB_ID.test(id)) throw new StorageFault('corrupt', 'no blob has such an id')
    await attempt('look for the folder of blobs', this.#assertOurs)
    // Another process may be doing the same, or has died over it.
    await this.#writeAs(id, this.#random.bytes(16).toString('hex'), bytes, signal)
  }

  async adopt(id: BlobId, path: string): Promise<boolean> {
    if (!BLOB_ID.test(id)) throw new StorageFault('corrupt', 'no blob has such an id')
    await attempt('look for the folder of blobs', this.#assertOurs)
    const temporary = this.#temporaryPath(this.#random.bytes(16).toString('hex'))
    try {
      await this.#disk.link(path, temporary)
    } catch (error) {
      if (CANNOT_LINK.has(errorCode(error))) return false
      throw StorageFault.from(error, 'link a blob')
    }
    await this.#publish(id, temporary)
    return true
  }

  /** `name` is that of the temporary file. */
  async #writeAs(
    id: BlobId,
    name: string,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<number> {
    this.#beingWritten.add(name)
    try {
      const sizeBytes = await this.#writeTemporary(name, bytes, signal)
      await this.#publish(id, this.#temporaryPath(name))
      return sizeBytes
    } catch (error) {
      this.#space?.met(error)
      throw error
    } finally {
      this.#beingWritten.delete(name)
    }
  }

  /** Ids of a batch share a folder, so that one sync of it serves many writes. */
  async #newId(): Promise<BlobId> {
    const { prefix, number } = await this.#batches.current()
    if (number > this.#reached) await this.#reach(number)
    return prefix + this.#random.bytes(16).toString('hex').slice(prefix.length)
  }

  /** Before the first blob of a batch, so that metadata from before it can be told from newer ones. */
  async #reach(number: number): Promise<void> {
    await attempt('look for the folder of blobs', this.#assertOurs)
    try {
      await noteReached(this.#disk, this.#directory, number)
    } catch (error) {
      throw writeFault(error, 'note a batch of blobs')
    }
    this.#reached = Math.max(this.#reached, number)
  }

  async #writeTemporary(
    name: string,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<number> {
    const path = this.#temporaryPath(name)
    const file = await this.#create(path)
    const writer = new GatheringWriter(file)
    let open = true
    try {
      for await (const chunk of untilAborted(bytes, signal)) {
        const space = this.#space?.admit(chunk.length)
        if (space) await space
        const taken = writer.add(chunk)
        if (taken) await attempt('write a blob', () => taken)
      }
      await attempt('sync a blob', () => writer.finish())
      signal.throwIfAborted()
      await writer.settle()
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

  async #create(path: string): Promise<DiskFile> {
    try {
      return await this.#disk.create(path, FILE_MODE)
    } catch (error) {
      if (isOfFolder(error)) await attempt('look for the folder of blobs', this.#assertOurs)
      throw writeFault(error, 'create a blob')
    }
  }

  /** Gives a durable temporary file its place, durably. */
  async #publish(id: BlobId, temporary: string): Promise<void> {
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

  async *read(id: BlobId, range: ByteRange, signal: AbortSignal, unitBytes = 1): AsyncGenerator<Uint8Array> {
    signal.throwIfAborted()
    const file = await this.#open(id)
    try {
      yield* readAhead(file, range, signal, unitBytes)
    } finally {
      // All that was asked for has been read: a fault now changes nothing.
      await ignoringFaults(file.close())
    }
  }

  async #open(id: BlobId): Promise<BlobFile> {
    if (!BLOB_ID.test(id)) throw new StorageFault('corrupt', 'no blob has such an id')
    return BlobFile.open(() => this.#openNow(id))
  }

  async #openNow(id: BlobId): Promise<DiskFile> {
    try {
      return await this.#disk.openForRead(this.#path(id))
    } catch (error) {
      if (isStale(error)) throw error
      if (!isOfFolder(error)) throw StorageFault.from(error, 'open a blob')
      await attempt('look for the folder of blobs', this.#assertOurs)
      if (isForbidden(error)) throw StorageFault.from(error, 'open a blob')
      throw new StorageFault('corrupt', `blob ${id} is missing`, { cause: error })
    }
  }

  async sizeOf(id: BlobId): Promise<number> {
    const file = await this.#open(id)
    try {
      return await attempt('look at a blob', () => file.size())
    } finally {
      await ignoringFaults(file.close())
    }
  }

  async remove(id: BlobId): Promise<void> {
    if (!BLOB_ID.test(id)) return
    const isRemoved = await attempt('remove a blob', () => this.#removeIfPresent(this.#path(id)))
    if (!isRemoved) await attempt('look for the folder of blobs', this.#assertOurs)
  }

  async *list(): AsyncGenerator<BlobId> {
    await attempt('look for the folder of blobs', this.#assertOurs)
    await this.#removeAbandoned()
    for (const folder of FOLDERS) {
      const names = await attempt('list blobs', () => this.#disk.list(join(this.#directory, folder)))
      for (const name of names) if (BLOB_ID.test(name)) yield name
    }
  }

  async awayPlaces(): Promise<string[]> {
    try {
      await this.#assertOurs()
      return []
    } catch {
      return [basename(this.#directory)]
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
      let longAgo: number | undefined
      for (const name of await this.#disk.list(join(this.#directory, TEMPORARY))) {
        const path = this.#temporaryPath(name)
        // What a network file system hides there is somebody's open file (NFS: .nfs…).
        if (!BLOB_ID.test(name) || this.#beingWritten.has(name)) continue
        const modified = await this.#modifiedMilliseconds(path)
        if (modified >= before) continue
        longAgo ??= (await this.#folderMilliseconds()) - this.#abandonedAfterMilliseconds
        if (modified < longAgo) await this.#removeIfPresent(path)
      }
    })
  }

  /** The time as the folder has it, which may be another machine's; as this process has it where the folder takes no file. */
  async #folderMilliseconds(): Promise<number> {
    const path = this.#temporaryPath(this.#random.bytes(16).toString('hex'))
    try {
      await (await this.#disk.create(path, FILE_MODE)).close()
    } catch (error) {
      // What was left behind may be what fills it.
      if (StorageFault.from(error, 'ask a folder for its time').kind !== 'full') throw error
      return this.#clock.now().getTime()
    }
    const modified = await this.#modifiedMilliseconds(path)
    await this.#removeIfPresent(path)
    return modified
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

  async #removeIfPresent(path: string): Promise<boolean> {
    try {
      await this.#disk.remove(path)
      return true
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
      return false
    }
  }

  #path(id: BlobId): string {
    return join(this.#directory, id.slice(0, 2), id)
  }

  #temporaryPath(name: string): string {
    return join(this.#directory, TEMPORARY, name)
  }

  async #sync(id: BlobId): Promise<void> {
    await this.#syncFolder.get(id.slice(0, 2))?.()
  }

  /** Nothing to free: writes and reads under way close their files themselves. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

import { MemoryDisk } from '../base/memory-disk.ts'
import { FaultyDisk } from '../base/faulty-disk.ts'
import { seededRandom } from '../base/seeded-random.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import { openMemoryBlobs } from '../blobs/engines/memory.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { ALL_KEYS } from '../metadata/key-limits.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { storeIdentity } from '../metadata/tables/identity-tables.ts'
import { backupPoints } from '../metadata/tables/worker-tables.ts'
import { blobReferences, formatTable, inlineBytes, workerProgress } from '../metadata/tables/tables.ts'
import { transact } from '../metadata/transaction.ts'
import { type BackedUp, backUp, type BackupOptions } from './back-up.ts'
import { BackupFolder } from './backup-folder.ts'
import { restoreBlobs } from './restore-blobs.ts'
import { restoreRows } from './restore-rows.ts'

const { signal } = new AbortController()
const DIRECTORY = '/backup'

/** Rows and blobs, as text: what a store holds. */
export type Holdings = Readonly<Record<string, string>>

/** A store in memory, and backups of it on a disk in memory that fails when told to. */
export class BackupOfMemory {
  readonly random = seededRandom('backups')
  metadata: OrderedStore
  readonly blobs = openMemoryBlobs({ random: this.random })
  readonly platter = new MemoryDisk()
  readonly disk = new FaultyDisk(this.platter)
  nowMilliseconds = 1_900_000_000_000
  isHoldKept = true

  constructor(metadata?: OrderedStore) {
    this.metadata = metadata ?? openMemory({ random: this.random })
  }

  async begin(): Promise<void> {
    await transact(this.metadata, async (transaction) => {
      transaction.put(formatTable, [], { version: 2 })
      transaction.put(storeIdentity, [], {
        storeId: 'of memory',
        generation: 1,
        marked: ['blobs', 'GLACIER'],
      })
    })
  }

  /** A blob and a reference to it. */
  async addBlob(text: string): Promise<string> {
    const { id } = await this.blobs.write(bytesOf(text), signal)
    await transact(this.metadata, async (transaction) =>
      transaction.put(blobReferences, [id], { references: 1 }),
    )
    return id
  }

  async removeBlob(id: string): Promise<void> {
    await transact(this.metadata, async (transaction) => transaction.remove(blobReferences, id))
    await this.blobs.remove(id)
  }

  async putInline(id: string, text: string): Promise<void> {
    await transact(this.metadata, async (transaction) =>
      transaction.put(inlineBytes, [id], Buffer.from(text)),
    )
  }

  async removeInline(id: string): Promise<void> {
    await transact(this.metadata, async (transaction) => transaction.remove(inlineBytes, id))
  }

  async putRow(name: string, at: string): Promise<void> {
    await transact(this.metadata, async (transaction) =>
      transaction.put(workerProgress, [name], {
        passStartedMilliseconds: 1,
        at: { bucketName: at, phase: 'current' },
      }),
    )
  }

  async removeRow(name: string): Promise<void> {
    await transact(this.metadata, async (transaction) => transaction.remove(workerProgress, name))
  }

  backUp(wishes: Partial<BackupOptions> = {}): Promise<BackedUp> {
    const { metadata, blobs, disk, random, nowMilliseconds } = this
    const hold = { take: async () => {}, isKept: async () => this.isHoldKept, release: async () => {} }
    const options = { metadata, blobs, disk, random, nowMilliseconds, hold, signal, directory: DIRECTORY }
    return backUp({ ...options, onProgress: () => {}, ...wishes })
  }

  folder(): Promise<BackupFolder> {
    return BackupFolder.open({ disk: this.disk, random: this.random, directory: DIRECTORY })
  }

  /** What a moment brings back; without a number the newest. */
  async restored(number?: number): Promise<Holdings> {
    const folder = await this.folder()
    const moment = await (number === undefined ? folder.newest() : folder.moment(number))
    const metadata = openMemory({ random: this.random })
    const blobs = openMemoryBlobs({ random: this.random })
    const ignored = (): void => {}
    await restoreBlobs({ folder, moment, blobs, onBlobs: ignored, signal })
    await restoreRows({ folder, moment, metadata, marked: ['blobs', 'GLACIER'], onRows: ignored, signal })
    return holdingsOf(metadata, blobs)
  }

  holdings(): Promise<Holdings> {
    return holdingsOf(this.metadata, this.blobs)
  }
}

async function holdingsOf(metadata: OrderedStore, blobs: BlobStore): Promise<Holdings> {
  const held: Record<string, string> = {}
  const ofBackups = await metadata.scan({ ...backupPoints.range(), limit: 100 })
  const passing = new Set(ofBackups.map(({ key }) => Buffer.from(key).toString('hex')))
  for (const { key, value } of await metadata.scan({ ...ALL_KEYS, limit: 100_000 }))
    if (!passing.has(Buffer.from(key).toString('hex')))
      held[`row ${Buffer.from(key).toString('hex')}`] = Buffer.from(value).toString('hex')
  for await (const id of blobs.list()) {
    const chunks: Buffer[] = []
    for await (const chunk of blobs.read(id, { start: 0, end: await blobs.sizeOf(id) }, signal))
      chunks.push(Buffer.from(chunk))
    held[`blob ${id}`] = Buffer.concat(chunks).toString('latin1')
  }
  return held
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

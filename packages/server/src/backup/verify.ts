import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import { bufferOf } from '../base/buffer-of.ts'
import { StorageFault } from '../base/storage-fault.ts'
import type { BlobId, BlobStore } from '../blobs/blob-store.ts'
import type { Entry, OrderedStore } from '../metadata/ordered-store.ts'
import { rowFault } from '../metadata/row-fault.ts'
import { tableOf } from '../metadata/known-tables.ts'
import { blobReferences, inlineBytes } from '../metadata/tables/tables.ts'
import { type BackupBlob, backedUp, type BlobGroup, blobGroups } from './backup-blobs.ts'
import type { BackupFolder } from './backup-folder.ts'
import { BackupRefusal } from './backup-refusal.ts'
import { rowFiles, wrongBytes } from './check-files.ts'
import { copyBlob } from './copy-blobs.ts'
import { eachOf } from './each-of.ts'
import type { Moment } from './moment.ts'
import { PackReader } from './pack-reader.ts'
import { readRows } from './read-rows.ts'
import { restoreBlob } from './restore-blobs.ts'
import type { IndexedRow } from './row-index.ts'

export interface Verification {
  readonly folder: BackupFolder
  readonly moment: Moment
  /** What the backup is held against; absent: nothing but its own checksums. */
  readonly store?: { readonly metadata: OrderedStore; readonly blobs: BlobStore } | undefined
  /** Whether what is damaged in the store is put back as the backup has it; only where no server works on it. */
  readonly mends?: boolean
  /** Whether blobs that the backup has damaged or lacks are copied anew, where the store has them. */
  readonly mendsBackup?: boolean
  readonly onProgress: (found: Verified) => void
  readonly signal: AbortSignal
}

export interface Problem {
  readonly where: 'backup' | 'store'
  readonly what: string
}

export interface Verified {
  readonly rows: number
  /** Of those, the ones that the store has no more, or has changed since. */
  readonly changedRows: number
  readonly blobs: number
  readonly bytes: number
  readonly problems: readonly Problem[]
  /** What was put back. */
  readonly mended: readonly string[]
}

const AT_ONCE = 8
const COMPARED_ROWS = 500

/** Reads a moment of a backup whole, and holds what the store still has unchanged against it. */
export async function verify(verification: Verification): Promise<Verified> {
  const verifying = new Verifying(verification)
  await verifying.rowFiles()
  await verifying.rows()
  await verifying.blobs()
  return verifying.found
}

class Verifying {
  readonly #options: Verification
  readonly found = {
    rows: 0,
    changedRows: 0,
    blobs: 0,
    bytes: 0,
    problems: [] as Problem[],
    mended: [] as string[],
  }

  constructor(options: Verification) {
    this.#options = options
  }

  async rowFiles(): Promise<void> {
    const { folder, moment, signal } = this.#options
    for (const file of rowFiles(folder, moment)) {
      signal.throwIfAborted()
      const wrong = await wrongBytes(folder.disk, file)
      if (wrong !== undefined) this.#note('backup', wrong)
      this.found.bytes += file.sizeBytes
      this.#tell()
    }
  }

  async rows(): Promise<void> {
    const { folder, moment } = this.#options
    // Where the files themselves are not whole, nothing more can be said of them.
    if (this.found.problems.length > 0) return
    const packs = new PackReader(folder, moment)
    try {
      for await (const rows of readRows(folder, moment)) await this.#lookAtRows(rows, packs)
      if (this.found.rows !== moment.rows)
        this.#note('backup', `The list of rows has ${this.found.rows} rows, not ${moment.rows}.`)
    } catch (error) {
      if (!(error instanceof BackupRefusal)) throw error
      this.#note('backup', error.message)
    } finally {
      await packs.close()
    }
  }

  async blobs(): Promise<void> {
    const { folder, moment, signal } = this.#options
    const lost = new Set(moment.lostBlobs)
    try {
      for await (const group of blobGroups(folder, moment)) {
        const known = await backedUp(folder, group)
        for (const id of group.ids) {
          if (known.has(id) || (await this.#copyAnew(group, id))) continue
          const reason = lost.has(id) ? 'the store had lost it already' : 'it is missing'
          this.#note('backup', `Blob ${id}: ${reason}.`)
        }
        await eachOf([...known.values()], AT_ONCE, async (blob) => {
          signal.throwIfAborted()
          await this.#lookAtBlob(group, blob)
        })
      }
    } catch (error) {
      if (!(error instanceof BackupRefusal)) throw error
      this.#note('backup', error.message)
    }
  }

  async #lookAtRows(rows: readonly IndexedRow[], packs: PackReader): Promise<void> {
    for (let at = 0; at < rows.length; at += COMPARED_ROWS) {
      this.#options.signal.throwIfAborted()
      const some = rows.slice(at, at + COMPARED_ROWS)
      const stored = await this.#options.store?.metadata.getMany(some.map(({ key }) => key))
      for (const [place, row] of some.entries()) {
        const value = await packs.valueOf(row)
        this.found.rows++
        const entry = stored?.[place]
        if (!stored) continue
        if (!entry || (entry.stamp !== row.stamp && !isUnchanging(row.key))) this.found.changedRows++
        else if (!value.equals(entry.value)) await this.#onOtherRow(entry, value)
      }
      this.#tell()
    }
  }

  /** Only a row that cannot be read is put back, and only as it was when it was last written. */
  async #onOtherRow(entry: Entry, value: Buffer): Promise<void> {
    const { store, mends } = this.#options
    const isDamaged = rowFault(entry.key, entry.value) !== undefined
    if (!store || !mends || !isDamaged || rowFault(entry.key, value) !== undefined)
      return this.#note('store', `${rowName(entry.key)} has other bytes than in the backup.`)
    await store.metadata.commit({ expect: [entry], put: [{ key: entry.key, value }], remove: [] })
    this.found.mended.push(rowName(entry.key))
  }

  async #lookAtBlob(group: BlobGroup, blob: BackupBlob): Promise<void> {
    const wrong = await wrongBytes(this.#options.folder.disk, blob)
    const fault = await this.#faultInStore(blob)
    const isMended = wrong !== undefined && fault === undefined && (await this.#copyAnew(group, blob.id))
    if (wrong !== undefined && !isMended) this.#note('backup', wrong)
    if (fault !== undefined) {
      if (wrong === undefined && this.#options.mends) await this.#mendBlob(blob)
      else this.#note('store', `Blob ${blob.id} ${fault}.`)
    }
    this.found.blobs++
    this.found.bytes += blob.sizeBytes
    this.#tell()
  }

  /** Into the backup. Later backups copy only what is new, and every moment that names the blob needs it. */
  async #copyAnew(group: BlobGroup, id: BlobId): Promise<boolean> {
    const { store, mendsBackup, folder, signal } = this.#options
    if (!store || !mendsBackup) return false
    const path = join(folder.directory, group.folder)
    await folder.disk.makeDirectory(path, 0o700)
    const sizeBytes = await copyBlob({ blobs: store.blobs, folder, signal }, group, id)
    if (sizeBytes === undefined) return false
    await folder.disk.syncDirectory(path)
    await folder.disk.syncDirectory(dirname(path))
    this.found.mended.push(`Blob ${id}`)
    return true
  }

  async #mendBlob(blob: BackupBlob): Promise<void> {
    const { store, folder, signal } = this.#options
    if (!store) return
    await restoreBlob(folder.disk, blob, store.blobs, signal)
    this.found.mended.push(`Blob ${blob.id}`)
  }

  /** What is wrong with a blob that the store still names. */
  async #faultInStore(blob: BackupBlob): Promise<string | undefined> {
    const { store } = this.#options
    if (!store) return undefined
    const fault = await this.#faultOf(store.blobs, blob)
    if (fault === undefined) return undefined
    // It may have been let go of meanwhile.
    return (await store.metadata.get(blobReferences.key(blob.id))) && fault
  }

  async #faultOf(blobs: BlobStore, { id, sizeBytes, sha256 }: BackupBlob): Promise<string | undefined> {
    const other = 'has other bytes than in the backup'
    try {
      if ((await blobs.sizeOf(id)) !== sizeBytes) return other
      const hash = createHash('sha256')
      const { signal } = this.#options
      for await (const chunk of blobs.read(id, { start: 0, end: sizeBytes }, signal)) hash.update(chunk)
      return hash.digest('hex') === sha256 ? undefined : other
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error
      if (error.kind === 'away') return undefined
      if (error.kind === 'corrupt') return 'is missing'
      throw error
    }
  }

  #note(where: Problem['where'], what: string): void {
    this.found.problems.push({ where, what })
  }

  #tell(): void {
    this.#options.onProgress(this.found)
  }
}

function rowName(bytes: Uint8Array): string {
  const key = bufferOf(bytes)
  const table = tableOf(key)
  return `Row of ${table?.name ?? 'no table'} ${table ? JSON.stringify(table.parts(key)) : key.toString('hex')}`
}

const INLINE = inlineBytes.range()

/** Rows that are written once, and never again under that key. */
function isUnchanging(key: Buffer): boolean {
  return key.compare(bufferOf(INLINE.start)) >= 0 && key.compare(bufferOf(INLINE.end)) < 0
}

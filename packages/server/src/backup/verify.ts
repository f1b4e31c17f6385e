import { createHash } from 'node:crypto'
import { bufferOf } from '../base/buffer-of.ts'
import { StorageFault } from '../base/storage-fault.ts'
import type { BlobStore } from '../blobs/blob-store.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { tableOf } from '../metadata/table.ts'
import { blobReferences, inlineBytes } from '../metadata/tables/tables.ts'
import { type BackupBlob, backedUp, type BlobGroup, blobGroups } from './backup-blobs.ts'
import type { BackupFolder } from './backup-folder.ts'
import { BackupRefusal } from './backup-refusal.ts'
import { rowFiles, wrongBytes } from './check-files.ts'
import { eachOf } from './each-of.ts'
import type { Moment } from './moment.ts'
import { PackReader } from './pack-reader.ts'
import { type IndexedRow, readIndex } from './row-index.ts'

export interface Verification {
  readonly folder: BackupFolder
  readonly moment: Moment
  /** What the backup is held against; absent: nothing but its own checksums. */
  readonly store?: { readonly metadata: OrderedStore; readonly blobs: BlobStore } | undefined
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
}

const AT_ONCE = 8
const COMPARED_ROWS = 500

/** Reads a moment of a backup whole, and holds what the store still has unchanged against it. Changes nothing. */
export async function verify(verification: Verification): Promise<Verified> {
  const verifying = new Verifying(verification)
  await verifying.rowFiles()
  await verifying.rows()
  await verifying.blobs()
  return verifying.found
}

class Verifying {
  readonly #options: Verification
  readonly found = { rows: 0, changedRows: 0, blobs: 0, bytes: 0, problems: [] as Problem[] }

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
    const index = await folder.disk.openForRead(folder.indexPath(moment.number))
    try {
      for await (const rows of readIndex(index, moment.index)) await this.#lookAtRows(rows, packs)
      if (this.found.rows !== moment.rows)
        this.#note('backup', `The list of rows has ${this.found.rows} rows, not ${moment.rows}.`)
    } catch (error) {
      if (!(error instanceof BackupRefusal)) throw error
      this.#note('backup', error.message)
    } finally {
      await packs.close()
      await index.close()
    }
  }

  async blobs(): Promise<void> {
    const { folder, moment, signal } = this.#options
    const lost = new Set(moment.lostBlobs)
    try {
      for await (const group of blobGroups(folder, moment)) {
        const known = await backedUp(folder, group)
        for (const id of group.ids) {
          if (known.has(id)) continue
          const reason = lost.has(id) ? 'the store had lost it already' : 'it is missing'
          this.#note('backup', `Blob ${id}: ${reason}.`)
        }
        await eachOf([...known.values()], AT_ONCE, async (blob) => {
          signal.throwIfAborted()
          await this.#lookAtBlob(blob)
        })
        await this.#lookForLost(group)
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
        else if (!value.equals(entry.value)) {
          this.#note('store', `${rowName(row.key)} has other bytes than in the backup.`)
        }
      }
      this.#tell()
    }
  }

  async #lookAtBlob(blob: BackupBlob): Promise<void> {
    const wrong = await wrongBytes(this.#options.folder.disk, blob)
    if (wrong !== undefined) this.#note('backup', wrong)
    else if (await this.#differs(blob))
      this.#note('store', `Blob ${blob.id} has other bytes than in the backup.`)
    this.found.blobs++
    this.found.bytes += blob.sizeBytes
    this.#tell()
  }

  async #differs({ id, sizeBytes, sha256 }: BackupBlob): Promise<boolean> {
    const { store, signal } = this.#options
    if (!store) return false
    try {
      if ((await store.blobs.sizeOf(id)) !== sizeBytes) return true
      const hash = createHash('sha256')
      for await (const chunk of store.blobs.read(id, { start: 0, end: sizeBytes }, signal)) hash.update(chunk)
      return hash.digest('hex') !== sha256
    } catch (error) {
      if (isOf(error, 'corrupt', 'away')) return false
      throw error
    }
  }

  /** Of the blobs that the store still names. */
  async #lookForLost({ ids }: BlobGroup): Promise<void> {
    const { store } = this.#options
    if (!store) return
    const named = await store.metadata.getMany(ids.map((id) => blobReferences.key(id)))
    for (const [at, id] of ids.entries()) {
      if (!named[at]) continue
      try {
        await store.blobs.sizeOf(id)
      } catch (error) {
        if (isOf(error, 'away')) continue
        if (!isOf(error, 'corrupt')) throw error
        // It may have been let go of just now.
        const isNamed = await store.metadata.get(blobReferences.key(id))
        if (isNamed) this.#note('store', `Blob ${id} is missing.`)
      }
    }
  }

  #note(where: Problem['where'], what: string): void {
    this.found.problems.push({ where, what })
  }

  #tell(): void {
    this.#options.onProgress(this.found)
  }
}

function isOf(error: unknown, ...kinds: StorageFault['kind'][]): boolean {
  return error instanceof StorageFault && kinds.includes(error.kind)
}

function rowName(key: Buffer): string {
  const table = tableOf(key)
  return `The row of ${table?.name ?? 'no table'} ${table ? JSON.stringify(table.parts(key)) : key.toString('hex')}`
}

const INLINE = inlineBytes.range()

/** Rows that are written once, and never again under that key. */
function isUnchanging(key: Buffer): boolean {
  return key.compare(bufferOf(INLINE.start)) >= 0 && key.compare(bufferOf(INLINE.end)) < 0
}

import { crc32 } from 'node:zlib'
import { bufferOf } from '../base/buffer-of.ts'
import { justAfter } from '../metadata/just-after.ts'
import { ALL_KEYS } from '../metadata/key-limits.ts'
import { rowFault } from '../metadata/row-fault.ts'
import type { Entry, Snapshot } from '../metadata/ordered-store.ts'
import { blobReferences, inlineBytes } from '../metadata/tables/tables.ts'
import type { BackupFolder } from './backup-folder.ts'
import type { FileWriter } from './file-writer.ts'
import { IndexCursor } from './index-cursor.ts'
import { type Moment, type Pack, withLiveBytes } from './moment.ts'
import { PackWriter } from './pack-writer.ts'
import { readRows } from './read-rows.ts'
import { type IndexedRow, IndexWriter } from './row-index.ts'

export interface RowCopy {
  readonly snapshot: Snapshot
  readonly folder: BackupFolder
  /** Of the new moment. */
  readonly number: number
  /** What it has already is not written again. */
  readonly previous: Moment | undefined
  /** So many rows were looked at, and so many bytes of them were new. */
  readonly onRows: (rows: number, newBytes: number) => void
  readonly signal: AbortSignal
}

export type CopiedRows = Pick<Moment, 'rows' | 'packs' | 'index' | 'below'> & {
  readonly blobRows: number
  /** Of those that the moments before have all: the new moment has so many of them. Absent: all are to be looked at. */
  readonly knownBlobs?: number
  /** New ones that cannot be read: they were copied as they are. */
  readonly unreadableRows: number
}

const PAGE = 1000
/** Small packs are gathered into larger ones once there are more than so many. */
const MOST_PACKS = 64
const SMALL_PACK_BYTES = 8 * 1024 * 1024

/**
 * Copies all rows of a snapshot: an index of every key, and packs of those values that the moment before lacks. A row is the
 * same as then where its stamp is; the bytes of small objects never change, so of them only the keys are read. The files are
 * durable on return, but for their names in the folder.
 */
export async function copyRows(copy: RowCopy): Promise<CopiedRows> {
  const { folder, previous } = copy
  const indexFile = await folder.newFile()
  const old = new IndexCursor(previous ? readRows(folder, previous) : noBlocks())
  const copying = new RowCopying(copy, indexFile, old)
  try {
    const inline = inlineBytes.range()
    await copying.copy(ALL_KEYS.start, blobReferences.range().start)
    await copying.markBlobs()
    const blobRows = await copying.copy(blobReferences.range().start, blobReferences.range().end)
    await copying.copy(blobReferences.range().end, inline.start)
    await copying.copy(inline.start, ALL_KEYS.end, previous && 'keysOnly')
    return { blobRows, ...(await copying.finish()) }
  } catch (error) {
    await copying.abandon()
    throw error
  } finally {
    await old.end()
  }
}

class RowCopying {
  readonly #copy: RowCopy
  readonly #indexFile: FileWriter
  readonly #index: IndexWriter
  readonly #cursor: IndexCursor
  readonly #values: PackWriter
  /** Those of the moment before that stay in use, and where each of that moment's went. */
  readonly #kept: Pack[] = []
  readonly #keptNumbers = new Map<number, number>()
  readonly #liveBytes: number[] = []
  #blobsStartByte = 0
  #rows = 0
  #unreadableRows = 0

  constructor(copy: RowCopy, indexFile: FileWriter, cursor: IndexCursor) {
    this.#copy = copy
    this.#indexFile = indexFile
    this.#index = new IndexWriter(indexFile)
    this.#cursor = cursor
    this.#values = new PackWriter(copy.folder)
    for (const [number, pack] of (copy.previous?.packs ?? []).entries()) {
      if (!isWorthKeeping(pack, copy.previous?.packs ?? [])) continue
      this.#keptNumbers.set(number, this.#kept.length)
      this.#kept.push(pack)
    }
  }

  /** Returns how many rows there are. */
  async copy(start: Uint8Array, end: Uint8Array, keysOnly?: 'keysOnly'): Promise<number> {
    const { snapshot, signal } = this.#copy
    let rows = 0
    for (let from = start; ;) {
      signal.throwIfAborted()
      const range = { start: from, end, limit: PAGE }
      const entries = await snapshot.scan(keysOnly ? { ...range, keysOnly: true } : range)
      const last = entries.at(-1)
      if (!last) return rows
      rows += entries.length
      await this.#cursor.reach(last.key)
      await (keysOnly ? this.#copyKeys(entries) : this.#copyEntries(entries))
      if (entries.length < PAGE) return rows
      from = justAfter(last.key)
    }
  }

  async markBlobs(): Promise<void> {
    await this.#index.endBlock()
    this.#blobsStartByte = this.#indexFile.sizeBytes
  }

  async finish(): Promise<Omit<CopiedRows, 'blobRows'>> {
    const { folder, number } = this.#copy
    await this.#values.finish()
    await this.#index.endBlock()
    const index = await this.#indexFile.finish(() => folder.indexPath(number))
    const packs = withLiveBytes([...this.#kept, ...this.#values.packs], this.#liveBytes)
    return {
      rows: this.#rows,
      unreadableRows: this.#unreadableRows,
      packs,
      index: { ...index, blobsStartByte: this.#blobsStartByte },
    }
  }

  async abandon(): Promise<void> {
    await this.#values.abandon()
    await this.#indexFile.abandon()
  }

  async #copyEntries(entries: readonly Entry[]): Promise<void> {
    let newBytes = 0
    for (const entry of entries) {
      const known = this.#known(entry.key)
      const writing = known?.stamp === entry.stamp ? this.#note(known) : undefined
      if (writing) await writing
      if (known?.stamp !== entry.stamp) {
        await this.#write(entry)
        newBytes += entry.value.length
      }
    }
    this.#copy.onRows(entries.length, newBytes)
  }

  /** Of rows that never change: those that are known are not even read. */
  async #copyKeys(entries: readonly Entry[]): Promise<void> {
    const known = entries.map(({ key }) => this.#known(key))
    const firstNew = entries[known.indexOf(undefined)]
    const last = entries.at(-1)
    const values = firstNew && last && (await this.#valuesOf(firstNew.key, last.key))
    let newBytes = 0
    for (const [at, { key }] of entries.entries()) {
      const row = known[at]
      const entry = row ? undefined : values?.get(bufferOf(key).toString('latin1'))
      const writing = row ? this.#note(row) : entry && this.#write(entry)
      if (writing) await writing
      newBytes += entry?.value.length ?? 0
    }
    this.#copy.onRows(entries.length, newBytes)
  }

  async #valuesOf(first: Uint8Array, last: Uint8Array): Promise<Map<string, Entry>> {
    const entries = await this.#copy.snapshot.scan({ start: first, end: justAfter(last), limit: PAGE })
    return new Map(entries.map((entry) => [bufferOf(entry.key).toString('latin1'), entry]))
  }

  /** Where the moment before has it, as a row of this moment. */
  #known(key: Uint8Array): IndexedRow | undefined {
    const row = this.#cursor.find(key)
    const pack = row && this.#keptNumbers.get(row.pack)
    return row && pack !== undefined ? { ...row, pack } : undefined
  }

  async #write({ key, value, stamp }: Entry): Promise<void> {
    if (rowFault(key, value)) this.#unreadableRows++
    const { index, offset } = await this.#values.add(value)
    const pack = this.#kept.length + index
    const row = { key: bufferOf(key), stamp, pack, offset, sizeBytes: value.length, crc: crc32(value) }
    await this.#note(row)
  }

  /** `undefined` where there is nothing to wait for, as for most: there are millions of them. */
  #note(row: IndexedRow): Promise<void> | undefined {
    this.#rows++
    this.#liveBytes[row.pack] = (this.#liveBytes[row.pack] ?? 0) + row.sizeBytes
    return this.#index.add(row)
  }
}

/** A pack that is half out of use, and one of too many small ones, is written anew. */
function isWorthKeeping({ liveBytes, sizeBytes }: Pack, all: readonly Pack[]): boolean {
  if (liveBytes * 2 < sizeBytes) return false
  return all.length <= MOST_PACKS || sizeBytes >= SMALL_PACK_BYTES
}

async function* noBlocks(): AsyncGenerator<never> {}

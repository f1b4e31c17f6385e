import { crc32 } from 'node:zlib'
import { bufferOf } from '../base/buffer-of.ts'
import type { Changes, Entry, KeyPlace, StepEntry } from '../metadata/ordered-store.ts'
import { rowFault } from '../metadata/row-fault.ts'
import { blobReferences, formatTable } from '../metadata/tables/tables.ts'
import { isBlobRow } from './backup-blobs.ts'
import type { CopiedRows, RowCopy } from './copy-rows.ts'
import type { FileWriter } from './file-writer.ts'
import type { IndexScanner } from './index-scanner.ts'
import { KnownRows } from './known-rows.ts'
import { indexesOf, type Moment, type Pack, withLiveBytes } from './moment.ts'
import { PackWriter } from './pack-writer.ts'
import { GONE, type IndexedRow, IndexWriter } from './row-index.ts'

export interface ChangeCopy extends Omit<RowCopy, 'snapshot' | 'previous'> {
  readonly previous: Moment
  readonly changes: Changes
}

/** Every one of them costs whoever reads the moment. */
const MOST_INDEXES = 16
/** Of all that is above the lowest index, to that one. */
const MOST_SHARE_ABOVE = 1 / 4

/** Whether the next moment may be told by what changed. Else all is read once more, which also gathers what is strewn about. */
export function takesChanges(previous: Moment): boolean {
  const sizes = indexesOf(previous).map(({ index }) => index.sizeBytes)
  const lowest = sizes.at(-1) ?? 0
  const above = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0)
  return previous.lostBlobs.length === 0 && sizes.length < MOST_INDEXES && above <= lowest * MOST_SHARE_ABOVE
}

/**
 * Copies the rows that changed since the moment before: an index of those, which names what is gone, too, above the indexes of that moment.
 * `undefined` where what comes of it has not as many rows as the store.
 */
export async function copyChanges(copy: ChangeCopy): Promise<CopiedRows | undefined> {
  const known = new KnownRows(copy.folder, copy.previous)
  const copying = new ChangeCopying(copy, await copy.folder.newFile(), known)
  try {
    await copying.copy()
    return await copying.finish()
  } catch (error) {
    await copying.abandon()
    throw error
  } finally {
    await known.end()
  }
}

const BLOBS_START = bufferOf(blobReferences.range().start)
const FORMAT_KEY = formatTable.key()

class ChangeCopying {
  readonly #copy: ChangeCopy
  readonly #known: KnownRows
  readonly #indexFile: FileWriter
  readonly #index: IndexWriter
  readonly #values: PackWriter
  readonly #packs: Pack[]
  readonly #liveBytes: number[]
  #blobsStartByte: number | undefined
  #rows: number
  #blobs: number
  #unreadableRows = 0
  #isOfAnotherFormat = false

  constructor(copy: ChangeCopy, indexFile: FileWriter, known: KnownRows) {
    const { folder, previous } = copy
    this.#copy = copy
    this.#known = known
    this.#indexFile = indexFile
    this.#index = new IndexWriter(indexFile)
    this.#values = new PackWriter(folder)
    this.#packs = [...previous.packs]
    this.#liveBytes = previous.packs.map(({ liveBytes }) => liveBytes)
    this.#rows = previous.rows
    this.#blobs = previous.blobs
  }

  async copy(): Promise<void> {
    const { changes, signal, onRows } = this.#copy
    for await (const steps of changes.steps) {
      signal.throwIfAborted()
      let rows = 0
      for (const step of steps) {
        if (step.kind === 'entries') await this.#copyEntries(step.entries)
        else {
          const passing = this.#passTo({ bytes: step.start, start: 0, end: step.start.length })
          if (passing) await passing
          const skipping = this.#known.skipTo(step.end)
          rows += typeof skipping === 'number' ? skipping : await skipping
        }
      }
      onRows(rows, 0)
    }
    await this.#forget(await this.#known.rest())
  }

  async finish(): Promise<CopiedRows | undefined> {
    const { folder, number, previous, changes } = this.#copy
    if (this.#rows !== changes.rows || this.#isOfAnotherFormat) {
      await this.abandon()
      return undefined
    }
    await this.#values.finish()
    await this.#markBlobs()
    await this.#index.endBlock()
    const written = await this.#indexFile.finish(() => folder.indexPath(number))
    const packs = withLiveBytes([...this.#packs, ...this.#values.packs], this.#liveBytes)
    return {
      rows: this.#rows,
      blobRows: this.#blobs,
      knownBlobs: this.#blobs,
      unreadableRows: this.#unreadableRows,
      packs,
      index: { ...written, blobsStartByte: this.#blobsStartByte ?? 0 },
      below: indexesOf(previous),
    }
  }

  async abandon(): Promise<void> {
    await this.#values.abandon()
    await this.#indexFile.abandon()
  }

  async #copyEntries(entries: readonly StepEntry[]): Promise<void> {
    let newBytes = 0
    for (const entry of entries) {
      const passing = this.#passTo(entry.keyAt)
      if (passing) await passing
      const row = this.#known.take(entry.stamp)
      if (row === 'same') continue
      await this.#write(entry, row)
      newBytes += entry.value.length
    }
    this.#copy.onRows(entries.length, newBytes)
  }

  /** All before a key that the moment before had, and no step told of, is gone. `undefined` where there is nothing to wait for. */
  #passTo(key: KeyPlace): Promise<void> | undefined {
    const waiting = this.#known.pass(key)
    if (waiting) return this.#passOnward(key, waiting)
    const gone = this.#known.takePassed()
    return gone.length > 0 ? this.#forget(gone) : undefined
  }

  async #passOnward(key: KeyPlace, waiting: IndexScanner): Promise<void> {
    await waiting.load()
    await this.#passTo(key)
  }

  async #write({ key: bytes, value, stamp }: Entry, old: IndexedRow | undefined): Promise<void> {
    // What is kept of it would keep its whole page.
    const key = Buffer.from(bytes)
    if (rowFault(key, value)) this.#unreadableRows++
    if (key.equals(FORMAT_KEY)) this.#isOfAnotherFormat = true
    if (old) this.#letGo(old)
    else this.#count(key, 1)
    const { index, offset } = await this.#values.add(value)
    const pack = this.#packs.length + index
    this.#liveBytes[pack] = (this.#liveBytes[pack] ?? 0) + value.length
    await this.#note({ key, stamp, pack, offset, sizeBytes: value.length, crc: crc32(value) })
  }

  async #forget(rows: readonly IndexedRow[]): Promise<void> {
    for (const row of rows) {
      this.#letGo(row)
      this.#count(row.key, -1)
      await this.#note({ key: row.key, stamp: 0, pack: GONE, offset: 0, sizeBytes: 0, crc: 0 })
    }
  }

  #letGo({ pack, sizeBytes }: IndexedRow): void {
    this.#liveBytes[pack] = (this.#liveBytes[pack] ?? 0) - sizeBytes
  }

  #count(key: Buffer, change: 1 | -1): void {
    this.#rows += change
    if (isBlobRow(key)) this.#blobs += change
  }

  async #note(row: IndexedRow): Promise<void> {
    if (this.#blobsStartByte === undefined && row.key.compare(BLOBS_START) >= 0) await this.#markBlobs()
    await this.#index.add(row)
  }

  async #markBlobs(): Promise<void> {
    if (this.#blobsStartByte !== undefined) return
    await this.#index.endBlock()
    this.#blobsStartByte = this.#indexFile.sizeBytes
  }
}

import { bufferOf } from '../base/buffer-of.ts'
import type { OrderedStore, Put } from '../metadata/ordered-store.ts'
import { blobBatches, storeIdentity } from '../metadata/tables/identity-tables.ts'
import { formatTable } from '../metadata/tables/tables.ts'
import {
  backupHold,
  backupPoints,
  contentReads,
  serverProcesses,
  workerLeases,
} from '../metadata/tables/worker-tables.ts'
import type { BackupFolder } from './backup-folder.ts'
import type { Moment } from './moment.ts'
import { PackReader } from './pack-reader.ts'
import { readRows } from './read-rows.ts'
import { RowBatches } from './row-batches.ts'
import type { IndexedRow } from './row-index.ts'

export interface RowRestoration {
  readonly folder: BackupFolder
  readonly moment: Moment
  /** Empty. */
  readonly metadata: OrderedStore
  /** The places whose folders have their marks already. */
  readonly marked: readonly string[]
  readonly onRows: (rows: number) => void
  readonly signal: AbortSignal
}

/** What was said of processes and of blobs that were being written is true no more. */
const PASSING = [workerLeases, serverProcesses, contentReads, backupHold, backupPoints, blobBatches].map(
  (table) => table.range(),
)

/**
 * Writes all rows of a moment, as they were; last that of their format, so that what is cut off is no store. Throws `BackupRefusal` for a damaged
 * one.
 */
export async function restoreRows(restoration: RowRestoration): Promise<void> {
  const { folder, moment, metadata, onRows, signal } = restoration
  const packs = new PackReader(folder, moment)
  try {
    const batches = new RowBatches(metadata, onRows)
    let format: Put | undefined
    for await (const rows of readRows(folder, moment)) {
      signal.throwIfAborted()
      for (const row of rows) {
        if (isPassing(row)) continue
        const put = { key: row.key, value: valueOf(row, await packs.valueOf(row), restoration) }
        if (row.key.equals(FORMAT_KEY)) format = put
        else await batches.add(put)
      }
    }
    await batches.commit()
    if (format) await batches.add(format)
    await batches.commit()
  } finally {
    await packs.close()
  }
}

function isPassing({ key }: IndexedRow): boolean {
  return PASSING.some(({ start, end }) => key.compare(bufferOf(start)) >= 0 && key.compare(bufferOf(end)) < 0)
}

const FORMAT_KEY = formatTable.key()
const IDENTITY_KEY = storeIdentity.key()

function valueOf({ key }: IndexedRow, value: Buffer, { moment, marked }: RowRestoration): Buffer {
  if (!key.equals(IDENTITY_KEY)) return value
  const row = storeIdentity.decode({ key, value })
  const kept = row.marked.filter((place) => marked.includes(place))
  return storeIdentity.encode(key, { ...row, marked: kept }, moment.storeFormat === 1 ? 1 : 2)
}

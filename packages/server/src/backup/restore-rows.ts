import type { OrderedStore, Put } from '../metadata/ordered-store.ts'
import { formatTable } from '../metadata/tables/tables.ts'
import type { BackupFolder } from './backup-folder.ts'
import type { Moment } from './moment.ts'
import { PackReader } from './pack-reader.ts'
import { isPassing, valueInNewPlace } from './passing-rows.ts'
import { readRows } from './read-rows.ts'
import { RowBatches } from './row-batches.ts'

export interface RowRestoration {
  readonly folder: BackupFolder
  readonly moment: Moment
  /** Empty. */
  readonly metadata: OrderedStore
  /** The places whose folders have their marks already. */
  readonly marked: readonly string[]
  /** What the row of the store's identity notes, where somebody has to know what this made. */
  readonly token?: string | undefined
  readonly onRows: (rows: number) => void
  readonly signal: AbortSignal
}

/**
 * Writes all rows of a moment, as they were; last that of their format, so that what is cut off is no store. Throws `BackupRefusal` for a damaged
 * one.
 */
export async function restoreRows(restoration: RowRestoration): Promise<void> {
  const { folder, moment, metadata, marked, token, onRows, signal } = restoration
  const place = { marked, token, storeFormat: moment.storeFormat }
  const packs = new PackReader(folder, moment)
  try {
    const batches = new RowBatches(metadata, onRows)
    let format: Put | undefined
    for await (const rows of readRows(folder, moment)) {
      signal.throwIfAborted()
      for (const row of rows) {
        if (isPassing(row.key)) continue
        const stored = { key: row.key, value: await packs.valueOf(row) }
        const put = { key: row.key, value: valueInNewPlace(stored, place) }
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

const FORMAT_KEY = formatTable.key()

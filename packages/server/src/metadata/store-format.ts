import type { OrderedStore } from './ordered-store.ts'
import { formatTable } from './tables/tables.ts'
import type { FormatRow } from './tables/rows.ts'
import { readRow, transact } from './transaction.ts'

/** The version of all tables and values that this program reads and writes (docs/format.md). */
export const FORMAT_VERSION = 1

/** The store was written by a newer program, whose rows this one would misread. */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError'

  constructor(version: number) {
    super(
      `The data folder has format ${version}; this version of Holdfast reads formats up to ${FORMAT_VERSION}. Start it with the newer version that wrote it, or choose another folder with --data.`,
    )
  }
}

/** Marks a new store with the format, and refuses one of a newer format. */
export async function claimFormat(store: OrderedStore): Promise<void> {
  await transact(store, async (transaction) => {
    const row = await transaction.get(formatTable)
    if (!row) transaction.put(formatTable, [], { version: FORMAT_VERSION })
    else assertReadable(row)
  })
}

/** Refuses a store of a newer format; changes nothing. */
export async function checkFormat(store: OrderedStore): Promise<void> {
  const row = await readRow(store, formatTable)
  if (row) assertReadable(row)
}

function assertReadable({ version }: FormatRow): void {
  if (version > FORMAT_VERSION) throw new NewerFormatError(version)
}

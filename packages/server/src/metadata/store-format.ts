import type { OrderedStore } from './ordered-store.ts'
import { formatTable } from './tables/tables.ts'
import type { FormatRow } from './tables/identity-tables.ts'
import { readRow, transact } from './transaction.ts'
import { NEWEST_VERSION, setWrittenVersion } from './written-version.ts'

/** The version of all tables and values that this program reads and writes (docs/format.md). */
export const FORMAT_VERSION = NEWEST_VERSION

/** Of metadata that a restoration or a copy has not come to the end of: no version opens them. */
export const UNFINISHED_FORMAT = 1_000_000

/** The store was written by a newer program, whose rows this one would misread. */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError'

  constructor(version: number) {
    super(
      `The data folder has format ${version}; this version of Holdfast reads formats up to ${FORMAT_VERSION}. Start it with the newer version that wrote it, or choose another folder with --data.`,
    )
  }
}

/** Marks a new store with the format, and refuses one of a newer format. An older store is written as it was. */
export async function claimFormat(store: OrderedStore): Promise<void> {
  const row = await transact(store, async (transaction) => {
    const known = await transaction.get(formatTable)
    if (!known) transaction.put(formatTable, [], { version: FORMAT_VERSION })
    return known
  })
  if (row) adopt(store, row)
}

/** Refuses a store of a newer format; changes nothing. */
export async function checkFormat(store: OrderedStore): Promise<void> {
  const row = await readRow(store, formatTable)
  if (row) adopt(store, row)
}

/** From now on rows are written as this version does; who calls it knows that no older program is running. */
export async function raiseFormat(store: OrderedStore): Promise<void> {
  const row = await transact(store, async (transaction) => {
    const known = (await transaction.get(formatTable)) ?? { version: 1 }
    if (known.version >= FORMAT_VERSION) return known
    const raised = { ...known, version: FORMAT_VERSION }
    transaction.put(formatTable, [], raised)
    return raised
  })
  adopt(store, row)
}

function adopt(store: OrderedStore, { version, copyOf }: FormatRow): void {
  if (version === UNFINISHED_FORMAT) {
    const what = copyOf === undefined ? 'restoration' : 'copy of another store'
    throw new Error(
      `A ${what} into these metadata was begun and is not finished. Run the command again, it goes on.`,
    )
  }
  if (version > FORMAT_VERSION) throw new NewerFormatError(version)
  setWrittenVersion(store, version === 1 || version === 2 ? version : NEWEST_VERSION)
}

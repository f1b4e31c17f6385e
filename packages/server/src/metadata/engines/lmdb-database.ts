import { open, type RootDatabase } from 'lmdb'
import { KEY_BYTES, VALUE_BYTES } from './lmdb-bytes.ts'
import { unlinkSettledNotes } from './settled-notes.ts'

const MAP_SIZE_BYTES = 2 ** 38

/** Of new stores. A page holds the largest value that comes and goes often (WHOLE_VALUE_BYTES). */
const PAGE_SIZE_BYTES = 8192

/**
 * How many free pages a commit looks through. It walks the list each time: with lmdb's own 50,000 and 75,000 a store that
 * has lived pays two to ten times for a lone commit. With few it does not find two free pages side by side, and the file
 * would grow for ever; where values fit into a page it never needs them, so stores with smaller pages keep the long list.
 * docs/adr/0010, bench/micro/lived-in.ts.
 */
const FEW_FREE_PAGES = { maxFreeSpaceToLoad: 1000, maxFreeSpaceToRetain: 1500 }

/**
 * From how many writes on lmdb begins a transaction at once, and not when all that came in this turn of the event loop have
 * been seen: sixteen PUTs. By default it is 5, which is one PUT. Without any limit the disk would wait for long turns, and they
 * for the disk (docs/adr/0012).
 */
const MANY_WRITES = 80

// Missing from lmdb's types.
const UNTYPED = { permissionsMode: 0o600, txnStartThreshold: MANY_WRITES }

// `env` is missing from lmdb's types. Its `getStats` fails after a read of a damaged page, which this must not.
export type LmdbDatabase = RootDatabase<Uint8Array, Uint8Array> & {
  readonly env: {
    info(): { readonly lastPageNumber: number; readonly lastTxnId: number }
    stat(): { readonly pageSize: number }
  }
}

interface DatabaseOptions {
  readonly path: string
  readonly readOnly?: boolean
  readonly mapSizeBytes?: number
}

/** LMDB as the store works it. `pageSizeBytes`: of one that is there. */
export function openLmdbDatabase(
  { path, readOnly = false, mapSizeBytes = MAP_SIZE_BYTES }: DatabaseOptions,
  pageSizeBytes: number = PAGE_SIZE_BYTES,
): LmdbDatabase {
  const database = open<Uint8Array, Uint8Array>({
    path,
    noSubdir: false,
    readOnly,
    mapSize: mapSizeBytes,
    pageSize: pageSizeBytes,
    ...(pageSizeBytes >= PAGE_SIZE_BYTES && FEW_FREE_PAGES),
    ...UNTYPED,
    keyEncoder: KEY_BYTES,
    encoder: VALUE_BYTES,
    useVersions: true,
    // A write resolves when it is durable, not before.
    overlappingSync: false,
    // Otherwise a failed write also rejects a promise that nobody holds.
    eventTurnBatching: false,
  }) as LmdbDatabase
  unlinkSettledNotes(database)
  return database
}

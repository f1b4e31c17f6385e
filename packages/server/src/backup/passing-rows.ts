import { bufferOf } from '../base/buffer-of.ts'
import type { StoredRow } from '../metadata/table.ts'
import { blobBatches, storeIdentity } from '../metadata/tables/identity-tables.ts'
import {
  backupHold,
  backupPoints,
  contentReads,
  serverProcesses,
  workerLeases,
} from '../metadata/tables/worker-tables.ts'

/** What was said of processes and of blobs that were being written is true no more where a store begins anew. */
const PASSING = [workerLeases, serverProcesses, contentReads, backupHold, backupPoints, blobBatches].map(
  (table) => table.range(),
)

export function isPassing(key: Buffer): boolean {
  return PASSING.some(({ start, end }) => key.compare(bufferOf(start)) >= 0 && key.compare(bufferOf(end)) < 0)
}

const IDENTITY_KEY = storeIdentity.key()

export interface NewPlace {
  /** The places whose folders have their marks already. */
  readonly marked: readonly string[]
  readonly storeFormat: number
  /** Of the restoration into a database that brings it. */
  readonly token?: string | undefined
}

/** The value of a row where a store begins anew: as it was, but for the marks of folders that are not there. */
export function valueInNewPlace(row: StoredRow, { marked, storeFormat, token }: NewPlace): Uint8Array {
  if (!IDENTITY_KEY.equals(row.key)) return row.value
  const identity = storeIdentity.decode(row)
  const kept = identity.marked.filter((place) => marked.includes(place))
  const begun = { ...identity, marked: kept, restoration: token }
  return storeIdentity.encode(row.key, begun, storeFormat === 1 ? 1 : 2)
}

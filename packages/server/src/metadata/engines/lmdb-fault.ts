import { constants } from 'node:os'
import { StorageFault, type StorageFaultKind } from '../../base/storage-fault.ts'

const { ENOSPC, EDQUOT, EFBIG, EROFS } = constants.errno

/** LMDB's own error numbers (lmdb.h), and those of the operating system that it passes on. */
const KINDS = new Map<unknown, StorageFaultKind>([
  [ENOSPC, 'full'],
  [EDQUOT, 'full'],
  [EFBIG, 'full'],
  [EROFS, 'readOnly'],
  [-30_792, 'full'], // MDB_MAP_FULL
  [-30_797, 'corrupt'], // MDB_PAGE_NOTFOUND
  [-30_796, 'corrupt'], // MDB_CORRUPTED
  [-30_794, 'corrupt'], // MDB_VERSION_MISMATCH
  [-30_793, 'corrupt'], // MDB_INVALID
])

/** What lmdb threw or rejected with, as a fault. */
export async function lmdbFault(error: unknown, doing: string): Promise<StorageFault> {
  if (error instanceof StorageFault) return error
  const cause = await reasonOf(error)
  const kind = KINDS.get(numberOf(cause)) ?? StorageFault.from(cause, doing).kind
  const message = cause instanceof Error ? cause.message : String(cause)
  return new StorageFault(kind, `${doing} in the metadata store: ${message}`, { cause })
}

/** A failed commit rejects with an error whose own rejected promise says why. */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error
  try {
    await error.commitError
  } catch (reason) {
    return reason
  }
  return error
}

function numberOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

import { DatabaseError } from 'pg'
import { errorCode, StorageFault, type StorageFaultKind } from '../../../base/storage-fault.ts'

/** SQLSTATE codes (PostgreSQL's documentation, appendix A). */
const KINDS = new Map<string | undefined, StorageFaultKind>([
  ['53100', 'full'], // disk_full
  ['25006', 'readOnly'], // read_only_sql_transaction: a standby
  ['XX001', 'corrupt'], // data_corrupted
  ['XX002', 'corrupt'], // index_corrupted
])

/** Too many connections or locks, races, locks that were waited for in vain, sessions that idled. */
const PASSING = /^(53|40|55P03|25P03|57014)/

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
const OUT_OF_MEMORY = '53200'
const READ_ONLY = '25006'

export function postgresqlFault(error: unknown, doing: string): StorageFault {
  if (error instanceof StorageFault) return error
  const kind = KINDS.get(errorCode(error)) ?? 'unavailable'
  const message = error instanceof Error ? error.message : String(error)
  const passes = kind === 'unavailable' && (!isAnswered(error) || PASSING.test(errorCode(error) ?? ''))
  return new StorageFault(kind, `${doing} in the metadata store: ${message}`, { cause: error, passes })
}

/** Whether the server undid the transaction for what others did at the same time. */
export function isLostRace(error: unknown): boolean {
  const code = errorCode(error)
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED
}

/** Whether the server has no room for so many locks. */
export function isOutOfLocks(error: unknown): boolean {
  return errorCode(error) === OUT_OF_MEMORY
}

/** Whether a server of another role answers than the one that was connected to: a connection made anew may find the right one. */
export function isWrongServer(error: unknown): boolean {
  return errorCode(error) === READ_ONLY
}

/** Whether the answer came from a server, so that the connection is whole. */
export function isAnswered(error: unknown): boolean {
  return error instanceof DatabaseError && !/^(57P|08)/.test(error.code ?? '')
}

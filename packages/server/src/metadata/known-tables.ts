import './tables/access-point-tables.ts'
import './tables/account-tables.ts'
import './tables/analytics-tables.ts'
import './tables/annotation-tables.ts'
import './tables/console-tables.ts'
import './tables/event-tables.ts'
import './tables/guess-tables.ts'
import './tables/iam-tables.ts'
import './tables/identity-tables.ts'
import './tables/inventory-tables.ts'
import './tables/job-tables.ts'
import './tables/kms-tables.ts'
import './tables/log-tables.ts'
import './tables/quota-tables.ts'
import './tables/replication-tables.ts'
import './tables/restoration-tables.ts'
import './tables/service-access-tables.ts'
import './tables/tables.ts'
import './tables/usage-history-tables.ts'
import './tables/usage-tables.ts'
import './tables/worker-tables.ts'
import { type AnyTable, definedTables } from './table.ts'
import { firstPartOf } from './tuple.ts'

// Whoever asks for tables by their keys has to know all of them, whatever else a process imports.

/** The table that a key belongs to; `undefined` for a key of none, which something else must have written. */
export function tableOf(
  key: Uint8Array,
): Pick<AnyTable, 'name' | 'isFramed' | 'parts' | 'decode' | 'renew'> | undefined {
  try {
    const tag = firstPartOf(key)
    return typeof tag === 'number' ? definedTables.get(tag) : undefined
  } catch {
    // A key that is no tuple still begins with its tag, most often.
    return definedTables.get(key[1] ?? -1)
  }
}

/** All tables in the order of their keys. */
export function allTables(): Pick<AnyTable, 'name' | 'range'>[] {
  return [...definedTables].sort(([a], [b]) => a - b).map(([, table]) => table)
}

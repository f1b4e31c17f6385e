import { BackupRefusal } from '../backup/backup-refusal.ts'
import { type RowRestoration, restoreRows } from '../backup/restore-rows.ts'
import { rowsIn } from '../backup/rows-there.ts'
import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import type { PostgresqlConfig } from '../config/metadata-config.ts'
import { removeRange } from '../metadata/entries-of.ts'
import { ALL_KEYS } from '../metadata/key-limits.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { UNFINISHED_FORMAT } from '../metadata/store-format.ts'
import { storeIdentity } from '../metadata/tables/identity-tables.ts'
import { formatTable } from '../metadata/tables/tables.ts'
import { putOf, readRow } from '../metadata/transaction.ts'
import { openDatabase } from './open-database.ts'

/**
 * Throws `BackupRefusal` for a database that holds anything but what a restoration has not come to the end of, or what the one of that
 * token has made.
 */
export async function assertRestorable(
  config: PostgresqlConfig,
  dataDirectory: string,
  token?: string,
): Promise<void> {
  await using metadata = await open(config, dataDirectory)
  if (!(await isMadeBy(metadata, token))) await takesRestoration(metadata)
}

/**
 * Puts the rows of a moment into a database. Until the row of their format is written, the last, no server opens them, wherever
 * it runs. What a run before left is taken out first.
 */
export async function restoreIntoDatabase(
  config: PostgresqlConfig,
  dataDirectory: string,
  restoration: Omit<RowRestoration, 'metadata'>,
): Promise<void> {
  await using metadata = await open(config, dataDirectory)
  // Cut off after the last step.
  if (await isMadeBy(metadata, restoration.token)) return
  await takesRestoration(metadata)
  const unfinished = putOf(metadata, formatTable, [], { version: UNFINISHED_FORMAT })
  await metadata.commit({ expect: [], put: [unfinished], remove: [] })
  await removeRange(metadata, ALL_KEYS, { but: unfinished.key })
  await restoreRows({ ...restoration, metadata })
}

/** Whether the restoration of that token made all of it: a database of the very store may as well be one that servers write into. */
async function isMadeBy(metadata: OrderedStore, token: string | undefined): Promise<boolean> {
  if (token === undefined || (await rowsIn(metadata)).kind !== 'whole') return false
  return (await readRow(metadata, storeIdentity))?.restoration === token
}

async function takesRestoration(metadata: OrderedStore): Promise<void> {
  const there = await rowsIn(metadata)
  if (there.kind === 'whole' || (there.kind === 'unfinished' && there.copyOf !== undefined))
    throw new BackupRefusal(
      'The database of the config holds a store already, or a copy of one that is not finished. Name an empty one in the config.',
    )
}

function open(config: PostgresqlConfig, dataDirectory: string): Promise<OrderedStore> {
  return openDatabase(config, { dataDirectory, disk: systemDisk, random: systemRandom, clock: systemClock })
}

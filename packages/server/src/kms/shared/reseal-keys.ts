import type { EncryptionContext } from '../../encryption/encryption-context.ts'
import type { KeyManagement } from '../../encryption/key-management.ts'
import { storeKeyContext } from '../../encryption/store-keys.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import type { Table } from '../../metadata/table.ts'
import { kmsMaterials, storeKeys } from '../../metadata/tables/kms-tables.ts'
import { transact } from '../../metadata/transaction.ts'
import type { TuplePart } from '../../metadata/tuple.ts'
import { materialContext } from './key-materials.ts'

export interface ResealProgress {
  readonly seen: number
  /** Those that were not under the newest root key. */
  readonly resealed: number
}

const ROWS_PER_STEP = 100

/**
 * Seals every long-lived key of the store anew, under the newest root key. Each key is one commit that puts its new form
 * in place of the old one, so a crash at any moment leaves every key under one of the two root keys, and running it
 * again goes on. When it has resealed nothing, no key needs an older root key any more.
 */
export async function resealKeys(
  metadata: OrderedStore,
  keyManagement: KeyManagement,
  onProgress: (progress: ResealProgress) => void = () => {},
): Promise<ResealProgress> {
  let progress: ResealProgress = { seen: 0, resealed: 0 }
  const onKey = (wasResealed: boolean): void => {
    progress = { seen: progress.seen + 1, resealed: progress.resealed + (wasResealed ? 1 : 0) }
    onProgress(progress)
  }
  const engines = { metadata, keyManagement, onKey }
  await resealTable(engines, storeKeys, (id) => storeKeyContext(id))
  await resealTable(engines, kmsMaterials, (id, version) => materialContext(id, version))
  return progress
}

interface Engines {
  readonly metadata: OrderedStore
  readonly keyManagement: KeyManagement
  onKey(wasResealed: boolean): void
}

async function resealTable<Key extends readonly TuplePart[], Row extends { readonly sealed: string }>(
  engines: Engines,
  table: Table<Key, Row>,
  contextOf: (...parts: Key) => EncryptionContext,
): Promise<void> {
  let { start, end }: { start: Uint8Array; end: Uint8Array } = table.range()
  for (;;) {
    const entries = await engines.metadata.scan({ start, end, limit: ROWS_PER_STEP + 1 })
    for (const { key } of entries.slice(0, ROWS_PER_STEP)) {
      engines.onKey(await resealRow(engines, table, table.parts(key), contextOf))
    }
    const next = entries[ROWS_PER_STEP]
    if (!next) return
    start = next.key
  }
}

async function resealRow<Key extends readonly TuplePart[], Row extends { readonly sealed: string }>(
  { metadata, keyManagement }: Engines,
  table: Table<Key, Row>,
  parts: Key,
  contextOf: (...parts: Key) => EncryptionContext,
): Promise<boolean> {
  return transact(metadata, async (transaction) => {
    const row = await transaction.get(table, ...parts)
    if (!row) return false
    const sealed = await keyManagement.resealDataKey(Buffer.from(row.sealed, 'base64'), contextOf(...parts))
    if (!sealed) return false
    transaction.put(table, parts, { ...row, sealed: Buffer.from(sealed).toString('base64') })
    return true
  })
}

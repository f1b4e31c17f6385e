import type { EncryptionContext } from '../../encryption/encryption-context.ts'
import { storeKeyContext } from '../../encryption/store-keys.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { kmsMaterials, storeKeys } from '../../metadata/tables/kms-tables.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import { materialContext } from './key-materials.ts'

export interface SealedKey {
  readonly sealed: Uint8Array
  readonly context: EncryptionContext
}

/** Every long-lived key of a store, as it is sealed under a root key. */
export async function* sealedKeys(metadata: OrderedStore): AsyncGenerator<SealedKey> {
  for await (const { row, parts } of readableRows(metadata, storeKeys))
    yield { sealed: Buffer.from(row.sealed, 'base64'), context: storeKeyContext(...parts) }
  for await (const { row, parts } of readableRows(metadata, kmsMaterials))
    yield { sealed: Buffer.from(row.sealed, 'base64'), context: materialContext(...parts) }
}

import type { Clock } from '../../base/clock.ts'
import type { BlobBatch } from '../../blobs/blob-store.ts'
import type { StoreGuards } from '../store-guards.ts'
import type { ClaimContext } from './claim-folder.ts'

/** What the places of a store's blobs are opened with. */
export interface PlacesContext extends ClaimContext {
  readonly clock: Clock
  readonly batches: { current(): Promise<BlobBatch> }
  readonly dataDirectory: string
  readonly guards?: StoreGuards | undefined
}

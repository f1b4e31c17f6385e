import type { BlobStore } from '../../blobs/blob-store.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'

/** Where everything is kept. */
export interface Stores {
  readonly metadata: OrderedStore
  readonly blobs: BlobStore
}

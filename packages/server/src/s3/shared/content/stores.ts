import type { BlobStore } from '../../../blobs/blob-store.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'

/**
 * Where everything is kept.
 *
 * What was put into `blobs` means nothing until a commit to `metadata` names it: first the blob, durable and nameless,
 * then the one commit. A crash in between leaves a blob that nothing names, which the sweep of unreferenced blobs frees.
 */
export interface Stores {
  /** The index: every row there is, of buckets, versions, uploads, and of objects so small that they lie in a row. */
  readonly metadata: OrderedStore
  /** The bytes of all other objects and parts. Immutable: what replaces an object is another blob. */
  readonly blobs: BlobStore
}

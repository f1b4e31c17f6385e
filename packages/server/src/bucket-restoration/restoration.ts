import type { BucketRestorationRow } from '../metadata/tables/restoration-tables.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import type { BucketRow, Content } from '../metadata/tables/rows.ts'
import type { Disk } from '../base/disk.ts'
import type { Transaction } from '../metadata/transaction.ts'
import type { OperationContext } from '../s3/shared/service/operation.ts'
import type { S3Service } from '../s3/shared/service/service.ts'

/** How far it is. */
export interface RestoreProgress {
  versions: number
  /** That were copied, as they are kept. */
  bytes: number
}

/** Bytes that are in the store, sealed as they were; a commit has to name them, or the sweep takes them away. */
export interface CopiedContent<Kind extends Content = Content> {
  readonly content: Kind
  readonly bytes: number
  link(transaction: Transaction): Promise<void>
}

/** One bucket of a backup on its way into a store. */
export interface BucketRestoration {
  readonly service: S3Service
  /** Of the owner, whom the key service is asked for. */
  readonly context: OperationContext
  /** Where the backup is. */
  readonly disk: Disk
  /** The bucket's rows in the backup, and what they name. */
  readonly picked: OrderedStore
  /** As it was. */
  readonly bucket: BucketRow
  readonly from: string
  readonly to: string
  readonly claim: BucketRestorationRow
  /** Content that is copied for the next commit, by its id in the backup. */
  readonly copies: Map<string, Promise<CopiedContent>>
  /** Whether versions are left out whose bytes the backup has damaged. */
  readonly skipsDamaged: boolean
  readonly progress: RestoreProgress
  readonly onProgress: () => void
  /** Of a version that cannot come back. */
  readonly tell: (version: LostVersion) => void
  readonly signal: AbortSignal
}

export interface LostVersion {
  readonly key: string
  readonly versionId: string
  readonly problem: string
}

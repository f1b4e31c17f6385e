import {
  defineBytesTable,
  defineMarkedTable,
  definePackedTable,
  defineRawTable,
  defineTable,
  defineUncheckedTable,
} from '../table.ts'
import type { FormatRow } from './identity-tables.ts'
import {
  listedObjectForm,
  listedVersionForm,
  objectForm,
  objectFormOf2,
  versionForm,
  versionFormOf2,
} from './object-form.ts'
import { versionHeadMembers } from './packed-members.ts'
import type {
  BlobRow,
  BucketDocumentName,
  BucketDocumentRow,
  BucketRow,
  CompletedUploadRow,
  GarbageRow,
  ListedObjectRow,
  ListedVersionRow,
  MfaUseRow,
  ObjectRow,
  OwnedBucketRow,
  PartListRow,
  PartRow,
  RenameTokenRow,
  UploadRow,
  VersionHeadRow,
  VersionOrder,
  VersionRow,
  WorkerProgressRow,
} from './rows.ts'

/** The store's own format version. */
export const formatTable = defineUncheckedTable<[], FormatRow>(0, 'format')

/**
 * Every bucket by its name. Rows of directory buckets have a layout of their own: a version of this program that does not know
 * that kind finds them unreadable, and takes none for a general purpose bucket.
 */
export const buckets = defineMarkedTable<[name: string], BucketRow>(
  1,
  'buckets',
  ({ directory }) => directory !== undefined,
)

/** The buckets of each account, so that listing them costs what it returns. */
export const ownedBuckets = defineTable<[accountId: string, name: string], OwnedBucketRow>(3, 'ownedBuckets')

/** What a listing and a GET need of the newest version of each key, in one read. */
export const current = definePackedTable<[bucketId: string, key: string], ObjectRow, ListedObjectRow>(
  2,
  'current',
  objectForm,
  listedObjectForm,
  objectFormOf2,
)

/** Open multipart uploads; upload ids sort by the time of initiation. */
export const uploads = defineTable<[bucketId: string, key: string, uploadId: string], UploadRow>(4, 'uploads')

/** The parts of an open upload. */
export const parts = defineTable<[uploadId: string, partNumber: number], PartRow>(5, 'parts')

/**
 * Written with every part of an open upload, so that its stamp tells of them all: who completes the upload relies on it, in
 * place of 10,000 rows.
 */
export const partChanges = defineTable<[uploadId: string], Record<string, never>>(50, 'partChanges')

/** The parts of a completed multipart object, `PARTS_PER_ROW` a row, each row under its first part's first byte. */
export const partLists = defineTable<[contentId: string, startByte: number], PartListRow>(6, 'partLists')

/**
 * The bytes of small objects and parts. Its tag is the last of one byte: with content ids that sort in the order they were
 * made, new ones go to the very end of the store. LMDB fills a page only where nothing at all comes behind the new key;
 * elsewhere it leaves pages half full behind a sequence.
 */
export const inlineBytes = defineBytesTable<[contentId: string] | [contentId: string, piece: number]>(
  255,
  'inlineBytes',
)

/** The same, written before rows had checksums. Content has its bytes in one of the two. */
export const uncheckedInlineBytes = defineRawTable<[contentId: string]>(7, 'uncheckedInlineBytes')

/**
 * Every blob that some row names, with how many do; a blob without a row is unreferenced. Part lists have a row here too
 * once more than one object named them.
 */
export const blobReferences = defineTable<[blobId: string], BlobRow>(8, 'blobReferences')

/** What commits unlinked and a worker has yet to delete. */
export const garbage = defineTable<[id: string], GarbageRow>(9, 'garbage')

/** Every version that `current` does not hold: older ones, and delete markers. Newest first. */
export const versions = definePackedTable<
  [bucketId: string, key: string, order: VersionOrder],
  VersionRow,
  ListedVersionRow
>(10, 'versions', versionForm, listedVersionForm, versionFormOf2)

/** One row for each key that was written while its bucket had versioning. */
export const versionHeads = definePackedTable<[bucketId: string, key: string], VersionHeadRow>(
  11,
  'versionHeads',
  versionHeadMembers,
)

/** Where versions stand that were brought from another store with ids of their own, by these ids. */
export const versionIds = defineTable<
  [bucketId: string, key: string, versionId: string],
  { readonly order: VersionOrder }
>(85, 'versionIds')

/** Uploads completed on each day since 1970 (UTC), for a day or two; then a worker forgets them. */
export const completedUploads = defineTable<[day: number, uploadId: string], CompletedUploadRow>(
  12,
  'completedUploads',
)

/** Renames with a client token, by the day since 1970 (UTC), so that one which is sent again does nothing more; forgotten as completions are. */
export const renameTokens = defineTable<[day: number, bucketId: string, token: string], RenameTokenRow>(
  117,
  'renameTokens',
)

/** Settings of a bucket by their name, for example `policy`, and the id of that version of them. */
export const bucketDocuments = defineTable<
  [bucketId: string, name: BucketDocumentName, id: string],
  BucketDocumentRow
>(13, 'bucketDocuments')

/** How far a worker came, so that it goes on there after a restart. */
export const workerProgress = defineTable<[worker: string], WorkerProgressRow>(14, 'workerProgress')

/** Devices whose codes were used. */
export const mfaUses = defineTable<[serialNumber: string], MfaUseRow>(18, 'mfaUses')

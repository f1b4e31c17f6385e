// What a store holds, as JSON or packed (packed-members.ts). A member that is `undefined` is absent on disk. docs/format.md
// describes them byte for byte.

import type { GrowingBytes } from '../../base/growing-bytes.ts'
import type { ObjectLockRow, RetentionRow } from './object-lock-rows.ts'
import type { ReplicatedRow, TraitChanges } from './replicated-row.ts'

/** The four switches that override what ACLs and policies make public. */
export interface PublicAccessBlock {
  readonly blockPublicAcls: boolean
  readonly ignorePublicAcls: boolean
  readonly blockPublicPolicy: boolean
  readonly restrictPublicBuckets: boolean
}

/** Tags in the order they were given. */
export type TagsRow = readonly (readonly [key: string, value: string])[]

export interface BucketRow {
  /** Ties the bucket's rows to it: a bucket made anew under the same name has another id. */
  readonly id: string
  readonly ownerAccountId: string
  readonly createdMilliseconds: number
  readonly region: string
  /** Under which other name than its own the region was asked for. */
  readonly locationConstraint?: 'EU' | undefined
  /** Absent: the controls were deleted, which leaves objects to their writers. */
  readonly objectOwnership?: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter' | undefined
  /** Absent: nobody set one, or it was deleted. */
  readonly publicAccessBlock?: PublicAccessBlock | undefined
  /** Absent: the owner has full control and nobody else anything. */
  readonly acl?: readonly string[] | undefined
  /** The ids of the documents the bucket has, which change with every put; the texts are rows of `bucketDocuments`. */
  readonly documents?: { readonly [Name in BucketDocumentName]?: string | undefined } | undefined
  readonly requestPayer?: 'Requester' | undefined
  /** Whether its accelerated host answers. Absent until it is first set; then never absent again. */
  readonly acceleration?: 'Enabled' | 'Suspended' | undefined
  /** Absent until it is first set; then never absent again. */
  readonly versioning?: 'Enabled' | 'Suspended' | undefined
  /** Absent until it is first set. */
  readonly mfaDelete?: 'Enabled' | 'Disabled' | undefined
  readonly tags?: TagsRow | undefined
  /** Its tags are condition keys, and S3 Control alone changes them. Absent: disabled. */
  readonly abac?: 'Enabled' | undefined
  /** Absent: AES256. */
  readonly encryption?: BucketEncryptionRow | undefined
  /** Absent: requests are not recorded. */
  readonly logging?: LoggingRow | undefined
  /** Holds or held objects of INTELLIGENT_TIERING, whose tiers a worker looks after. */
  readonly isTiered?: true | undefined
  /** Set for good by CreateBucket or PutObjectLockConfiguration. */
  readonly objectLock?: ObjectLockRow | undefined
  /** There is a quota of it or of its account. */
  readonly hasQuota?: true | undefined
  /** What a directory bucket is besides; absent: a general purpose bucket. */
  readonly directory?: DirectoryRow | undefined
  /** The mark of a DeleteBucket that looks whether the bucket is empty; the next write takes it away and so wins. */
  readonly deleting?: string | undefined
}

/** Where a directory bucket is said to be, and what is fixed for its life. */
export interface DirectoryRow {
  readonly zone: string
  readonly locationType: 'AvailabilityZone' | 'LocalZone'
  /** The ARN of the one key of the key service that it may have. Absent: it never had one. */
  readonly keyArn?: string | undefined
}

/** Where the records of requests to a bucket go. */
export interface LoggingRow {
  readonly targetBucket: string
  readonly targetPrefix: string
  /** What others than the bucket's owner may do with log objects, as ACLs have it. */
  readonly grants?: readonly string[] | undefined
  /** Of keys: `Simple`, or by which time they are partitioned. Absent: nobody said, which is simple. */
  readonly keyFormat?: 'Simple' | 'EventTime' | 'DeliveryTime' | undefined
}

export interface OwnedBucketRow {
  readonly createdMilliseconds: number
  readonly region: string
}

/** The settings of a bucket that are too large for its row. */
export type BucketDocumentName =
  | 'policy'
  | 'intelligentTiering'
  | 'metrics'
  | 'analytics'
  | 'inventory'
  | 'lifecycle'
  | 'cors'
  | 'website'
  | 'notification'
  | 'replication'

export interface BucketDocumentRow {
  readonly text: string
}

/** How bytes are sealed: what their key is made from, besides the data key that the object's encryption tells. */
export type SealRow =
  | {
      /** Base64, 32 bytes, never the same for other bytes. */
      readonly salt: string
      /** The key of the store that is, or helps to be, the data key. */
      readonly storeKeyId?: string | undefined
      readonly sealedKey?: undefined
      readonly chunkBytes?: ChunkBytes
    }
  /** Base64: the key itself, sealed under the data key. What bytes get that were sealed for another data key. */
  | { readonly sealedKey: string; readonly salt?: undefined; readonly chunkBytes?: ChunkBytes }

/** How many bytes are sealed at a time, where it is not 65,536. */
type ChunkBytes = number | undefined

/** Where the bytes of an object or part are. Without a seal they are as they came. */
export type Content =
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'inline'
      readonly id: string
      readonly seal?: SealRow | undefined
      /** How many rows have the bytes, where it is more than one. */
      readonly pieces?: number | undefined
    }
  | {
      readonly kind: 'blob'
      readonly id: string
      readonly seal?: SealRow | undefined
      /** Set where the bytes were compressed, before they were sealed: how many came of it. */
      readonly compressedBytes?: number | undefined
    }
  /** The parts of a multipart upload. A copy of such an object names them too, but has no parts of its own to tell of. */
  | { readonly kind: 'parts'; readonly id: string; readonly partCount?: number | undefined }

export type SingleContent = Exclude<Content, { kind: 'parts' }>

export interface ChecksumRow {
  readonly algorithm: string
  /** Base64; for a composite checksum with `-<parts>` behind it. */
  readonly value: string
  readonly type: 'FULL_OBJECT' | 'COMPOSITE'
}

/** What the client says about an object and gets back as it is. */
export interface Description {
  readonly contentType?: string | undefined
  readonly cacheControl?: string | undefined
  readonly contentDisposition?: string | undefined
  readonly contentEncoding?: string | undefined
  readonly contentLanguage?: string | undefined
  readonly expires?: string | undefined
  readonly websiteRedirectLocation?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly storageClass?: string | undefined
}

/** Places a version among those of its key: 32 characters, newer versions sort first. */
export type VersionOrder = string

/** What all versions of an object have, delete markers too. */
export interface VersionIdentity {
  /** Absent on objects written before their bucket had versioning; see `orderOf`. */
  readonly order?: VersionOrder | undefined
  /** Set on the null version of a bucket with versioning. */
  readonly isNull?: true | undefined
  /** The id that is shown of a version that has one of its own. Absent: its order. */
  readonly versionId?: string | undefined
}

/** A version that only says that the object was deleted. */
export interface DeleteMarkerRow extends VersionIdentity, ReplicatedRow {
  readonly isDeleteMarker: true
  readonly modifiedMilliseconds: number
  readonly ownerAccountId: string
}

/** A version that is not the newest, or a delete marker that is. */
export type VersionRow = (ObjectRow & { readonly isDeleteMarker?: undefined }) | DeleteMarkerRow

/** What every change of a key's versions relies on and renews. Only keys of buckets with versioning have one. */
export interface VersionHeadRow {
  readonly latestOrder: VersionOrder
  /** The null version's place, unless it is in `current`. */
  readonly nullOrder?: VersionOrder | undefined
}

/** What a request says of a new object besides its bytes; a multipart upload keeps it until its completion. */
export interface ObjectTraits extends Description {
  /** `anonymous` where nobody signed the upload. */
  readonly ownerAccountId: string
  /** Absent: the owner has full control and nobody else anything. */
  readonly acl?: readonly string[] | undefined
  readonly tags?: TagsRow | undefined
  readonly retention?: RetentionRow | undefined
  /** Absent: it was never said. */
  readonly legalHold?: boolean | undefined
  /** Absent on objects written before there was encryption. */
  readonly encryption?: EncryptionRow | undefined
}

/** How an object is encrypted, as the client chose or the bucket does by default. */
export type EncryptionRow =
  /** With a key of the store. */
  | {
      readonly kind: 'AES256'
      /** Of what was uploaded in parts: all of them have keys made from it. */
      readonly objectKey?: { readonly sealed: string; readonly storeKeyId: string } | undefined
    }
  /** With a data key that a key of the key service sealed. */
  | {
      readonly kind: 'aws:kms' | 'aws:kms:dsse'
      readonly keyArn: string
      /** Base64. */
      readonly sealedKey: string
      /** What the client bound to the key, besides the ARN that is always bound. */
      readonly context?: Readonly<Record<string, string>> | undefined
      /** The data key is one that the bucket uses for many objects. */
      readonly bucketKey?: true | undefined
      /** Of what was uploaded in parts, where it is not the data key itself; sealed under that. */
      readonly objectKey?: { readonly sealed: string } | undefined
    }
  /** With a key that the client brings with each request. */
  | { readonly kind: 'customer'; readonly salt: string; readonly verifier: string }

/** As much of an object's encryption as answers tell: nothing that helps to open it. */
export type ShownEncryption =
  | { readonly kind: 'AES256' | 'customer' }
  | {
      readonly kind: 'aws:kms' | 'aws:kms:dsse'
      readonly keyArn: string
      readonly bucketKey?: true | undefined
    }

/** What a bucket does with uploads that say nothing of encryption, and which kinds it refuses. */
export interface BucketEncryptionRow {
  readonly algorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  readonly keyName?: string | undefined
  readonly bucketKey?: true | undefined
  /** Absent: nobody said, so it does not. */
  readonly blocksCustomerKeys?: boolean | undefined
}

/** An archived object that may be read for a while. */
export interface RestoreRow {
  /** From then on. */
  readonly readyMilliseconds: number
  /** Until then. Absent: for good, as an object of INTELLIGENT_TIERING leaves its archive tier. */
  readonly untilMilliseconds?: number | undefined
}

/** The tiers of INTELLIGENT_TIERING below the first one, FREQUENT_ACCESS, as inventories name them. */
export type AccessTier =
  | 'INFREQUENT_ACCESS'
  | 'ARCHIVE_INSTANT_ACCESS'
  | 'ARCHIVE_ACCESS'
  | 'DEEP_ARCHIVE_ACCESS'

export interface ObjectRow extends ObjectTraits, VersionIdentity, ReplicatedRow {
  readonly restore?: RestoreRow | undefined
  /** Only of INTELLIGENT_TIERING. Absent: frequent access. */
  readonly accessTier?: AccessTier | undefined
  /** The first access on the last day with any, or a time ahead while a restoration is under way; absent: none since it was made. */
  readonly accessedMilliseconds?: number | undefined
  /** Without quotes. */
  readonly etag: string
  readonly sizeBytes: number
  readonly modifiedMilliseconds: number
  readonly content: Content
  readonly checksum?: ChecksumRow | undefined
  /** The ids that its replicas have in buckets elsewhere which give their own, by the names that rules have for these. */
  readonly elsewhere?: Readonly<Record<string, string>> | undefined
  /** Only where it is replicated, or was. */
  readonly traitChanges?: TraitChanges | undefined
  /** Under which the annotations of this version stand, and of no other; absent until it gets one. */
  readonly annotations?: string | undefined
}

/** As much of an object as a listing tells. */
export type ListedObjectRow = Pick<
  ObjectRow,
  | keyof VersionIdentity
  | 'etag'
  | 'sizeBytes'
  | 'modifiedMilliseconds'
  | 'ownerAccountId'
  | 'storageClass'
  | 'restore'
> & {
  readonly checksum?: Omit<ChecksumRow, 'value'> | undefined
  /** Appends the ETag, which is digits of the hexadecimal system, `-` and digits; of rows that were read for listings. */
  appendEtag?(target: GrowingBytes): void
}

export type ListedVersionRow = (ListedObjectRow & { readonly isDeleteMarker?: undefined }) | DeleteMarkerRow

export interface UploadRow {
  /** Go onto the object as they are. */
  readonly traits: ObjectTraits
  readonly initiatedMilliseconds: number
  /** Headers that it was begun with and that conditions of policies may be about, which hold for its parts as well. */
  readonly askedHeaders?: Readonly<Record<string, string>> | undefined
  readonly initiatorAccountId: string
  readonly initiatorArn: string
  /** Unique for ever, unlike the ARN: as `aws:userid` has it. Absent in uploads that are older than it. */
  readonly initiatorId?: string | undefined
  /** The id of the version that it will make, which looks like an order. Absent where the bucket had no versioning, and of replicas. */
  readonly versionId?: VersionOrder | undefined
  /** The order of the version of another Holdfast that it brings. */
  readonly replicaOrder?: string | undefined
  readonly checksumAlgorithm?: string | undefined
  readonly checksumType?: 'FULL_OBJECT' | 'COMPOSITE' | undefined
}

export interface PartRow {
  readonly sizeBytes: number
  readonly etag: string
  readonly modifiedMilliseconds: number
  readonly content: SingleContent
  readonly checksum?: ChecksumRow | undefined
}

/** What a completed upload answered, so that completing it again answers the same. */
export interface CompletedUploadRow {
  readonly bucketId: string
  readonly key: string
  /** Tells the list of parts that the client sent from any other. */
  readonly listDigest: string
  readonly encryption?: ShownEncryption | undefined
  readonly etag: string
  readonly checksum?: ChecksumRow | undefined
  /** As the answer carried it. */
  readonly versionId?: string | undefined
}

/** What a rename with a client token was. */
export interface RenameTokenRow {
  /** Tells its parameters from any others. */
  readonly digest: string
}

/** One part of a completed object. */
export interface ListedPart {
  readonly partNumber: number
  /** Where the part begins in the object. */
  readonly startByte: number
  readonly sizeBytes: number
  readonly content: SingleContent
  readonly checksum?: string | undefined
}

/** How many parts stand in one row of a part list. */
export const PARTS_PER_ROW = 100

export interface PartListRow {
  readonly parts: readonly ListedPart[]
}

export interface BlobRow {
  readonly references: number
}

export type GarbageRow =
  | { readonly kind: 'blob'; readonly id: string }
  /** One that no row names, and nobody knows why it is there: it goes into quarantine. */
  | { readonly kind: 'strangeBlob'; readonly id: string }
  | { readonly kind: 'parts'; readonly id: string }
  /** The annotations of a version that is gone. */
  | { readonly kind: 'annotations'; readonly id: string; readonly bucketId: string }
  /** Parts that were left when their upload was completed or aborted. */
  | {
      readonly kind: 'upload'
      readonly id: string
      /** For which they count until they are freed. Absent: for none. */
      readonly bucketId?: string | undefined
    }
  /** Uploads that were open when their bucket was deleted. */
  | { readonly kind: 'bucket'; readonly id: string }

/** The last code of a device that was taken: none is taken twice. */
export interface MfaUseRow {
  readonly timeStep: number
}

/** A pass of a worker through all buckets. */
export interface WorkerProgressRow {
  readonly passStartedMilliseconds: number
  /** Where the pass is; absent when it is done. */
  readonly at?:
    | {
        readonly bucketName: string
        readonly phase: string
        /** The last key of the store that was handled, base64. */
        readonly after?: string | undefined
      }
    | undefined
}

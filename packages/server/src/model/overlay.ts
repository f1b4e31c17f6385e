import type { MemberModel, OperationModel, StructureModel, ValueModel } from './operation-model.ts'

/** What S3 does and the client's schemas do not say, or say otherwise. The generator applies it. */
export interface Overlay {
  /** Names of ours for shapes whose names mean something else in TypeScript. */
  readonly rename: Readonly<Record<string, string>>
  /** Enums that take other values too: S3 adds to them, a configuration may, or the operation answers for itself. */
  readonly openEnums: readonly string[]
  /** Structures, and roots of inputs, in which S3 passes over elements that it does not know. */
  readonly openStructures: readonly string[]
  /** Members of 64 bits; all other numbers are 32-bit integers. */
  readonly longMembers: readonly string[]
  /** `structure.member` in the client's names: what S3 insists on although the client lets it be left out. */
  readonly requiredMembers: readonly string[]
  /** Members that the client does not have yet, by their structure. */
  readonly newMembers: Readonly<Record<string, Readonly<Record<string, MemberModel>>>>
  /** Structures that the client does not have. */
  readonly structures: Readonly<Record<string, StructureModel>>
  readonly operations: Readonly<Record<string, OperationPatch>>
  /** Of the operations of S3 Control those that there are here, and their names, which S3 must not have. */
  readonly controlOperations: Readonly<Record<string, string>>
  /** Applied to every input and output that has such a member. */
  readonly everyMember: Readonly<Record<string, ValueModel | 'removed'>>
}

export interface OperationPatch extends Partial<
  Pick<OperationModel, 'status' | 'textRoot' | 'otherInputRoot' | 'emptyInputError'>
> {
  readonly input?: Readonly<Record<string, MemberModel>>
  readonly output?: Readonly<Record<string, MemberModel | 'removed'>>
  /** Where it is not what the client says. */
  readonly checksumRequired?: boolean
}

const chosenStatus = { StatusCode: { type: 'integer', status: true } } as const

const shownVersion = { VersionId: { header: 'x-amz-version-id' } } as const

export const overlay: Overlay = {
  rename: {
    Error: 'DeleteError',
    Event: 'NotificationEvent',
    Object: 'ListedObject',
    Type: 'GranteeType',
  },
  openEnums: [
    // The client knows only some of the canned ACLs of S3's table.
    'BucketCannedACL',
    'BucketLocationConstraint',
    // SelectObjectContent has an error for each of its own.
    'CompressionType',
    'ExpressionType',
    'FileHeaderInfo',
    // Taken in any case.
    'FilterRuleName',
    'JSONType',
    'NotificationEvent',
    'ObjectCannedACL',
    'ObjectStorageClass',
    'ObjectVersionStorageClass',
    'Protocol',
    'QuoteFields',
    'StorageClass',
    'TransitionStorageClass',
  ],
  // Of SelectObjectContent: clients sent ScanRange within RequestProgress (aws-sdk-net issue 1869), and FileHeaderInfo
  // for the output (cloudyr/aws.s3 issue 282).
  openStructures: [
    'CSVInput',
    'CSVOutput',
    'InputSerialization',
    'JSONInput',
    'JSONOutput',
    'OutputSerialization',
    'ParquetInput',
    'RequestProgress',
    'SelectObjectContentRequest',
  ],
  longMembers: [
    'BytesProcessed',
    'BytesReturned',
    'BytesScanned',
    'ContentLength',
    'ElapsedTimeInActiveSeconds',
    'End',
    'IfMatchSize',
    'MpuObjectSize',
    'ObjectSize',
    'NumberOfTasksFailed',
    'NumberOfTasksSucceeded',
    'ObjectSizeGreaterThan',
    'ObjectSizeGreaterThanBytes',
    'ObjectSizeLessThan',
    'ObjectSizeLessThanBytes',
    'Size',
    'Start',
    'TotalNumberOfTasks',
    'WriteOffsetBytes',
  ],
  requiredMembers: [
    'CompleteMultipartUploadRequest.MultipartUpload',
    'PutBucketLifecycleConfigurationRequest.LifecycleConfiguration',
    'PutObjectLegalHoldRequest.LegalHold',
    'PutObjectLockConfigurationRequest.ObjectLockConfiguration',
    'PutObjectRetentionRequest.Retention',
    'RestoreObjectRequest.RestoreRequest',
  ],
  // Source: S3 API Reference, S3Retention and S3CopyObjectOperation.
  newMembers: {
    S3CopyObjectOperation: {
      ObjectLockEventHold: { enum: 'ObjectLockEventHold' },
      ObjectLockEventHoldDuration: { structure: 'EventHoldDuration' },
    },
    S3Retention: {
      EventHold: { enum: 'ObjectLockEventHold' },
      EventHoldDuration: { structure: 'EventHoldDuration' },
    },
  },
  structures: {
    VersionOrDeleteMarker: {
      members: { Version: { structure: 'ObjectVersion' }, DeleteMarker: { structure: 'DeleteMarkerEntry' } },
      union: true,
    },
  },
  operations: {
    GetBucketLocation: { textRoot: true },
    GetObject: { output: chosenStatus },
    // Not in the client's schemas, but in the sample responses of both pages.
    GetObjectAcl: { output: shownVersion },
    // Nor these, of which S3 API Reference, GetObjectAttributes, "Conditional request headers" tells.
    GetObjectAttributes: {
      input: {
        IfMatch: { header: 'If-Match' },
        IfModifiedSince: { type: 'timestamp', format: 'http', header: 'If-Modified-Since' },
        IfNoneMatch: { header: 'If-None-Match' },
        IfUnmodifiedSince: { type: 'timestamp', format: 'http', header: 'If-Unmodified-Since' },
      },
    },
    HeadObject: { output: chosenStatus },
    // Two lists to the client. S3 sends them as one, in order: ListObjectVersions, "Sample Response".
    ListObjectVersions: {
      output: {
        Versions: { list: { structure: 'VersionOrDeleteMarker' }, mixed: true },
        DeleteMarkers: 'removed',
      },
    },
    // The client always sends a checksum with these; S3 takes them without, as s3cmd sends some, and older SDKs of AWS
    // the others (minio pull request 9852, aws-sdk-js issue 2818; the list of those that need one in aws-sdk-go 1).
    PutBucketAcl: { checksumRequired: false },
    PutBucketEncryption: { checksumRequired: false },
    PutBucketLogging: { checksumRequired: false },
    PutBucketOwnershipControls: { checksumRequired: false },
    PutBucketRequestPayment: { checksumRequired: false },
    PutBucketVersioning: { checksumRequired: false },
    PutBucketWebsite: { checksumRequired: false },
    PutObjectAcl: { checksumRequired: false, output: shownVersion },
    PutObjectTagging: { checksumRequired: false },
    PutPublicAccessBlock: { checksumRequired: false },
    // As in the sample responses of their pages; the response syntax there says 200.
    PutBucketPolicy: { status: 204, checksumRequired: false },
    PutBucketTagging: { status: 204 },
    RestoreObject: { output: chosenStatus },
    // The operation has an error of its own for what is not there.
    SelectObjectContent: {
      input: {
        Expression: {},
        ExpressionType: { enum: 'ExpressionType' },
        InputSerialization: { structure: 'InputSerialization' },
        OutputSerialization: { structure: 'OutputSerialization' },
      },
      // As S3's own examples and requests by hand have it (S3 API Reference, SelectObjectContent; aws-sdk-net issue 1296).
      otherInputRoot: 'SelectRequest',
      // Source: S3 API Reference, "List of SELECT Object Content error codes".
      emptyInputError: 'EmptyRequestBody',
    },
  },
  controlOperations: {
    CreateAccessPoint: 'CreateAccessPoint',
    CreateJob: 'CreateJob',
    DeleteAccessPoint: 'DeleteAccessPoint',
    DeleteAccessPointPolicy: 'DeleteAccessPointPolicy',
    DeleteJobTagging: 'DeleteJobTagging',
    DeletePublicAccessBlock: 'DeleteAccountPublicAccessBlock',
    DescribeJob: 'DescribeJob',
    GetAccessPoint: 'GetAccessPoint',
    GetAccessPointPolicy: 'GetAccessPointPolicy',
    GetAccessPointPolicyStatus: 'GetAccessPointPolicyStatus',
    GetJobTagging: 'GetJobTagging',
    GetPublicAccessBlock: 'GetAccountPublicAccessBlock',
    ListAccessPoints: 'ListAccessPoints',
    ListJobs: 'ListJobs',
    ListTagsForResource: 'ListTagsForResource',
    PutAccessPointPolicy: 'PutAccessPointPolicy',
    PutJobTagging: 'PutJobTagging',
    PutPublicAccessBlock: 'PutAccountPublicAccessBlock',
    TagResource: 'TagResource',
    UntagResource: 'UntagResource',
    UpdateJobPriority: 'UpdateJobPriority',
    UpdateJobStatus: 'UpdateJobStatus',
  },
  everyMember: {
    // Any string is stored and comes back as it was.
    Expires: {},
    ResponseExpires: {},
    // Strings to the client, but S3 takes nothing but a number.
    PartNumberMarker: { type: 'integer' },
    NextPartNumberMarker: { type: 'integer' },
    // An invention of the client: the same header again, parsed and unparsed.
    ExpiresString: 'removed',
  },
}

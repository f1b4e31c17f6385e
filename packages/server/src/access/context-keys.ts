export type ContextKeyType = 'String' | 'Numeric' | 'Date' | 'Bool' | 'ARN' | 'IPAddress'

export interface ContextKey {
  /** A name that ends in `/` goes on with the key of a tag. */
  readonly name: string
  readonly type: ContextKeyType
  /** The actions of S3 that have it, without `s3:`; absent: all. */
  readonly actions?: readonly string[]
}

const GRANTING = [
  'CreateBucket',
  'PutBucketAcl',
  'PutObject',
  'PutObjectAcl',
  'PutObjectVersionAcl',
  'BypassGovernanceRetention',
]
const WRITING = ['PutObject', 'BypassGovernanceRetention']
const ENCRYPTING = [...WRITING, 'ReplicateObject']
const KEYED = [...ENCRYPTING, 'UpdateObjectEncryption']
const LISTING = ['ListBucket', 'ListBucketVersions']
const TAGGING = ['PutObject', 'PutObjectTagging', 'PutObjectVersionTagging', 'BypassGovernanceRetention']
const RETAINING = ['PutObject', 'PutObjectRetention']
const HOLDING = [...RETAINING, 'ReplicateObject']
const CHANGING_JOBS = ['UpdateJobPriority', 'UpdateJobStatus', 'PutJobTagging', 'DeleteJobTagging']
/** By CloudWatch, which is not here: policies may speak of it. */
const DELIVERING_LOGS = ['AllowVendedLogDeliveryForResource']
const LISTING_ANNOTATIONS = ['ListObjectAnnotations', 'ListObjectVersionAnnotations']
const WRITING_ANNOTATIONS = ['PutObjectAnnotation', 'DeleteObjectAnnotation']
const OF_VERSIONS_ANNOTATIONS = [
  'DeleteObjectVersionAnnotation',
  'GetObjectVersionAnnotation',
  'ListObjectVersionAnnotations',
  'PutObjectVersionAnnotation',
]
const OF_VERSIONS = [
  ...OF_VERSIONS_ANNOTATIONS,
  'DeleteObjectVersion',
  'DeleteObjectVersionTagging',
  'GetObjectVersion',
  'GetObjectVersionAcl',
  'GetObjectVersionAttributes',
  'GetObjectVersionTagging',
  'GetObjectVersionTorrent',
  'PutObjectVersionAcl',
  'PutObjectVersionTagging',
]
const OF_TAGGED = [
  ...OF_VERSIONS_ANNOTATIONS,
  ...WRITING_ANNOTATIONS,
  'GetObjectAnnotation',
  'ListObjectAnnotations',
  'UpdateObjectEncryption',
  'DeleteObjectTagging',
  'DeleteObjectVersionTagging',
  'GetObject',
  'GetObjectAcl',
  'GetObjectAttributes',
  'GetObjectTagging',
  'GetObjectVersion',
  'GetObjectVersionAcl',
  'GetObjectVersionAttributes',
  'GetObjectVersionTagging',
  'PutObjectAcl',
  'PutObjectTagging',
  'PutObjectVersionAcl',
  'PutObjectVersionTagging',
]

/** Source: Service Authorization Reference, "Condition keys for Amazon S3" and the keys of its actions. */
const S3_KEYS: readonly ContextKey[] = [
  { name: 's3:AccessGrantsInstanceArn', type: 'ARN' },
  { name: 's3:AccessPointNetworkOrigin', type: 'String' },
  { name: 's3:AccessPointTag/', type: 'String' },
  { name: 's3:annotation-prefix', type: 'String', actions: LISTING_ANNOTATIONS },
  { name: 's3:authType', type: 'String' },
  { name: 's3:BucketTag/', type: 'String' },
  { name: 's3:DataAccessPointAccount', type: 'String' },
  { name: 's3:DataAccessPointArn', type: 'ARN' },
  { name: 's3:delimiter', type: 'String', actions: LISTING },
  { name: 's3:deliverySourceArn', type: 'ARN', actions: DELIVERING_LOGS },
  { name: 's3:destinationRegion', type: 'String', actions: ['PauseReplication'] },
  { name: 's3:ExistingJobOperation', type: 'String', actions: CHANGING_JOBS },
  { name: 's3:ExistingJobPriority', type: 'Numeric', actions: CHANGING_JOBS },
  { name: 's3:ExistingObjectTag/', type: 'String', actions: OF_TAGGED },
  { name: 's3:if-match', type: 'String', actions: ['PutObject', 'DeleteObject'] },
  { name: 's3:if-none-match', type: 'String', actions: ['PutObject'] },
  {
    name: 's3:InventoryAccessibleOptionalFields',
    type: 'String',
    actions: ['PutInventoryConfiguration'],
  },
  { name: 's3:isReplicationPauseRequest', type: 'Bool', actions: ['PutReplicationConfiguration'] },
  { name: 's3:JobSuspendedCause', type: 'String', actions: ['UpdateJobStatus'] },
  { name: 's3:logType', type: 'String', actions: DELIVERING_LOGS },
  { name: 's3:LocationConstraint', type: 'String', actions: ['CreateBucket', 'CreateAccessPoint'] },
  { name: 's3:max-annotation-results', type: 'Numeric', actions: LISTING_ANNOTATIONS },
  { name: 's3:max-keys', type: 'Numeric', actions: LISTING },
  { name: 's3:object-lock-event-hold', type: 'String', actions: HOLDING },
  { name: 's3:object-lock-event-hold-duration-days', type: 'Numeric', actions: HOLDING },
  { name: 's3:object-lock-legal-hold', type: 'String', actions: ['PutObject', 'PutObjectLegalHold'] },
  { name: 's3:object-lock-mode', type: 'String', actions: RETAINING },
  { name: 's3:object-lock-remaining-retention-days', type: 'Numeric', actions: RETAINING },
  { name: 's3:object-lock-retain-until-date', type: 'Date', actions: RETAINING },
  { name: 's3:ObjectCreationOperation', type: 'Bool', actions: ['PutObject'] },
  { name: 's3:prefix', type: 'String', actions: LISTING },
  { name: 's3:RequestJobOperation', type: 'String', actions: ['CreateJob'] },
  { name: 's3:RequestJobPriority', type: 'Numeric', actions: ['CreateJob', 'UpdateJobPriority'] },
  { name: 's3:RequestObjectTag/', type: 'String', actions: TAGGING },
  { name: 's3:RequestObjectTagKeys', type: 'String', actions: TAGGING },
  { name: 's3:ResourceAccount', type: 'String' },
  { name: 's3:resourceArnBeingAuthorized', type: 'ARN', actions: DELIVERING_LOGS },
  { name: 's3:signatureAge', type: 'Numeric' },
  { name: 's3:signatureversion', type: 'String' },
  { name: 's3:TlsVersion', type: 'Numeric' },
  { name: 's3:VersionId', type: 'String', actions: OF_VERSIONS },
  { name: 's3:x-amz-acl', type: 'String', actions: [...GRANTING, 'CreateAccessPoint'] },
  { name: 's3:x-amz-bucket-namespace', type: 'String', actions: ['CreateBucket'] },
  { name: 's3:x-amz-content-sha256', type: 'String' },
  { name: 's3:x-amz-copy-source', type: 'String', actions: WRITING },
  { name: 's3:x-amz-grant-full-control', type: 'String', actions: GRANTING },
  { name: 's3:x-amz-grant-read', type: 'String', actions: GRANTING },
  { name: 's3:x-amz-grant-read-acp', type: 'String', actions: GRANTING },
  { name: 's3:x-amz-grant-write', type: 'String', actions: GRANTING },
  { name: 's3:x-amz-grant-write-acp', type: 'String', actions: GRANTING },
  { name: 's3:x-amz-metadata-directive', type: 'String', actions: WRITING },
  { name: 's3:x-amz-object-annotation-directive', type: 'String', actions: ['PutObject'] },
  {
    name: 's3:x-amz-object-if-match',
    type: 'String',
    actions: [...WRITING_ANNOTATIONS, 'PutObjectVersionAnnotation', 'DeleteObjectVersionAnnotation'],
  },
  { name: 's3:x-amz-object-ownership', type: 'String', actions: ['CreateBucket'] },
  {
    name: 's3:x-amz-server-side-encryption',
    type: 'String',
    actions: KEYED,
  },
  {
    name: 's3:x-amz-server-side-encryption-aws-kms-key-id',
    type: 'ARN',
    actions: KEYED,
  },
  { name: 's3:x-amz-server-side-encryption-customer-algorithm', type: 'String', actions: ENCRYPTING },
  {
    name: 's3:x-amz-storage-class',
    type: 'String',
    actions: [...WRITING, 'PutObjectAcl', 'PutObjectVersionAcl'],
  },
  { name: 's3:x-amz-website-redirect-location', type: 'String', actions: WRITING },
]

/** Source: IAM User Guide, "AWS global condition context keys". */
const GLOBAL_KEYS: readonly ContextKey[] = [
  { name: 'aws:AssumedRoot', type: 'Bool' },
  { name: 'aws:CalledVia', type: 'String' },
  { name: 'aws:CalledViaAWSMCP', type: 'String' },
  { name: 'aws:CalledViaFirst', type: 'String' },
  { name: 'aws:CalledViaLast', type: 'String' },
  { name: 'aws:ChatbotSourceArn', type: 'ARN' },
  { name: 'aws:CurrentTime', type: 'Date' },
  { name: 'aws:Ec2InstanceSourcePrivateIPv4', type: 'IPAddress' },
  { name: 'aws:Ec2InstanceSourceVpc', type: 'String' },
  { name: 'aws:EpochTime', type: 'Date' },
  { name: 'aws:FederatedProvider', type: 'String' },
  { name: 'aws:MultiFactorAuthAge', type: 'Numeric' },
  { name: 'aws:MultiFactorAuthPresent', type: 'Bool' },
  { name: 'aws:PrincipalAccount', type: 'String' },
  { name: 'aws:PrincipalArn', type: 'ARN' },
  { name: 'aws:PrincipalIsAWSService', type: 'Bool' },
  { name: 'aws:PrincipalOrgID', type: 'String' },
  { name: 'aws:PrincipalOrgPaths', type: 'String' },
  { name: 'aws:PrincipalServiceName', type: 'String' },
  { name: 'aws:PrincipalServiceNamesList', type: 'String' },
  { name: 'aws:PrincipalTag/', type: 'String' },
  { name: 'aws:PrincipalType', type: 'String' },
  { name: 'aws:Referer', type: 'String' },
  { name: 'aws:RequestedRegion', type: 'String' },
  { name: 'aws:RequestTag/', type: 'String' },
  { name: 'aws:ResourceAccount', type: 'String' },
  { name: 'aws:ResourceOrgID', type: 'String' },
  { name: 'aws:ResourceOrgPaths', type: 'String' },
  { name: 'aws:ResourceTag/', type: 'String' },
  { name: 'aws:SecureTransport', type: 'Bool' },
  { name: 'aws:SourceAccount', type: 'String' },
  { name: 'aws:SourceArn', type: 'ARN' },
  { name: 'aws:SourceIdentity', type: 'String' },
  { name: 'aws:SourceIp', type: 'IPAddress' },
  { name: 'aws:SourceOrgID', type: 'String' },
  { name: 'aws:SourceOrgPaths', type: 'String' },
  { name: 'aws:SourceOwner', type: 'String' },
  { name: 'aws:SourceVpc', type: 'String' },
  { name: 'aws:SourceVpcArn', type: 'ARN' },
  { name: 'aws:SourceVpce', type: 'String' },
  { name: 'aws:TagKeys', type: 'String' },
  { name: 'aws:TokenIssueTime', type: 'Date' },
  { name: 'aws:UserAgent', type: 'String' },
  { name: 'aws:userid', type: 'String' },
  { name: 'aws:username', type: 'String' },
  { name: 'aws:ViaAWSMCPService', type: 'Bool' },
  { name: 'aws:ViaAWSService', type: 'Bool' },
  { name: 'aws:VpceAccount', type: 'String' },
  { name: 'aws:VpceOrgID', type: 'String' },
  { name: 'aws:VpceOrgPaths', type: 'String' },
  { name: 'aws:VpcSourceIp', type: 'IPAddress' },
]

/** Source: Service Authorization Reference, "Condition keys for Amazon S3 Express", those of access points left out. */
export const DIRECTORY_KEYS: readonly ContextKey[] = [
  { name: 's3express:AllAccessRestrictedToLocalZoneGroup', type: 'String' },
  { name: 's3express:authType', type: 'String' },
  { name: 's3express:BucketTag/', type: 'String' },
  { name: 's3express:LocationName', type: 'String' },
  { name: 's3express:ResourceAccount', type: 'String' },
  { name: 's3express:SessionMode', type: 'String' },
  { name: 's3express:signatureAge', type: 'Numeric' },
  { name: 's3express:signatureversion', type: 'String' },
  { name: 's3express:TlsVersion', type: 'Numeric' },
  { name: 's3express:x-amz-content-sha256', type: 'String' },
  { name: 's3express:x-amz-server-side-encryption', type: 'String' },
  { name: 's3express:x-amz-server-side-encryption-aws-kms-key-id', type: 'ARN' },
]

/** All condition keys that bucket policies may use, those of identity providers aside. */
export const CONTEXT_KEYS: readonly ContextKey[] = [...S3_KEYS, ...GLOBAL_KEYS]

const BY_NAME = byName(CONTEXT_KEYS)
const OF_DIRECTORIES = byName([...DIRECTORY_KEYS, ...GLOBAL_KEYS])

/** Upper and lower case are the same; of a tag's key only the part before its name counts. */
export function findContextKey(name: string): ContextKey | undefined {
  return find(BY_NAME, name)
}

/** The same of those that policies of directory buckets may use. */
export function findDirectoryKey(name: string): ContextKey | undefined {
  return find(OF_DIRECTORIES, name)
}

type KeysByName = ReadonlyMap<string, ContextKey>

function byName(keys: readonly ContextKey[]): KeysByName {
  return new Map(keys.map((key) => [key.name.toLowerCase(), key]))
}

function find(keys: KeysByName, name: string): ContextKey | undefined {
  const lower = name.toLowerCase()
  const slash = lower.indexOf('/')
  if (slash === -1) return keys.get(lower)
  return slash < lower.length - 1 ? keys.get(lower.slice(0, slash + 1)) : undefined
}

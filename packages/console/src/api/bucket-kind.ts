/** What the buckets of a kind can do. */
export interface BucketKind {
  readonly name: 'general' | 'directory'
  /** Whether what is replaced or deleted can be kept. */
  readonly hasVersions: boolean
  readonly hasObjectTags: boolean
  readonly hasAcls: boolean
  readonly hasObjectLock: boolean
  /** Whether objects are asked by SQL. */
  readonly hasQueries: boolean
  /** Whether listings take any prefix; else those alone that end in a slash. */
  readonly listsAnyPrefix: boolean
  /** Whether an object gets another key at once, without a copy. */
  readonly renames: boolean
  /** Whether policies are about single objects; else about all of the bucket. */
  readonly hasObjectArns: boolean
  /** All that a policy of the bucket can give; absent where that is any action. */
  readonly policyActions?: readonly string[]
}

const GENERAL: BucketKind = {
  name: 'general',
  hasVersions: true,
  hasObjectTags: true,
  hasAcls: true,
  hasObjectLock: true,
  hasQueries: true,
  listsAnyPrefix: true,
  renames: false,
  hasObjectArns: true,
}

/** Source: S3 User Guide, "Differences for directory buckets". */
const DIRECTORY: BucketKind = {
  name: 'directory',
  hasVersions: false,
  hasObjectTags: false,
  hasAcls: false,
  hasObjectLock: false,
  hasQueries: false,
  listsAnyPrefix: false,
  renames: true,
  hasObjectArns: false,
  policyActions: ['s3express:CreateSession'],
}

const SUFFIX = '--x-s3'
/** `base-name--zone-id--x-s3`. Source: S3 User Guide, "Directory bucket naming rules". */
const DIRECTORY_NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?--([a-z0-9]+(?:-[a-z0-9]+)+)--x-s3$/

/** The one place that tells by a name which kind of bucket it is of. */
export function bucketKind(bucket: string): BucketKind {
  return zoneOf(bucket) === undefined ? GENERAL : DIRECTORY
}

/** The zone that a directory bucket is in; `undefined` for a general purpose bucket. */
export function zoneOf(bucket: string): string | undefined {
  return DIRECTORY_NAME.exec(bucket)?.[1]
}

export function directoryBucketName(baseName: string, zone: string): string {
  return `${baseName}--${zone}${SUFFIX}`
}

/** Where ARNs are, and whose. */
export interface ArnScope {
  readonly region: string
  readonly account: string
}

/** The ARN by which policies know a bucket of the account. */
export function bucketArn(bucket: string, { region, account }: ArnScope): string {
  return bucketKind(bucket).name === 'directory'
    ? `arn:aws:s3express:${region}:${account}:bucket/${bucket}`
    : `arn:aws:s3:::${bucket}`
}

import { hasReservedPart } from './bucket-name.ts'
import { S3Error } from './s3-error.ts'

const SUFFIX = '--x-s3'
/** `base-name--zone-id--x-s3`: zone ids have hyphens, and no two in a row. */
const FORM = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?--([a-z0-9]+(?:-[a-z0-9]+)+)--x-s3$/
const MOST_CHARACTERS = 63

/**
 * Whether a name can be that of a directory bucket. No other bucket has such a one; an access point may be called alike. Source: S3
 * User Guide, "General purpose bucket naming rules".
 */
export function isDirectoryBucketName(name: string | undefined): name is string {
  return isCalledDirectoryBucket(name) && zoneOf(name) !== undefined
}

/** Whether SDKs take a name for that of a directory bucket. */
export function isCalledDirectoryBucket(name: string | undefined): name is string {
  return name?.endsWith(SUFFIX) === true
}

/**
 * The id of the zone that the name of a new directory bucket tells. Throws InvalidBucketName for a name that none may have.
 * Source: S3 User Guide, "Directory bucket naming rules".
 */
export function zoneOfBucketName(name: string): string {
  const zone = zoneOf(name)
  if (zone === undefined) throw new S3Error('InvalidBucketName', { BucketName: name })
  return zone
}

function zoneOf(name: string): string | undefined {
  if (name.length > MOST_CHARACTERS || hasReservedPart(name.slice(0, -SUFFIX.length))) return undefined
  return FORM.exec(name)?.[1]
}

/** The ARN of a directory bucket. Source: S3 User Guide, "Authorizing Regional endpoint API operations with IAM", Resources. */
export function directoryBucketArn(region: string, accountId: string, name: string): string {
  return `arn:aws:s3express:${region}:${accountId}:bucket/${name}`
}

export interface DirectoryBucketOfArn {
  readonly region: string
  readonly accountId: string
  readonly name: string
}

/** The directory bucket that an ARN is of; `undefined` where it is of something else. */
export function directoryBucketOfArn(arn: string): DirectoryBucketOfArn | undefined {
  const [, region, accountId, name] =
    /^arn:aws[a-z-]*:s3express:([a-z0-9-]+):(\d{12}):bucket\/([a-z0-9-]+--x-s3)$/.exec(arn) ?? []
  if (region === undefined || accountId === undefined || name === undefined) return undefined
  return { region, accountId, name }
}

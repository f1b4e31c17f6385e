import { S3Error } from './s3-error.ts'

const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-']
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3']

const ALLOWED = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
/** Labels between dots begin and end with a letter or a number. Observed on S3; its page tells of `..` alone. */
const NO_LABEL = /\.\.|\.-|-\./
const IP_ADDRESS = /^\d{1,3}(\.\d{1,3}){3}$/

/** The namespace that an account has to itself in a region. */
export interface AccountRegionalNamespace {
  readonly accountId: string
  readonly region: string
}

/**
 * Throws InvalidBucketName unless `name` may be given to a new general purpose bucket. Without `namespace` the bucket is
 * in the global one, where `-an` at the end is reserved; with it the name ends with account, region and `-an`.
 * Source: Amazon S3 User Guide, "General purpose bucket naming rules" and "Namespaces for general purpose buckets".
 */
export function assertValidBucketName(name: string, namespace?: AccountRegionalNamespace): void {
  if (!isValid(name) || !fits(name, namespace)) throw new S3Error('InvalidBucketName', { BucketName: name })
}

function isValid(name: string): boolean {
  return ALLOWED.test(name) && !NO_LABEL.test(name) && !IP_ADDRESS.test(name) && !hasReservedPart(name)
}

/** Whether a name begins or ends as S3 keeps to itself. */
export function hasReservedPart(name: string): boolean {
  return (
    RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) ||
    RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix))
  )
}

function fits(name: string, namespace: AccountRegionalNamespace | undefined): boolean {
  if (!namespace) return !name.endsWith('-an')
  const ending = `-${namespace.accountId}-${namespace.region}-an`
  return name.endsWith(ending) && name.length > ending.length
}

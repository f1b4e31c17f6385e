import { S3Error } from './s3-error.ts'

/** What names an access point: names are unique within an account. */
export interface AccessPointName {
  readonly accountId: string
  readonly name: string
}

/** An ARN, and what stands behind the name: a resource within the access point, `object/KEY` say. */
export interface AccessPointArn extends AccessPointName {
  readonly region: string
  readonly rest?: string | undefined
}

/** How a request names an access point in the place of a bucket. */
export type AccessPointReference =
  | (AccessPointName & {
      readonly alias?: undefined
      /** Of the ARN; absent where a host names it. */
      readonly region?: string | undefined
      /** The bucket that may be meant, and is where there is one. */
      readonly orBucket?: string | undefined
    })
  | { readonly alias: string }

/** Before the name there may be a colon as well: the ARN parsers of AWS's SDKs take both. */
const ARN = /^arn:aws:s3:([a-z\d-]{1,64}):(\d{12}):accesspoint[/:]([^/:]{1,50})(?:[/:](.+))?$/s

/** Source: S3 User Guide, "Naming rules for access points". */
const NAME = /^[a-z\d](?:[a-z\d-]{1,48})[a-z\d]$/
export const MOST_NAME_LENGTH = 50
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '--xa-s3']

/** Source: S3 User Guide, "Referencing access points with ARNs, access point aliases, or virtual-hosted-style URIs". */
export function accessPointArn(region: string, { accountId, name }: AccessPointName): string {
  return `arn:aws:s3:${region}:${accountId}:accesspoint/${name}`
}

/** `undefined` for what is no ARN of an access point. */
export function parseAccessPointArn(text: string): AccessPointArn | undefined {
  const [, region, accountId, name, rest] = ARN.exec(text) ?? []
  if (region === undefined || accountId === undefined || name === undefined) return undefined
  return rest === undefined ? { region, accountId, name } : { region, accountId, name, rest }
}

/** Throws InvalidAccessPoint unless a new access point may have the name. */
export function assertAccessPointName(name: string): void {
  const isReserved = RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix))
  if (isReserved || !NAME.test(name)) throw new S3Error('InvalidAccessPoint')
}

/** How all aliases end, and no bucket's name does. */
const ALIAS_SUFFIX = '-s3alias'
const MOST_ALIAS_LENGTH = 63

/**
 * A name like a bucket's for an access point: the beginning of its own, what is never the same twice, and `-s3alias`. Source: S3
 * User Guide, "Access point aliases". `unique`: of the characters that names of buckets have.
 */
export function accessPointAlias(name: string, unique: string): string {
  const room = MOST_ALIAS_LENGTH - ALIAS_SUFFIX.length - unique.length - 1
  return `${name.slice(0, room).replace(/-+$/, '')}-${unique}${ALIAS_SUFFIX}`
}

/** The access point that the name of a bucket is one of, an ARN or an alias; `undefined` for a bucket's own. */
export function accessPointOfBucketName(text: string): AccessPointReference | undefined {
  if (text.endsWith(ALIAS_SUFFIX) && text.length <= MOST_ALIAS_LENGTH) return { alias: text }
  if (!text.startsWith('arn:')) return undefined
  const arn = parseAccessPointArn(text)
  return arn && arn.rest === undefined ? arn : undefined
}

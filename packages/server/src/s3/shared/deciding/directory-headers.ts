import type { AccessRule, DirectoryRule } from '../../../access/access-rule.ts'
import type { RequestHead } from '../../../base/request-head.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { refusedHeader } from '../../../model/refused-header.ts'
import type { RequestFacts } from '../service/request-facts.ts'
import { requestParameter } from './request-parameter.ts'

/** Whatever they say. Source: S3 API Reference, "This functionality is not supported for directory buckets", member by member. */
const REFUSED = [
  'x-amz-acl',
  'x-amz-bucket-namespace',
  'x-amz-bucket-object-lock-enabled',
  'x-amz-bypass-governance-retention',
  'x-amz-confirm-remove-self-bucket-access',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
  'x-amz-mfa',
  'x-amz-object-lock-event-hold',
  'x-amz-object-lock-event-hold-duration-days',
  'x-amz-object-lock-event-hold-duration-years',
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-object-ownership',
  'x-amz-optional-object-attributes',
  'x-amz-request-payer',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-server-side-encryption-customer-key-md5',
  'x-amz-transition-default-minimum-object-size',
  'x-amz-website-redirect-location',
] as const

/** Source: the same, `ContentMD5`; DeleteObjects takes it. */
const WITHOUT_MD5: ReadonlySet<string> = new Set(['PutBucketPolicy', 'PutObject', 'UploadPart'])

interface OperationOnDirectory {
  readonly name: string
  readonly access: AccessRule
}

/** Throws InvalidRequest for a request that is signed by Signature Version 2. */
export function refuseVersionTwo({ signature }: Pick<RequestFacts, 'signature'>): void {
  if (signature?.version !== 2) return
  const message =
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.'
  throw new S3Error('InvalidRequest', {}, { message })
}

interface AskedOfDirectory {
  readonly head: RequestHead
  readonly query: ReadonlyMap<string, string>
}

/**
 * What an operation asks of a directory bucket. Throws NotImplemented where it is none that these have. Source: S3 API Reference: "This
 * operation is not supported for directory buckets".
 */
export function directoryRuleOf({ name, access }: OperationOnDirectory): DirectoryRule {
  if (access.directory) return access.directory
  const message = `The operation ${name} is not supported for directory buckets`
  throw new S3Error('NotImplemented', {}, { message })
}

/** Throws NotImplemented for a header that directory buckets do not take. */
export function refuseDirectoryHeaders(
  operation: string,
  { mode }: DirectoryRule,
  { head, query }: AskedOfDirectory,
): void {
  const value = (name: string): string | undefined => requestParameter(head, query, name)
  const refused = REFUSED.find((name) => value(name) !== undefined)
  if (refused !== undefined) throw refusedHeader(refused)
  // The empty set of tags is what there is.
  if ((value('x-amz-tagging') ?? '') !== '') throw refusedHeader('x-amz-tagging')
  // Source: DeleteBucketRequest and its like, `ExpectedBucketOwner`: of operations on the bucket itself.
  if (mode === undefined && value('x-amz-expected-bucket-owner') !== undefined)
    throw refusedHeader('x-amz-expected-bucket-owner')
  if (WITHOUT_MD5.has(operation) && head.headers['content-md5'] !== undefined)
    throw refusedHeader('Content-MD5')
  const versionId = query.get('versionId')
  if (versionId === undefined || versionId === 'null') return
  const fields = { ArgumentName: 'versionId', ArgumentValue: versionId }
  throw new S3Error('InvalidArgument', fields, { message: 'Invalid version id specified' })
}

/**
 * Throws NotImplemented in a bucket of a Local Zone, whose objects are of another class than S3 Express One Zone, for what that alone
 * has. Source: S3 API Reference, RenameObject and PutObject.
 */
export function assertInExpress({ directory }: Pick<BucketRow, 'directory'>, header: string): void {
  if (directory?.locationType === 'LocalZone') throw refusedHeader(header)
}

import { accountOf, arnsOf, arnOf, type Principal } from '../access/principal.ts'
import { RequestContext } from '../access/request-context.ts'
import type { RequestHead } from '../base/request-head.ts'
import type { TagsRow } from '../metadata/tables/rows.ts'
import type { RequestFacts } from './request-facts.ts'

type Entry = readonly [key: string, value: string | readonly string[] | undefined]

/** Headers that are condition keys of S3 under their own name. Source: Service Authorization Reference, Amazon S3. */
const HEADER_KEYS = [
  'x-amz-acl',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-grant-read-acp',
  'x-amz-grant-write',
  'x-amz-grant-write-acp',
  'x-amz-metadata-directive',
  'x-amz-object-ownership',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
  'if-match',
  'if-none-match',
] as const

/** Query parameters that are condition keys, by the key. */
const QUERY_KEYS = {
  prefix: 's3:prefix',
  delimiter: 's3:delimiter',
  'max-keys': 's3:max-keys',
  versionId: 's3:VersionId',
} as const

const LOCK_KEYS = {
  'x-amz-object-lock-mode': 's3:object-lock-mode',
  'x-amz-object-lock-retain-until-date': 's3:object-lock-retain-until-date',
  'x-amz-object-lock-legal-hold': 's3:object-lock-legal-hold',
} as const

export interface ContextSource {
  readonly principal: Principal
  readonly head: RequestHead
  readonly query: ReadonlyMap<string, string>
  readonly facts: RequestFacts
  readonly resourceAccountId: string | undefined
  /** The tags of the object that is there already. */
  readonly existingTags?: TagsRow | undefined
  /** Keys that only the operation knows, for example a location constraint. */
  readonly more?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined
}

/** The condition keys of a request, gathered when a policy first asks for one. */
export function requestContext(source: ContextSource): RequestContext {
  return new RequestContext(() => [
    ...globalKeys(source),
    ...principalKeys(source.principal),
    ...signatureKeys(source.facts),
    ...requestKeys(source),
    ...(source.existingTags ?? []).map(([key, value]): Entry => [`s3:ExistingObjectTag/${key}`, value]),
    ...Object.entries(source.more ?? {}),
  ])
}

function globalKeys({ facts, head, resourceAccountId }: ContextSource): Entry[] {
  return [
    ['aws:SourceIp', facts.remoteAddress],
    ['aws:SecureTransport', String(facts.isSecure)],
    ['aws:CurrentTime', facts.receivedAt.toISOString()],
    ['aws:EpochTime', String(Math.floor(facts.receivedAt.getTime() / 1000))],
    ['aws:Referer', head.headers['referer']],
    ['aws:UserAgent', head.headers['user-agent']],
    ['aws:ResourceAccount', resourceAccountId],
    ['s3:ResourceAccount', resourceAccountId],
    ['s3:TlsVersion', facts.tlsVersion?.replace('TLSv', '')],
  ]
}

function principalKeys(principal: Principal): Entry[] {
  const account = accountOf(principal)
  if (!account) return [['aws:PrincipalType', 'Anonymous']]
  const arn = arnsOf(principal)[0] ?? arnOf(account)
  return [
    ['aws:PrincipalArn', arn],
    ['aws:PrincipalAccount', account.id],
    ['aws:PrincipalType', PRINCIPAL_TYPES[principal.kind]],
    ['aws:userid', principal.kind === 'user' ? principal.id : account.id],
    ['aws:username', principal.kind === 'user' ? principal.name : undefined],
  ]
}

/** Source: IAM User Guide, "aws:PrincipalType". */
const PRINCIPAL_TYPES: Readonly<Record<Principal['kind'], string>> = {
  account: 'Account',
  user: 'User',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
  anonymous: 'Anonymous',
  service: 'Service',
}

const AUTH_TYPES = { header: 'REST-HEADER', query: 'REST-QUERY-STRING', form: 'POST' } as const

function signatureKeys({ signature, receivedAt }: RequestFacts): Entry[] {
  if (!signature) return []
  return [
    ['s3:authType', AUTH_TYPES[signature.form]],
    ['s3:signatureversion', 'AWS4-HMAC-SHA256'],
    ['s3:signatureAge', String(Math.max(0, receivedAt.getTime() - signature.signedAt.getTime()))],
  ]
}

function requestKeys({ head, query }: ContextSource): Entry[] {
  return [
    ...HEADER_KEYS.map((name): Entry => [`s3:${name}`, head.headers[name]]),
    ...Object.entries(QUERY_KEYS).map(([name, key]): Entry => [key, query.get(name)]),
    ...Object.entries(LOCK_KEYS).map(([name, key]): Entry => [key, head.headers[name]]),
    ...tagKeys(head.headers['x-amz-tagging']),
  ]
}

/** `x-amz-tagging` is a query string. */
function tagKeys(tagging: string | undefined): Entry[] {
  if (tagging === undefined) return []
  const tags = [...new URLSearchParams(tagging)]
  return [
    ...tags.map(([key, value]): Entry => [`s3:RequestObjectTag/${key}`, value]),
    ['s3:RequestObjectTagKeys', tags.map(([key]) => key)],
  ]
}

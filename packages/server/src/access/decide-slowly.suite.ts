import type { AccessRule, S3Action } from './access-rule.ts'
import type { Account } from './accounts.ts'
import type { Grant } from './acl/acl.ts'
import type { AssumedRole, Principal } from './principal.ts'
import type { PublicAccessBlock } from './public-access-block.ts'

// A slow evaluator that follows the documentation sentence by sentence, on the policies as they are written.

export type Context = Readonly<Record<string, readonly string[]>>
export type Names = '*' | Readonly<Record<string, string | readonly string[]>>

export interface RawStatement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: Names
  readonly NotPrincipal?: Names
  readonly Action?: readonly string[]
  readonly NotAction?: readonly string[]
  readonly Resource?: readonly string[]
  readonly NotResource?: readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

export interface Owned {
  readonly owner: Account
  readonly acl: readonly Grant[] | undefined
}

export interface Case {
  readonly principal: Principal
  readonly rule: AccessRule
  readonly action: S3Action | `sts:${string}`
  readonly resource: string
  readonly context: Context
  readonly ownership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'
  readonly bucket: Owned
  readonly object: Owned | undefined
  readonly bucketPolicy: readonly RawStatement[] | undefined
  readonly identityPolicies: readonly (readonly RawStatement[])[]
  readonly boundary: readonly RawStatement[] | undefined
  readonly session: readonly (readonly RawStatement[])[] | undefined
  /** Of scoped credentials. */
  readonly scopes: readonly (readonly RawStatement[])[] | undefined
  readonly block: PublicAccessBlock
}

function globSlowly(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
  const source = escaped.replaceAll('*', '[^]*').replaceAll('?', '[^]')
  return new RegExp(`^${source}$`, 'u').test(text)
}

/** Only whole-value variables are generated, so that replacing them is enough. */
function substitute(text: string, context: Context): string | undefined {
  const [, key] = /^\$\{(.+)\}$/.exec(text) ?? []
  return key === undefined ? text : context[key]?.[0]
}

function accountOfSlowly(principal: Principal): Account | undefined {
  return 'account' in principal ? principal.account : undefined
}

function ownNames(principal: Principal): string[] {
  const account = accountOfSlowly(principal)?.id
  switch (principal.kind) {
    case 'anonymous':
    case 'account':
      return []
    case 'user':
      return [`AWS arn:aws:iam::${account}:user/${principal.name}`, `AWS ${principal.id}`]
    case 'assumed-role':
      return [sessionName(principal), ...(principal.provider ? [`Federated ${principal.provider}`] : [])]
    case 'federated-user':
      return [`AWS arn:aws:sts::${account}:federated-user/${principal.name}`]
    case 'service':
      return [`Service ${principal.service}`]
    case 'web-identity':
      return [`Federated ${principal.provider}`]
  }
}

function sessionName({ account, roleName, sessionName: name }: AssumedRole): string {
  return `AWS arn:aws:sts::${account.id}:assumed-role/${roleName}/${name}`
}

/** "The ARN of the role", "the ARN of the IAM user who federated". */
function entityNames(principal: Principal): string[] {
  const account = accountOfSlowly(principal)?.id
  if (principal.kind === 'assumed-role') {
    return [`AWS arn:aws:iam::${account}:role/${principal.roleName}`, `AWS ${principal.roleId}`]
  }
  return principal.kind === 'federated-user' && principal.user ? ownNames(principal.user) : []
}

function accountNames(principal: Principal): string[] {
  const account = accountOfSlowly(principal)
  if (!account) return []
  return [`AWS ${account.id}`, `AWS arn:aws:iam::${account.id}:root`, `CanonicalUser ${account.canonicalId}`]
}

function listed(names: Names): string[] {
  if (names === '*') return ['AWS *']
  return Object.entries(names).flatMap(([type, values]) => [values].flat().map((value) => `${type} ${value}`))
}

type Named = 'self' | 'entity' | 'account' | undefined

function isFor(statement: RawStatement, { principal, boundary }: Case): Named {
  if (statement.Principal) {
    const names = listed(statement.Principal)
    const self = [
      ...ownNames(principal),
      ...(principal.kind === 'account' ? accountNames(principal) : []),
      'AWS *',
    ]
    if (self.some((name) => names.includes(name))) return 'self'
    if (entityNames(principal).some((name) => names.includes(name))) return 'entity'
    return accountNames(principal).some((name) => names.includes(name)) ? 'account' : undefined
  }
  if (statement.NotPrincipal) {
    const names = listed(statement.NotPrincipal)
    // "… will always deny any IAM principal that has a permissions boundary policy attached, regardless of the values …"
    const isIam = !['anonymous', 'account', 'service', 'web-identity'].includes(principal.kind)
    if (isIam && boundary) return 'self'
    if (names.includes('AWS *')) return undefined
    const hasAccount = accountNames(principal).some((name) => names.includes(name))
    const isAccountNamed = hasAccount || principal.kind === 'service' || principal.kind === 'web-identity'
    // "… the ARN of the assumed-role session, the ARN of the role and of its account": who vouches for it is not enough.
    const own = principal.kind === 'assumed-role' ? [sessionName(principal)] : ownNames(principal)
    const isExcepted =
      principal.kind !== 'anonymous' &&
      isAccountNamed &&
      (principal.kind === 'account' || own.some((name) => names.includes(name))) &&
      (principal.kind !== 'assumed-role' || entityNames(principal).some((name) => names.includes(name)))
    return isExcepted ? undefined : 'self'
  }
  return 'self'
}

function holdsSlowly(
  operator: string,
  key: string,
  wanted: readonly string[],
  context: Context,
  effect: string,
): boolean {
  const qualifier = operator.includes(':') ? operator.split(':')[0] : undefined
  const withoutQualifier = operator.split(':').at(-1) ?? ''
  const ifExists = withoutQualifier.endsWith('IfExists')
  const name = withoutQualifier.replace('IfExists', '')
  const given = context[key]
  if (name === 'Null') return wanted.includes(given === undefined ? 'true' : 'false')
  const isNegated = name.includes('Not')
  const matchesOne = (value: string): boolean =>
    wanted.some((text) => {
      const resolved = substitute(text, context)
      if (resolved === undefined) return isNegated && effect === 'Allow'
      return compareSlowly(name.replace('Not', ''), value, resolved, resolved !== text)
    })
  const isTrueFor = (value: string): boolean => matchesOne(value) !== isNegated
  if (given === undefined) {
    if (qualifier === 'ForAllValues') return true
    if (qualifier === 'ForAnyValue') return ifExists
    return ifExists || isNegated
  }
  if (qualifier === 'ForAllValues') return given.every(isTrueFor)
  if (qualifier === 'ForAnyValue') return given.some(isTrueFor)
  return isNegated ? given.every(isTrueFor) : given.some(isTrueFor)
}

function compareSlowly(name: string, value: string, wanted: string, isLiteral: boolean): boolean {
  switch (name) {
    case 'StringEquals':
      return value === wanted
    case 'StringEqualsIgnoreCase':
      return value.toLowerCase() === wanted.toLowerCase()
    case 'StringLike':
      return isLiteral ? value === wanted : globSlowly(wanted, value)
    case 'NumericLessThan':
      return Number(value) < Number(wanted)
    case 'NumericEquals':
      return Number(value) === Number(wanted)
    case 'DateGreaterThan':
      return new Date(value) > new Date(wanted)
    case 'Bool':
      return value === wanted
    case 'IpAddress':
      return bits(value).startsWith(
        bits(wanted.split('/')[0] ?? '').slice(0, Number(wanted.split('/')[1] ?? 32)),
      )
    case 'ArnLike': {
      const [parts, patterns] = [value.split(':'), wanted.split(':')]
      return (
        parts.length === patterns.length &&
        parts.every((part, index) => globSlowly(patterns[index] ?? '', part))
      )
    }
    default:
      throw new Error(`the slow evaluator does not know ${name}`)
  }
}

function bits(ipv4: string): string {
  return ipv4
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
}

function applies(statement: RawStatement, test: Case): Named {
  const { action, resource, context } = test
  const { Action, NotAction, Resource, NotResource, Condition = {}, Effect } = statement
  const isAction = (texts: readonly string[]): boolean =>
    texts.some((text) => globSlowly(text.toLowerCase(), action.toLowerCase()))
  if (Action && !isAction(Action)) return undefined
  if (NotAction && isAction(NotAction)) return undefined
  const isResource = (texts: readonly string[]): boolean => texts.some((text) => globSlowly(text, resource))
  if (Resource && !isResource(Resource)) return undefined
  if (NotResource && isResource(NotResource)) return undefined
  const allHold = Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holdsSlowly(operator, key, wanted, context, Effect)),
  )
  return allHold ? isFor(statement, test) : undefined
}

function includesSlowly({ grantee }: Grant, principal: Principal): boolean {
  if (grantee.kind === 'canonical-user') return accountOfSlowly(principal)?.canonicalId === grantee.id
  if (grantee.group === 'AllUsers') return true
  if (grantee.group === 'AuthenticatedUsers') return principal.kind !== 'anonymous'
  return principal.kind === 'service'
}

/** Whom an identity provider lets in may be anybody. Of the conditions that are generated, only these name who or from where. */
function isPublicSlowly(statement: RawStatement): boolean {
  if (statement.Effect === 'Deny' || !statement.Principal) return false
  const names = listed(statement.Principal)
  if (!names.some((name) => name === 'AWS *' || name.startsWith('Federated '))) return false
  const { StringEquals, IpAddress, 'ForAnyValue:IpAddress': IpAddressOfAny } = statement.Condition ?? {}
  const ranges = [IpAddress?.['aws:sourceip'], IpAddressOfAny?.['aws:sourceip']]
  const isNarrow = ranges.some((texts) => texts?.every((text) => text !== '128.0.0.0/1'))
  return !isNarrow && StringEquals?.['aws:sourcevpc'] === undefined
}

/** Who the ACL lets in: 'self' by a group or as root user, 'account' by the account of a user. */
function aclSays(test: Case): ('self' | 'account')[] {
  const { rule, principal, ownership, bucket, object, block, action } = test
  if (!rule.acl || ownership === 'BucketOwnerEnforced') return []
  const account = accountOfSlowly(principal)
  // "For the bucket and object owners of existing objects, also allows deletions and overwrites."
  if (rule.on === 'object' && rule.acl.on === 'bucket' && account !== bucket.owner) {
    if (object && object.owner !== account) return []
    if (action === rule.versionedAction) return []
  }
  const owned = rule.acl.on === 'bucket' ? bucket : object
  if (!owned) return []
  const { permission } = { permission: rule.acl.grant }
  const own: Grant = {
    grantee: { kind: 'canonical-user', id: owned.owner.canonicalId },
    permission: 'FULL_CONTROL',
  }
  return (owned.acl ?? [own])
    .filter((grant) => grant.permission === permission || grant.permission === 'FULL_CONTROL')
    .filter((grant) => includesSlowly(grant, principal))
    .filter(
      ({ grantee }) =>
        !(block.ignorePublicAcls && grantee.kind === 'group' && grantee.group !== 'LogDelivery'),
    )
    .map(({ grantee }) => (grantee.kind === 'group' || principal.kind === 'account' ? 'self' : 'account'))
}

interface OwnStatements {
  readonly identity: readonly RawStatement[]
  readonly boundary: readonly RawStatement[] | undefined
  readonly session: readonly RawStatement[] | undefined
}

const NO_STATEMENTS: OwnStatements = { identity: [], boundary: undefined, session: undefined }

/** Those that are about the request. A root user has no policies of its own, so what it federates has none to begin with. */
function ownStatementsSlowly(test: Case): OwnStatements {
  const about = (statements: readonly RawStatement[]) =>
    statements.filter((statement) => applies(statement, test))
  const { principal, identityPolicies, boundary, session } = test
  const isOfRoot = principal.kind === 'federated-user' && !principal.user
  return {
    identity: isOfRoot ? [] : about(identityPolicies.flat()),
    boundary: boundary && about(boundary),
    session: session && about(session.flat()),
  }
}

interface OwnSideSlowly {
  readonly isDenied: boolean
  readonly isWithinLimits: boolean
  readonly parentPermits: boolean
}

/** User context: the parent account has to permit; root users and those without an account skip the step. */
function ownSideSlowly(test: Case): OwnSideSlowly {
  const { principal } = test
  const isIam = accountOfSlowly(principal) !== undefined && principal.kind !== 'account'
  const own = isIam ? ownStatementsSlowly(test) : NO_STATEMENTS
  const statements = [own.identity, own.boundary ?? [], own.session ?? []].flat()
  // "If the policy that is used to set the permissions boundary does not allow the requested action …"
  const isBounded = own.boundary === undefined || own.boundary.length > 0
  // "If there is no session policy, the code checks whether the principal is a role session …"
  const isInSession = own.session ? own.session.length > 0 : principal.kind !== 'federated-user'
  const isOfRoot = principal.kind === 'federated-user' && !principal.user
  const isWithinLimits = isBounded && isInSession
  return {
    isDenied: statements.some(({ Effect }) => Effect === 'Deny') || !isScopedSlowly(test),
    isWithinLimits,
    parentPermits: !isIam || ((isOfRoot || own.identity.length > 0) && isWithinLimits),
  }
}

/** "The intersection of … the effective permissions of the calling session" and each policy that it was scoped down by. */
function isScopedSlowly(test: Case): boolean {
  if (test.principal.kind === 'web-identity') return true
  return (test.scopes ?? []).every((scope) => {
    const about = scope.filter((statement) => applies(statement, test))
    return about.length > 0 && about.every(({ Effect }) => Effect === 'Allow')
  })
}

function matchingSlowly(policy: readonly RawStatement[], test: Case) {
  return policy
    .map((statement) => ({ ...statement, match: applies(statement, test) }))
    .filter(({ match }) => match !== undefined)
}

/** "Specify the ARN of the OIDC provider": `*` is for AWS's principals. */
function isProviderIn({ Principal }: RawStatement, principal: Principal): boolean {
  return !Principal || listed(Principal).some((name) => ownNames(principal).includes(name))
}

/**
 * The decision that `decideOnService` has to come to, were the case's bucket a key or a role with the policy: "they must
 * explicitly allow access for principals". Without one, the bucket is something of IAM's.
 */
export function isAllowedOnServiceSlowly(test: Case): boolean {
  const isSameAccount = accountOfSlowly(test.principal) === test.bucket.owner
  const { isDenied, isWithinLimits, parentPermits } = ownSideSlowly(test)
  if (isDenied) return false
  if (!test.bucketPolicy) return isSameAccount && parentPermits
  const matching = matchingSlowly(test.bucketPolicy, test)
  if (matching.some(({ Effect }) => Effect === 'Deny')) return false
  const isNamed = (how: Named): boolean => matching.some(({ match }) => match === how)
  if (test.principal.kind === 'web-identity') return matching.some((one) => isProviderIn(one, test.principal))
  // "Permissions for sts:SetSourceIdentity are required in both the permissions policy of the principal … and in the role trust policy."
  const takesBoth = test.principal.kind === 'assumed-role' && test.action === 'sts:SetSourceIdentity'
  const isEnough = isNamed('self') || (isNamed('entity') && isWithinLimits)
  if (isSameAccount && isEnough && !takesBoth) return true
  return parentPermits && matching.length > 0
}

/** The decision that `decide` has to come to. */
export function isAllowedSlowly(test: Case): boolean {
  const { principal, rule, bucket, object, ownership, bucketPolicy = [], block, action } = test
  const account = accountOfSlowly(principal)
  const { isDenied, isWithinLimits, parentPermits } = ownSideSlowly(test)
  const matching = matchingSlowly(bucketPolicy, test)

  // An explicit denial in any policy overrides the permissions, but a root user may mend its bucket's policy.
  if (isDenied) return false
  const isRootOfOwner = principal.kind === 'account' && account === bucket.owner
  const mends =
    isRootOfOwner && ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'].includes(action)
  if (!mends && matching.some(({ Effect }) => Effect === 'Deny')) return false

  // RestrictPublicBuckets: only AWS services and authorized users of the bucket owner's account.
  const isPublic = bucketPolicy.some(isPublicSlowly)
  if (block.restrictPublicBuckets && isPublic && principal.kind !== 'service' && account !== bucket.owner)
    return false

  // Bucket and object context: whoever owns what the request is about has to permit.
  const isOfObject = rule.acl?.on === 'object' && object !== undefined && ownership !== 'BucketOwnerEnforced'
  const owner = isOfObject ? object.owner : bucket.owner
  const permissions = [
    ...(owner === bucket.owner ? matching.map(({ match }) => match) : []),
    ...aclSays(test),
  ]
  // The same account: one permission is enough, if it is for the caller and not for the account to pass on.
  if (account === owner) {
    // "Resource-based policies that grant permissions to an IAM role ARN are limited by an implicit deny in a permissions
    // boundary or session policy." Those that grant them to a user or session are not.
    const byEntity = permissions.includes('entity') && isWithinLimits
    return parentPermits || permissions.includes('self') || byEntity
  }
  return parentPermits && permissions.length > 0
}

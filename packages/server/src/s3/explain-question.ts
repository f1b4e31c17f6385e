import type { Caller } from '../access/caller.ts'
import { parseIamPolicy } from '../access/policy/parse-iam-policy.ts'
import { PolicyError } from '../access/policy/policy-error.ts'
import { accountOf, arnOf, ownArnOf, type Principal } from '../access/principal.ts'
import { type AskedCaller, callerNamed, isOfSession } from '../identities/caller-named.ts'
import type { AccessService } from './shared/service/service.ts'
import { type AccessPointName, parseAccessPointArn } from '../model/access-point-arn.ts'
import { directoryBucketOfArn } from '../model/directory-bucket-name.ts'
import { S3Error } from '../model/s3-error.ts'
import type { ContextKeys } from '../access/request-context.ts'

/** What somebody wants explained. */
export interface Question {
  /** Whoever `callerNamed` finds by a name. */
  readonly principal: string
  /** What narrows the session that `principal` is: JSON text of an identity policy, ARNs of managed ones. */
  readonly sessionPolicy?: string | readonly string[] | undefined
  /** Who began the federated session that `principal` is; its account's root user where it is absent. */
  readonly federatedBy?: string | undefined
  /** For example `s3:GetObject`. */
  readonly action: string
  /** The ARN of what it is about, a bucket, object, key or role say; `*` for actions about nothing. */
  readonly resource: string
  readonly versionId?: string | undefined
  /** Condition keys that the request would have. */
  readonly context?: ContextKeys | undefined
}

/** Each is held against each value of a condition. */
const MOST_CONTEXT_VALUES = 100

const OPTIONAL = ['versionId', 'federatedBy'] as const
const MEMBERS: readonly string[] = [
  'principal',
  'action',
  'resource',
  ...OPTIONAL,
  'sessionPolicy',
  'context',
]

/** A question as it came from outside. Throws InvalidArgument, with a message for people, for what is none. */
export function questionOf(value: unknown): Question {
  if (!isRecord(value))
    throw invalid('question', '', 'Expected an object with principal, action and resource')
  const unknownMember = Object.keys(value).find((name) => !MEMBERS.includes(name))
  if (unknownMember !== undefined) throw invalid(unknownMember, '', `Known members are ${MEMBERS.join(', ')}`)
  const { context, sessionPolicy } = value
  if (sessionPolicy !== undefined && !isTexts(sessionPolicy)) {
    throw invalid('sessionPolicy', '', 'sessionPolicy has to be a text or a list of texts')
  }
  const given = OPTIONAL.filter((name) => value[name] !== undefined)
  return {
    principal: textOf(value, 'principal'),
    action: textOf(value, 'action'),
    resource: textOf(value, 'resource'),
    ...Object.fromEntries(given.map((name) => [name, textOf(value, name)])),
    ...(sessionPolicy !== undefined && { sessionPolicy: sessionPolicy as string | readonly string[] }),
    ...(context !== undefined && { context: contextOf(context) }),
  }
}

function textOf(value: Readonly<Record<string, unknown>>, name: string): string {
  const text = value[name]
  if (typeof text === 'string' && text !== '') return text
  throw invalid(name, '', `${name} has to be a text`)
}

function contextOf(value: unknown): ContextKeys {
  if (!isRecord(value) || !Object.values(value).every(isTexts)) {
    throw invalid('context', '', 'context has to be an object of texts, or lists of texts')
  }
  if (Object.values(value).flat().length > MOST_CONTEXT_VALUES)
    throw invalid('context', '', `context may have ${MOST_CONTEXT_VALUES} values at the most`)
  return value as ContextKeys
}

function isTexts(value: unknown): boolean {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.every((text) => typeof text === 'string')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What an ARN names; nothing for `*`. */
export interface AskedResource {
  readonly bucketName?: string
  readonly accessPoint?: AccessPointName & { readonly region: string }
  readonly key?: string
}

/** The bucket, or the access point in its place, and the key. */
export function resourceOf(resource: string): AskedResource {
  if (resource === '*') return {}
  const { rest, ...accessPoint } = parseAccessPointArn(resource) ?? {}
  if ('name' in accessPoint && (rest === undefined || rest.startsWith('object/')))
    return { accessPoint, ...(rest !== undefined && { key: rest.slice('object/'.length) }) }
  const [, bucketName, key] = /^arn:aws:s3:::([^/]+)(?:\/(.+))?$/s.exec(resource) ?? []
  if (bucketName !== undefined) return { bucketName, ...(key !== undefined && { key }) }
  const directoryBucket = directoryBucketOfArn(resource)
  if (directoryBucket) return { bucketName: directoryBucket.name }
  const message =
    'No such resource. Give arn:aws:s3:::bucket, arn:aws:s3:::bucket/key, the same of an access point, or *'
  throw invalid('resource', resource, message)
}

export function invalid(name: string, value: string, message: string): S3Error {
  return new S3Error('InvalidArgument', { ArgumentName: name, ArgumentValue: value }, { message })
}

const NOBODY =
  'No such principal. Give "anonymous", an account (its id, ARN, canonical id or an access key id), a user, a role or a session (its ARN, id, user/NAME or role/NAME)'

/**
 * Whom a question is about. Throws InvalidArgument where there is nobody of the name, and of other accounts' users, roles and
 * sessions where `askerId` asks, the same.
 */
export async function askedCaller(
  { accounts, clock, stores: { metadata } }: AccessService,
  { principal, sessionPolicy, federatedBy }: Question,
  askerId: string | undefined,
): Promise<Caller> {
  const narrowing = sessionPolicy === undefined ? undefined : narrowingOf([sessionPolicy].flat())
  const homeId = askerId ?? accounts.accounts[0]?.id
  const asked = { name: principal, narrowing, federatedBy }
  const caller = await callerNamed({ accounts, clock, metadata }, asked, homeId)
  if (!caller || !mayBeTold(caller, askerId)) throw invalid('principal', principal, NOBODY)
  if (narrowing && !isOfSession(caller)) {
    throw invalid('sessionPolicy', '', 'A session policy narrows sessions of roles and federated ones alone')
  }
  if (federatedBy !== undefined && caller.principal.kind !== 'federated-user') {
    throw invalid('federatedBy', federatedBy, 'Only a federated session was begun by somebody else')
  }
  return caller
}

/** What users and roles of another account may is for its own root user to know. */
function mayBeTold({ principal }: Caller, askerId: string | undefined): boolean {
  const account = accountOf(principal)
  return askerId === undefined || !account || account.id === askerId || principal.kind === 'account'
}

/** ARNs of managed policies, and at most one text of a policy. */
function narrowingOf(policies: readonly string[]): NonNullable<AskedCaller['narrowing']> {
  const policyArns = policies.filter((text) => text.startsWith('arn:'))
  const [policy, ...others] = policies.filter((text) => !text.startsWith('arn:'))
  if (others.length > 0) throw invalid('sessionPolicy', '', 'A session has one policy, besides ARNs')
  if (policy === undefined) return { policyArns }
  try {
    parseIamPolicy(policy, 'identity')
    return { policy, policyArns }
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause
    throw invalid('sessionPolicy', '', `It is no session policy: ${cause.message}`)
  }
}

/** As explanations have it. */
export function nameOf(principal: Principal): string {
  const account = accountOf(principal)
  return ownArnOf(principal) ?? (account ? arnOf(account) : 'anonymous')
}

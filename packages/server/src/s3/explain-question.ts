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
  /** The ARN of a bucket or object; `*` for actions about neither. */
  readonly resource: string
  readonly versionId?: string | undefined
  /** Condition keys that the request would have. */
  readonly context?: ContextKeys | undefined
}

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
  return value as ContextKeys
}

function isTexts(value: unknown): boolean {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  return values.every((text) => typeof text === 'string')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The bucket and the key that an ARN names; nothing for `*`. */
export function resourceOf(resource: string): { readonly bucketName?: string; readonly key?: string } {
  if (resource === '*') return {}
  const [, bucketName, key] = /^arn:aws:s3:::([^/]+)(?:\/(.+))?$/s.exec(resource) ?? []
  if (bucketName !== undefined) return { bucketName, ...(key !== undefined && { key }) }
  const message = 'No such resource. Give arn:aws:s3:::bucket, arn:aws:s3:::bucket/key or *'
  throw invalid('resource', resource, message)
}

export function invalid(name: string, value: string, message: string): S3Error {
  return new S3Error('InvalidArgument', { ArgumentName: name, ArgumentValue: value }, { message })
}

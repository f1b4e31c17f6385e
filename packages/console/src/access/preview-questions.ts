import { type ArnScope, bucketArn, bucketKind } from '../api/bucket-kind.ts'
import type { Question } from '../api/administration.ts'
import { previewTexts } from '../texts/preview.ts'
import { ASKED_ACTIONS, type AskedAction, type AskedKind } from './asked-actions.ts'

/** So many as `/-/preview` answers at once. */
const MOST_QUESTIONS = 200
const MOST_PRINCIPALS = 8

/** What objects are in: a bucket, or an access point that leads to one. */
export interface Holder {
  readonly arn: string
  /** What ARNs of its objects begin with; absent where policies know none. */
  readonly objects?: string
  readonly kind: AskedKind
}

export function bucketHolder(bucket: string, scope: ArnScope): Holder {
  const arn = bucketArn(bucket, scope)
  return bucketKind(bucket).hasObjectArns
    ? { arn, objects: `${arn}/`, kind: 'bucket' }
    : { arn, kind: 'directory' }
}

export function accessPointHolder(arn: string): Holder {
  return { arn, objects: `${arn}/object/`, kind: 'bucket' }
}

export interface Asked {
  readonly resource: string
  readonly kind: AskedKind
}

export type AskedQuestion = Question & AskedAction

/** Each principal is asked about with each thing, by all that can be done with it. */
export function previewQuestions(principals: readonly string[], asked: readonly Asked[]): AskedQuestion[] {
  const few = [...new Set(principals)].slice(0, MOST_PRINCIPALS)
  return asked
    .flatMap(({ resource, kind }) =>
      few.flatMap((principal) =>
        ASKED_ACTIONS[kind].map((asked: AskedAction) => ({ principal, resource, ...asked })),
      ),
    )
    .slice(0, MOST_QUESTIONS)
}

const MOST_RESOURCES = 4

/**
 * What policies are about, of these holders: themselves, and one object for each pattern of keys; any object where there is none. Where
 * policies name none of them, the first.
 */
export function namedResources(policies: readonly string[], holders: readonly Holder[]): Asked[] {
  const patterns = policies.flatMap((text) => statementsOf(text).flatMap(({ Resource }) => textsIn(Resource)))
  const named = holders
    .map((holder) => ({ holder, keys: keysIn(holder, patterns) }))
    .filter(({ keys }) => keys)
  const found = named.length > 0 ? named : holders.slice(0, 1).map((holder) => ({ holder, keys: [] }))
  const objects = found.flatMap(({ holder: { objects }, keys = [] }) =>
    objects === undefined ? [] : keys.map((key) => objects + key),
  )
  const first = found[0]?.holder.objects
  if (objects.length === 0 && first !== undefined) objects.push(first + previewTexts.sample)
  return [
    ...found.slice(0, MOST_RESOURCES).map(({ holder: { arn, kind } }) => ({ resource: arn, kind })),
    ...[...new Set(objects)]
      .slice(0, MOST_RESOURCES)
      .map((resource) => ({ resource, kind: 'object' as const })),
  ]
}

/** Keys that patterns are about, one for each; `undefined` where none is about the holder at all. */
function keysIn({ arn, objects }: Holder, patterns: readonly string[]): string[] | undefined {
  if (objects === undefined) return patterns.some((pattern) => isLike(arn, pattern)) ? [] : undefined
  const depth = objects.split('/').length - 1
  let isNamed = false
  const keys: string[] = []
  for (const pattern of patterns) {
    const parts = (pattern === '*' ? `${objects}*` : pattern).split('/')
    const rest = parts.slice(depth).join('/')
    if (parts.length > depth && isLike(objects, `${parts.slice(0, depth).join('/')}/`))
      keys.push(keyLike(rest))
    else if (!isLike(arn, pattern)) continue
    isNamed = true
  }
  return isNamed ? keys : undefined
}

function keyLike(pattern: string): string {
  return pattern.replaceAll('*', previewTexts.sample).replaceAll('?', 'x')
}

function isLike(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => RegExp.escape(part).replaceAll('\\?', '.'))
  return new RegExp(`^${parts.join('.*')}$`).test(name)
}

/** Whom policies of buckets name; `anonymous` for everybody, accounts by their ids. */
export function namedPrincipals(policies: readonly string[]): string[] {
  const names = policies.flatMap((text) =>
    statementsOf(text).flatMap(({ Principal, NotPrincipal }) => [
      ...principalsIn(Principal),
      ...principalsIn(NotPrincipal),
    ]),
  )
  return names.map((name) =>
    name === '*' ? 'anonymous' : (/^arn:aws:iam::(\d{12}):root$/.exec(name)?.[1] ?? name),
  )
}

function principalsIn(value: unknown): string[] {
  if (!isObject(value)) return textsIn(value)
  return [...textsIn(value['AWS']), ...textsIn(value['CanonicalUser'])]
}

function statementsOf(text: string): Readonly<Record<string, unknown>>[] {
  try {
    const policy: unknown = JSON.parse(text)
    return isObject(policy) ? [policy['Statement']].flat().filter(isObject) : []
  } catch {
    return []
  }
}

function textsIn(value: unknown): string[] {
  return [value].flat().filter((text) => typeof text === 'string')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

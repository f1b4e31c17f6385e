import type { Question } from '../api/administration.ts'
import { previewTexts } from '../texts/preview.ts'
import { BUCKET_ACTIONS, OBJECT_ACTIONS } from './asked-actions.ts'

/** So many as `/-/preview` answers at once. */
const MOST_QUESTIONS = 200
const MOST_PRINCIPALS = 8

/** Each principal is asked about with each thing, by all that can be done with it. */
export function previewQuestions(principals: readonly string[], resources: readonly string[]): Question[] {
  const few = [...new Set(principals)].slice(0, MOST_PRINCIPALS)
  return [...new Set(resources)]
    .flatMap((resource) => {
      const actions = resource.includes('/') ? OBJECT_ACTIONS : BUCKET_ACTIONS
      return few.flatMap((principal) => actions.map((action) => ({ principal, action, resource })))
    })
    .slice(0, MOST_QUESTIONS)
}

const MOST_RESOURCES = 4

/**
 * What policies are about, of these buckets: the bucket, and one object for each pattern of keys. Texts that are no policies name
 * nothing; then it is any object.
 */
export function namedResources(policies: readonly string[], buckets: readonly string[]): string[] {
  const patterns = policies.flatMap((text) => statementsOf(text).flatMap(({ Resource }) => textsIn(Resource)))
  const found = buckets.flatMap((bucket) =>
    patterns.flatMap((pattern) => {
      const [, ofBucket = '', key] =
        /^arn:aws:s3:::([^/]*)(?:\/(.*))?$/s.exec(pattern === '*' ? ANY : pattern) ?? []
      return isLike(bucket, ofBucket) ? [nameOf(bucket, key)] : []
    }),
  )
  const first = buckets[0]
  const objects = found.filter((resource) => resource.includes('/')).slice(0, MOST_RESOURCES)
  const whole = found.length > 0 ? found.map(bucketOf) : first === undefined ? [] : [nameOf(first)]
  if (objects.length === 0 && whole[0] !== undefined) objects.push(`${whole[0]}/${previewTexts.sample}`)
  return [...new Set([...whole.slice(0, MOST_RESOURCES), ...objects])]
}

const ANY = 'arn:aws:s3:::*/*'

function nameOf(bucket: string, key?: string): string {
  const arn = `arn:aws:s3:::${bucket}`
  return key === undefined ? arn : `${arn}/${key.replaceAll('*', previewTexts.sample).replaceAll('?', 'x')}`
}

function bucketOf(resource: string): string {
  return resource.split('/')[0] ?? ''
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

import { findContextKey } from '../context-keys.ts'
import { type ActionResource, S3_ACTIONS } from '../s3-actions.ts'
import { PolicyError } from './policy-error.ts'
import { compileText } from './policy-text.ts'
import { emptyContext } from '../request-context.ts'

/** What a policy is attached to: the name of a bucket, or the ARN of an access point or of a directory bucket. */
export type PolicyPlace =
  | {
      readonly bucket: string
      readonly accessPoint?: undefined
      readonly directoryBucket?: undefined
    }
  | {
      readonly accessPoint: string
      readonly bucket?: undefined
      readonly directoryBucket?: undefined
    }
  | { readonly directoryBucket: string; readonly bucket?: undefined; readonly accessPoint?: undefined }

type PlaceOfS3 = Exclude<PolicyPlace, { readonly directoryBucket: string }>

/** The texts of a statement of a policy of a bucket or an access point. */
export interface BucketStatementTexts {
  readonly actions: readonly string[]
  readonly notActions: boolean
  readonly resources: readonly string[]
  readonly notResources: boolean
  readonly conditionKeys: readonly string[]
}

type OnResource = Exclude<ActionResource, 'other'>

const ARN_START = 'arn:aws:s3:::'
const BOTH: readonly OnResource[] = ['bucket', 'object']
const WILDCARDS = { wildcards: true, variables: false, whenUnresolved: false }

/** What S3 checks in such a policy besides its form: that its parts fit together, and what it is attached to. */
export function checkBucketStatement(texts: BucketStatementTexts, place: PlaceOfS3): void {
  const actions = texts.actions.map(actionsMeant)
  if (actions.some((meant) => meant.length === 0)) throw new PolicyError('Policy has invalid action')
  const onResources = texts.resources.flatMap((resource) => resourcesMeant(resource, place))
  const on = new Set(texts.notResources ? BOTH : onResources)
  const applying = texts.notActions
    ? [actionsMeant('*').filter(([, resource]) => isOn(resource, on))]
    : actions.map((meant) => meant.filter(([, resource]) => isOn(resource, on)))
  if (applying.some((meant) => meant.length === 0)) {
    throw new PolicyError('Action does not apply to any resource(s) in statement')
  }
  for (const key of texts.conditionKeys) checkConditionKey(key, applying)
}

type Action = readonly [name: string, resource: ActionResource]

/** The actions that an action with wildcards stands for. */
function actionsMeant(text: string): readonly Action[] {
  if (text === '*') return [...S3_ACTIONS]
  const pattern = compileText(text, { ...WILDCARDS, ignoreCase: true })
  return [...S3_ACTIONS].filter(([name]) => pattern.matches(name, emptyContext))
}

function isOn(resource: ActionResource, on: ReadonlySet<OnResource>): boolean {
  return resource !== 'other' && on.has(resource)
}

/** Whether a resource is the bucket, objects in it or, by a wildcard, both. */
function resourcesMeant(resource: string, place: PlaceOfS3): readonly OnResource[] {
  return place.bucket === undefined
    ? resourcesOfPoint(resource, place.accessPoint)
    : resourcesOfBucket(resource, place.bucket)
}

function resourcesOfBucket(resource: string, bucket: string): readonly OnResource[] {
  const rest = resource.slice(ARN_START.length)
  const [name = ''] = rest.split('/')
  const isThis = /^[^*?]/.test(name) && compileText(name, WILDCARDS).matches(bucket, emptyContext)
  if (!resource.startsWith(ARN_START) || !isThis) throw new PolicyError('Policy has invalid resource')
  if (rest.includes('/')) return ['object']
  return name.includes('*') ? BOTH : ['bucket']
}

/** Source: S3 User Guide, "Access point ARNs": objects are `ARN/object/KEY`. */
function resourcesOfPoint(resource: string, accessPoint: string): readonly OnResource[] {
  const [named = ''] = resource.split('/object/', 1)
  const isThis =
    named.startsWith('arn:aws:s3:') && compileText(named, WILDCARDS).matches(accessPoint, emptyContext)
  if (!isThis) throw new PolicyError('Policy has invalid resource')
  if (named.length < resource.length) return ['object']
  return named.includes('*') ? BOTH : ['bucket']
}

/** Every action of the statement has to have the key; of a wildcard's actions, one. */
function checkConditionKey(key: string, applying: readonly (readonly Action[])[]): void {
  if (isOfProvider(key)) return
  const known = findContextKey(key)
  if (!known) throw new PolicyError('Policy has an invalid condition key')
  if (!known.actions) return
  const having = new Set(known.actions.map((name) => `s3:${name.toLowerCase()}`))
  if (applying.some((meant) => !meant.some(([name]) => having.has(name)))) {
    throw new PolicyError('Conditions do not apply to combination of actions and resources in statement')
  }
}

/** Keys of identity providers (`accounts.google.com:sub`, `saml:aud`) and of other services that S3 lets pass. */
export function isOfProvider(key: string): boolean {
  return /^(?:[a-z\d-]+(?:\.[a-z\d-]+)+(?:\/[^:]*)?|saml|sts|ec2|identitystore|kms):./i.test(key)
}

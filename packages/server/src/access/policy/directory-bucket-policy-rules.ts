import { findDirectoryKey } from '../context-keys.ts'
import { emptyContext } from '../request-context.ts'
import { type BucketStatementTexts, isOfProvider } from './bucket-policy-rules.ts'
import { PolicyError } from './policy-error.ts'
import { compileText } from './policy-text.ts'

const ONLY_ACTION = 's3express:createsession'
const WILDCARDS = { wildcards: true, variables: false, whenUnresolved: false }

/**
 * Whether policies of directory buckets may name an action. Source: S3 API Reference, PutBucketPolicy: "the only IAM action supported in
 * the bucket policy is s3express:CreateSession", which wildcards may stand for.
 */
export function isDirectoryBucketAction(text: string): boolean {
  return /^s3express:[\w*?]+$/i.test(text) && isMatch(text.toLowerCase(), ONLY_ACTION)
}

/** What is checked in a policy of a directory bucket besides its form: that it is about the bucket, by keys that its actions have. */
export function checkDirectoryBucketStatement(
  { resources, notResources, conditionKeys }: BucketStatementTexts,
  directoryBucket: string,
): void {
  const isAbout = (resource: string): boolean =>
    resource.startsWith('arn:aws:s3express:') && isMatch(resource, directoryBucket)
  if (!notResources && !resources.every(isAbout)) throw new PolicyError('Policy has invalid resource')
  if (conditionKeys.every((key) => findDirectoryKey(key) ?? isOfProvider(key))) return
  throw new PolicyError('Policy has an invalid condition key')
}

function isMatch(pattern: string, text: string): boolean {
  return compileText(pattern, WILDCARDS).matches(text, emptyContext)
}

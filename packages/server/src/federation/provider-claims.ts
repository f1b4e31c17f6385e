import type { Claims } from './token-claims.ts'

const GITHUB = 'https://token.actions.githubusercontent.com'

/** Source: IAM User Guide, "IAM and AWS STS condition context keys", "Available keys for AWS OIDC federation", GitHub. */
const GITHUB_CLAIMS = [
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow',
]

/**
 * The claims of a provider's own that trust policies may look at, by their names. An enterprise on GitHub may have an address of
 * its own behind GitHub's.
 */
export function providerClaims(url: string, claims: Claims): Readonly<Record<string, string>> {
  if (url !== GITHUB && !url.startsWith(`${GITHUB}/`)) return {}
  const texts = GITHUB_CLAIMS.flatMap((name) => {
    const value = claims[name]
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  return Object.fromEntries(texts)
}
